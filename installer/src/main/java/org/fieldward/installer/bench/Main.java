package org.fieldward.installer.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.fieldward.installer.part.Gateway;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.Install.Part;
import org.fieldward.installer.part.RunningPart;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Loads a gateway and Mosquitto in turn with the same generator, reads what the JMH benchmarks of the modules measured, and
 * writes both into the page of measurements.
 */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures the gateway beside Mosquitto on this machine, and writes docs/performance.md.")
public final class Main implements Callable<Integer> {

    private static final int CONNECTIONS = 50;
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(names = "--root", required = true, hidden = true)
    private Path root = Path.of(".");

    @Option(names = "--rounds", defaultValue = "3", description = "Of each. Default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "15", description = "Of each measurement. Default: ${DEFAULT-VALUE}")
    private int seconds;

    @Option(names = "--warm-up", defaultValue = "10", description = "Seconds before it. Default: ${DEFAULT-VALUE}")
    private int warmUp;

    @Option(names = "--rate", defaultValue = "5000", description = "Of the open loop. Default: ${DEFAULT-VALUE}")
    private int rate;

    private final Clock clock = Clock.systemUTC();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main())
                .setExecutionExceptionHandler((e, line, parsed) -> {
                    System.err.println("bench: " + e.getMessage());
                    return 1;
                })
                .execute(arguments));
    }

    /** A server under load: where it listens, and its process. */
    private record Server(int port, long pid, Optional<Path> logins) {}

    @Override
    public Integer call() throws IOException {
        Install install = new Install.Launchers(root.toAbsolutePath().resolve("installer/bin"));
        Path folder = Files.createTempDirectory("fieldward-bench-");
        System.out.println("logs and data are in " + folder);
        var page = new Page(LocalDate.now(clock), rounds, seconds);
        for (int asked : new int[] {0, rate}) {
            var ours = new ArrayList<JsonNode>();
            var theirs = new ArrayList<JsonNode>();
            for (int round = 1; round <= rounds; round++) {
                Path place = folder.resolve("rate-" + asked + "-round-" + round);
                ours.add(gateway(install, place.resolve("gateway"), asked));
                Optional<Path> peer = Mosquitto.program();
                if (peer.isPresent()) {
                    theirs.add(mosquitto(install, peer.get(), place.resolve("mosquitto"), asked));
                }
            }
            page.add(asked, new Figures("gateway", ours), new Figures("Mosquitto", theirs));
        }
        page.pieces(root);
        System.out.println(page.text());
        page.write(root.resolve("docs/performance.md"));
        return 0;
    }

    private JsonNode gateway(Install install, Path folder, int asked) throws IOException {
        List<String> devices = IntStream.rangeClosed(1, CONNECTIONS)
                .mapToObj("load-%05d"::formatted)
                .toList();
        // One connection stands for many devices.
        Map<String, String> settings = Map.of("mqtt.max-publishes-per-second", "1000000");
        try (Gateway gateway = Gateway.alone(install, folder, devices, settings).start()) {
            return load(
                    install,
                    folder,
                    asked,
                    new Server(gateway.mqttPort(), gateway.process().pid(), Optional.of(gateway.logins())));
        }
    }

    private JsonNode mosquitto(Install install, Path program, Path folder, int asked) throws IOException {
        try (Mosquitto server = Mosquitto.start(program, folder)) {
            return load(install, folder, asked, new Server(server.port(), server.pid(), Optional.empty()));
        }
    }

    private JsonNode load(Install install, Path folder, int asked, Server server) throws IOException {
        Path result = folder.resolve("result.json");
        var arguments = new ArrayList<>(List.of(
                "load",
                "--connections",
                Integer.toString(CONNECTIONS),
                "--port",
                Integer.toString(server.port()),
                "--rate",
                Integer.toString(asked),
                "--warm-up",
                warmUp + "s",
                "--duration",
                seconds + "s",
                "--pid",
                "server=" + server.pid(),
                "--json",
                result.toString()));
        server.logins().ifPresent(logins -> arguments.addAll(List.of("--logins", logins.toString())));
        RunningPart.run(
                "device-simulator",
                install.command(Part.DEVICE_SIMULATOR, arguments),
                folder.resolve("load.log"),
                LONGEST);
        JsonNode round = JSON.readTree(Files.readString(result)).path("load");
        System.out.printf(
                "%s at %s: %,.0f/s, p50 %.2f ms, p99 %.2f ms%n",
                folder.getFileName(),
                asked == 0 ? "its limit" : asked + "/s",
                Figures.ackedPerSecond(round),
                Figures.latency(round, "p50"),
                Figures.latency(round, "p99"));
        return round;
    }
}
