package org.fieldward.installer.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.fieldward.installer.bench.Peer.Broker;
import org.fieldward.installer.part.Gateway;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.Install.Part;
import org.fieldward.installer.part.RunningPart;
import org.fieldward.installer.program.Program;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Loads a gateway and brokers of others in turn with the same generator, reads what the JMH benchmarks of the modules
 * measured, and writes both into the page of measurements.
 */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures the gateway beside other brokers on this machine, and writes docs/performance.md.")
public final class Main implements Callable<Integer> {

    private static final int CONNECTIONS = 50;
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private Program program = new Program();

    @Option(names = "--rounds", defaultValue = "3", description = "Of each. Default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "12", description = "Of each measurement. Default: ${DEFAULT-VALUE}")
    private int seconds;

    @Option(names = "--warm-up", defaultValue = "8", description = "Seconds before it. Default: ${DEFAULT-VALUE}")
    private int warmUp;

    @Option(names = "--rate", defaultValue = "5000", description = "Of the open loop. Default: ${DEFAULT-VALUE}")
    private int rate;

    @Option(
            names = "--peer",
            split = ",",
            defaultValue = "mosquitto,artemis",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
    private List<Broker> peers = List.of();

    @Option(names = "--print-only", description = "Leaves the page of measurements as it is.")
    private boolean printOnly;

    private final Clock clock = Clock.systemUTC();

    public static void main(String[] arguments) {
        Program.run(new Main(), arguments);
    }

    /** A server under load: where it listens, and its process. */
    private record Server(int port, long pid, Optional<Path> logins) {}

    @Override
    public Integer call() throws IOException {
        Instant began = clock.instant();
        Path folder = program.folder("bench");
        var rounds = new Rounds(LocalDate.now(clock), this.rounds, seconds);
        for (Broker peer : peers) {
            peer.obstacle(program.root()).ifPresent(why -> rounds.without(peer, why));
        }
        for (int asked : new int[] {0, rate}) {
            rounds.add(asked, measured(folder, asked));
        }
        String pieces = Pieces.text(program.root());
        System.out.println(rounds.text() + "\n" + pieces);
        if (!printOnly) {
            var page = new Page(program.root().resolve("docs/performance.md"));
            page.write(Page.Section.ROUNDS, rounds.text());
            if (!pieces.isEmpty()) {
                page.write(Page.Section.PIECES, pieces);
            }
            System.out.println("written to " + page.file());
        }
        System.out.printf(
                "took %d s%n", Duration.between(began, clock.instant()).toSeconds());
        return 0;
    }

    /** The gateway first, then each peer that is there; round by round, so that a busy moment is nobody's alone. */
    private List<Figures> measured(Path folder, int asked) throws IOException {
        Install install = program.install();
        var ours = new ArrayList<JsonNode>();
        var theirs = new EnumMap<Broker, List<JsonNode>>(Broker.class);
        for (int round = 1; round <= rounds; round++) {
            Path place = folder.resolve("rate-" + asked + "-round-" + round);
            ours.add(gateway(install, place.resolve("gateway"), asked));
            for (Broker peer : peers) {
                if (peer.obstacle(program.root()).isEmpty()) {
                    theirs.computeIfAbsent(peer, unseen -> new ArrayList<>())
                            .add(peer(install, peer, place.resolve(peer.title()), asked));
                }
            }
        }
        var figures = new ArrayList<>(List.of(new Figures("gateway", ours)));
        theirs.forEach((peer, measured) -> figures.add(new Figures(peer.title(), measured)));
        return figures;
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

    private JsonNode peer(Install install, Broker broker, Path folder, int asked) throws IOException {
        try (Peer server = Peer.start(broker, program.root(), folder)) {
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
