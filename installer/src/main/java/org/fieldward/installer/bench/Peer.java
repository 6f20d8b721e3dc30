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

/** A broker of others in a process of its own, which keeps what is published for a subscriber who is away. */
final class Peer implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);

    private final RunningPart process;
    private final int port;

    private Peer(RunningPart process, int port) {
        this.process = process;
        this.port = port;
    }

    /** What can be measured beside the gateway. */
    enum Broker {
        /** What most people would take. It writes to disk from time to time and does not sync. */
        MOSQUITTO("Mosquitto") {
            @Override
            Optional<String> obstacle(Path root) {
                return find("mosquitto").isEmpty()
                        ? Optional.of("mosquitto is not installed")
                        : find("mosquitto_sub").isEmpty() ? NO_SUBSCRIBER : Optional.empty();
            }

            @Override
            RunningPart open(Path root, Path folder, int port) throws IOException {
                Files.createDirectories(folder.resolve("data"));
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
                return RunningPart.start(
                                "mosquitto",
                                List.of(find("mosquitto").orElseThrow().toString(), "-c", settings.toString()),
                                folder.resolve("mosquitto.log"))
                        .whenItPrints("mosquitto version .* running", START);
            }
        },
        /** It syncs its journal before it acknowledges, as the gateway does. */
        ARTEMIS("Artemis") {
            @Override
            Optional<String> obstacle(Path root) {
                return !Files.isDirectory(jars(root))
                        ? Optional.of("installer/peer is not built (./mvnw -Pbench -pl :peer package builds it)")
                        : find("mosquitto_sub").isEmpty() ? NO_SUBSCRIBER : Optional.empty();
            }

            @Override
            RunningPart open(Path root, Path folder, int port) {
                return RunningPart.start(
                                "artemis",
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        // As its own script for new brokers has it.
                                        "-XX:+UseG1GC",
                                        "-Xms512m",
                                        "-Xmx2g",
                                        "--enable-native-access=ALL-UNNAMED",
                                        "-cp",
                                        jars(root) + "/*",
                                        "org.fieldward.peer.Artemis",
                                        Integer.toString(port),
                                        folder.resolve("data").toString()),
                                folder.resolve("artemis.log"))
                        .whenItPrints("Artemis .* is open", START);
            }
        };

        private static final Optional<String> NO_SUBSCRIBER = Optional.of("mosquitto_sub is not installed");

        private final String title;

        Broker(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }

        /** Why it cannot be measured here. */
        abstract Optional<String> obstacle(Path root);

        abstract RunningPart open(Path root, Path folder, int port) throws IOException;

        private static Path jars(Path root) {
            return root.resolve("installer/peer/target/app/lib");
        }
    }

    private static Optional<Path> find(String name) {
        return Stream.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin")
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Peer start(Broker broker, Path root, Path folder) throws IOException {
        int port = Ports.free();
        RunningPart process = broker.open(root, folder, port);
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
        return new Peer(process, port);
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
