package org.fieldward.installer.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fieldward.installer.part.Ports;
import org.fieldward.installer.part.RunningPart;

/**
 * The broker that most people would take, keeping messages for a subscriber who is away. It writes them to disk from time to
 * time and does not sync.
 */
final class Mosquitto implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(20);

    private final RunningPart process;
    private final int port;

    private Mosquitto(RunningPart process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Where it is installed with its clients. */
    static Optional<Path> program() {
        return find("mosquitto_sub").isEmpty() ? Optional.empty() : find("mosquitto");
    }

    private static Optional<Path> find(String name) {
        return Stream.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin")
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Mosquitto start(Path program, Path folder) throws IOException {
        Files.createDirectories(folder.resolve("data"));
        int port = Ports.free();
        Path settings = Files.write(
                folder.resolve("mosquitto.conf"),
                List.of(
                        "listener " + port + " 127.0.0.1",
                        "allow_anonymous true",
                        "persistence true",
                        "persistence_location " + folder.resolve("data") + "/",
                        "max_queued_messages 0",
                        "max_inflight_messages 0",
                        "user root"));
        RunningPart process = RunningPart.start(
                "mosquitto", List.of(program.toString(), "-c", settings.toString()), folder.resolve("mosquitto.log"));
        process.whenItPrints("mosquitto version .* running", START);
        // A subscription stays behind, for which everything is kept.
        RunningPart.run(
                "mosquitto_sub",
                List.of(
                        find("mosquitto_sub").orElseThrow().toString(),
                        "-p",
                        Integer.toString(port),
                        "-i",
                        "away",
                        "-c",
                        "-q",
                        "1",
                        "-t",
                        "devices/#",
                        "-E"),
                folder.resolve("subscribe.log"),
                START);
        return new Mosquitto(process, port);
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.close();
    }
}
