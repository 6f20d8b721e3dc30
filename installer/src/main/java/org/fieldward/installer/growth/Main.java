package org.fieldward.installer.growth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.fieldward.installer.part.Core;
import org.fieldward.installer.part.Gateway;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.Install.Part;
import org.fieldward.installer.part.Ports;
import org.fieldward.installer.part.RunningPart;
import org.fieldward.installer.program.Program;
import org.fieldward.installer.uplink.Uplinks;
import org.fieldward.installer.uplink.Uplinks.CatchUp;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts a gateway for each number of devices, and one core for all numbers of gateways, and loads them. */
@Command(
        name = "growth",
        mixinStandardHelpOptions = true,
        description =
                "Measures the gateway over the number of its devices, and the core over the number of its gateways."
                        + " Each size is measured twice: with as much as is taken, and at a fixed rate.")
public final class Main implements Callable<Integer> {

    private static final Duration LONGEST = Duration.ofMinutes(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The generator's or the gateway's own, beside their connections. */
    private static final int OTHER_FILES = 300;

    /** Publishes that are under way at the limit, over all connections, if these are fewer. */
    private static final int UNDER_WAY = 2_000;

    /** What the gateway's heap is as it ships, and how many clients fit into it. */
    private static final int SHIPPED_MEGABYTES = 192;

    private static final int SHIPPED_CLIENTS = 9_000;

    @Mixin
    private Program program = new Program();

    @Option(
            names = "--connections",
            split = ",",
            defaultValue = "100,1000,5000,20000",
            description = "Devices of the gateway, one connection each, as far as there may be open files; 0 for none."
                    + " Default: ${DEFAULT-VALUE}")
    private List<Integer> connections = List.of();

    @Option(
            names = "--gateways",
            split = ",",
            defaultValue = "1,10,100,1000",
            description = "Gateways of the core, simulated; 0 for none. Default: ${DEFAULT-VALUE}")
    private List<Integer> gateways = List.of();

    @Option(names = "--devices", defaultValue = "2", description = "Behind each gateway. Default: ${DEFAULT-VALUE}")
    private int devices;

    @Option(
            names = "--batch",
            defaultValue = "1000",
            description = "Readings that a gateway sends together, at most. Default: ${DEFAULT-VALUE}")
    private int batch;

    @Option(names = "--seconds", defaultValue = "10", description = "Of each measurement. Default: ${DEFAULT-VALUE}")
    private int seconds;

    @Option(names = "--warm-up", defaultValue = "5", description = "Seconds before it. Default: ${DEFAULT-VALUE}")
    private int warmUp;

    @Option(
            names = "--rate",
            defaultValue = "5000",
            description = "Readings a second of the measurement at a rate. Default: ${DEFAULT-VALUE}")
    private int rate;

    @Option(
            names = "--backlog",
            defaultValue = "200000",
            description = "Readings that all gateways together bring at the core's limit. Default: ${DEFAULT-VALUE}")
    private int backlog;

    private final Clock clock = Clock.systemUTC();

    public static void main(String[] arguments) {
        Program.run(new Main(), arguments);
    }

    @Override
    public Integer call() throws IOException {
        Path folder = program.folder("growth");
        long files = files();
        System.out.printf("open files: at most %,d for each process (ulimit -n)%n", files);
        var ofGateway = Table.ofGateway();
        for (int size : connections) {
            int possible = (int) Math.min(size, files - OTHER_FILES);
            if (possible < size) {
                System.out.printf("of %,d connections only %,d are made: each is an open file%n", size, possible);
            }
            if (possible > 0) {
                gateway(possible, folder.resolve("devices-" + possible), ofGateway);
            }
        }
        var ofCore = Table.ofCore();
        core(folder.resolve("core"), files, ofCore);
        System.out.printf(
                "%n%d s for each measurement after %d s; at the limit: as many as are acknowledged%n%n%s%n%s",
                seconds, warmUp, ofGateway.text(), ofCore.text());
        return 0;
    }

    private void gateway(int size, Path folder, Table table) throws IOException {
        List<String> names =
                IntStream.rangeClosed(1, size).mapToObj("load-%05d"::formatted).toList();
        Map<String, String> settings = Map.of(
                "mqtt.max-connections", Integer.toString(size + OTHER_FILES),
                "mqtt.max-connections-per-address", Integer.toString(size + OTHER_FILES),
                "mqtt.max-sessions", Integer.toString(Math.max(10_000, size + OTHER_FILES)),
                "mqtt.max-publishes-per-second", "1000000");
        int megabytes = SHIPPED_MEGABYTES * Math.ceilDiv(size, SHIPPED_CLIENTS);
        System.out.printf(
                "a gateway with accounts for %,d devices and a heap of %d MB; settings that are not defaults: %s%n",
                size, megabytes, settings);
        try (Gateway gateway =
                Gateway.alone(withHeap(megabytes), folder, names, settings).start()) {
            JsonNode saturated = load(gateway, folder, size, 0);
            table.gateway(size, saturated, load(gateway, folder, size, rate));
        }
    }

    private Install withHeap(int megabytes) {
        Install install = program.install();
        return (part, arguments) -> {
            var command = new ArrayList<>(List.of("env", "FIELDWARD_JAVA_OPTIONS=-Xmx" + megabytes + "m"));
            command.addAll(install.command(part, arguments));
            return command;
        };
    }

    private JsonNode load(Gateway gateway, Path folder, int size, int asked) throws IOException {
        Install install = program.install();
        Path result = folder.resolve("rate-" + asked + ".json");
        var arguments = new ArrayList<>(List.of(
                "load",
                "--connections",
                Integer.toString(size),
                "--port",
                Integer.toString(gateway.mqttPort()),
                "--logins",
                gateway.logins().toString(),
                "--pid",
                "gateway=" + gateway.process().pid(),
                "--json",
                result.toString()));
        arguments.addAll(times(asked));
        if (asked == 0) {
            arguments.addAll(List.of("--window", Integer.toString(Math.max(1, UNDER_WAY / size))));
        }
        RunningPart.run(
                "device-simulator",
                install.command(Part.DEVICE_SIMULATOR, arguments),
                folder.resolve("load.log"),
                LONGEST);
        return JSON.readTree(Files.readString(result)).path("load");
    }

    private List<String> times(int asked) {
        return List.of("--rate", Integer.toString(asked), "--warm-up", warmUp + "s", "--duration", seconds + "s");
    }

    private void core(Path folder, long files, Table table) {
        if (gateways.stream().allMatch(size -> size == 0)) {
            return;
        }
        int most = gateways.stream().mapToInt(Integer::intValue).max().orElse(0);
        Map<String, String> settings = Map.of(
                "intake.max-sessions",
                Integer.toString(Math.max(2_000, most + OTHER_FILES)),
                "intake.sessions-per-second",
                "200");
        System.out.println("a core; settings that are not defaults: " + settings);
        try (Core core = Core.start(program.install(), folder, Ports.free(), settings)) {
            for (int size : gateways) {
                if (size + OTHER_FILES > files) {
                    System.out.printf("%,d gateways are left out: each is an open file%n", size);
                } else if (size > 0) {
                    long each = Math.max(1, backlog / size);
                    CatchUp caught = uplinks(core, folder, "l" + size, size)
                            .catchUp("l" + size, each, clock.instant().minus(Duration.ofDays(1)));
                    table.core(
                            size,
                            caught,
                            uplinks(core, folder, "r" + size, size).speak("r" + size, times(rate)));
                    awaitCaughtUp(core);
                }
            }
        }
    }

    /** New ones each time: the simulated ones keep nothing that they could go on with. */
    private Uplinks uplinks(Core core, Path folder, String title, int size) {
        var uplinks = new Uplinks(
                program.install(),
                core,
                folder,
                IntStream.rangeClosed(1, size)
                        .mapToObj(number -> title + "-" + number)
                        .toList(),
                devices,
                batch);
        long began = System.nanoTime();
        int known = uplinks.settle().size();
        System.out.printf(
                "%,d devices with their patients and bindings were made known in %.1f s%n",
                known, (System.nanoTime() - began) / 1e9);
        return uplinks;
    }

    /** What was confirmed is still being looked at, and must not weigh on the next measurement. */
    private static void awaitCaughtUp(Core core) {
        long[] last = {-1, 0};
        core.api()
                .await(
                        "api/v1/anchor",
                        anchor -> {
                            long size = anchor.path("log_size").asLong();
                            last[1] = size == last[0] ? last[1] + 1 : 0;
                            last[0] = size;
                            return last[1] >= 20;
                        },
                        LONGEST);
    }

    private static long files() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.replaceFirst("^Max open files\\s+", "").split("\\s+", -1)[0])
                .mapToLong(limit -> limit.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(limit))
                .findFirst()
                .orElse(0);
    }
}
