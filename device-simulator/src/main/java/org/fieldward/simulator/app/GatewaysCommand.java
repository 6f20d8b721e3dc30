package org.fieldward.simulator.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.fieldward.simulator.line.CoreAnswers;
import org.fieldward.simulator.load.Processes;
import org.fieldward.simulator.sample.Secret;
import org.fieldward.simulator.uplink.UplinkPlan;
import org.fieldward.simulator.uplink.UplinkResult;
import org.fieldward.simulator.uplink.Uplinks;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Many simulated gateways against one core. */
@Command(
        name = "gateways",
        description = "Speaks to a core as many gateways would, with no device behind them, and measures it.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class GatewaysCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--admissions",
            required = true,
            description = "File of lines 'gateway:token', as 'cloud-core gateway enrol-token' gave them out. Each token"
                    + " is used up.")
    private Path admissions;

    @Option(names = "--authority", required = true, description = "The core's, as the same command prints it.")
    private String authority;

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "The core. Default: ${DEFAULT-VALUE}")
    private String host;

    @Option(names = "--port", required = true, description = "Its port for gateways.")
    private int port;

    @Option(
            names = "--devices",
            defaultValue = "10",
            description = "Behind each gateway, named GATEWAY-001 and so on. Default: ${DEFAULT-VALUE}")
    private int devices;

    @Option(names = "--batch", defaultValue = "1000", description = "Readings at most. Default: ${DEFAULT-VALUE}")
    private int batch;

    @Option(
            names = "--rate",
            defaultValue = "0",
            description = "Readings a second over all gateways (open loop, latency from when a batch's oldest reading"
                    + " was due). Default: 0, as fast as they are confirmed")
    private long rate;

    @Option(
            names = "--readings",
            defaultValue = "0",
            description = "Of each gateway, then it is over. Default: 0, when --duration is over")
    private long readings;

    @Option(names = "--warm-up", defaultValue = "3s", description = "Not measured. Default: ${DEFAULT-VALUE}")
    private Duration warmUp = Duration.ZERO;

    @Option(names = "--duration", defaultValue = "30s", description = "Measured, at most. Default: ${DEFAULT-VALUE}")
    private Duration duration = Duration.ZERO;

    @Option(names = "--threads", defaultValue = "1", description = "That generate. Default: ${DEFAULT-VALUE}")
    private int threads;

    @Option(
            names = "--start",
            description = "Device time of the first readings (ISO 8601, UTC); each device goes on in steps of a second."
                    + " Default: an hour ago")
    private @Nullable Instant start;

    @Option(
            names = "--pid",
            description = "NAME=PID of a process to watch: CPU, memory, bytes written. May be repeated.")
    private Map<String, Long> pids = new LinkedHashMap<>();

    @Option(names = "--json", description = "File to write the result to.")
    private @Nullable Path json;

    /** For picocli, which sets the fields. */
    @SuppressWarnings("NullAway.Init")
    GatewaysCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Map<String, Long> watched = new LinkedHashMap<>(pids);
        watched.put("generator", ProcessHandle.current().pid());
        Instant first = Optional.ofNullable(start).orElseGet(() -> Instant.now().minus(Duration.ofHours(1)));
        var plan = new UplinkPlan(
                new UplinkPlan.Core(host, port, authority.replace(":", "").toLowerCase(Locale.ROOT)),
                read(admissions),
                devices,
                batch,
                threads,
                new UplinkPlan.Course(first, rate, readings, warmUp, duration));
        var uplinks = new Uplinks(
                plan,
                new Processes(watched),
                InstantSource.system(),
                System::nanoTime,
                () -> ThreadLocalRandom.current().nextDouble());
        UplinkResult result = uplinks.run((second, confirmed, p99) -> {
            out.printf("%4d s  %,10d/s  p99 %.2f ms%n", second, confirmed, p99);
            out.flush();
        });
        print(result, out);
        if (json != null) {
            write(json, result);
        }
        return 0;
    }

    private static List<UplinkPlan.Admission> read(Path file) {
        try {
            var found = new ArrayList<UplinkPlan.Admission>();
            for (String line : Files.readAllLines(file)) {
                int colon = line.indexOf(':');
                if (colon < 1) {
                    throw new IllegalArgumentException(
                            "admissions " + file + " line " + (found.size() + 1) + " must be 'gateway:token'");
                }
                found.add(new UplinkPlan.Admission(line.substring(0, colon), new Secret(line.substring(colon + 1))));
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("could not read the admissions " + file, e);
        }
    }

    private static void print(UplinkResult result, PrintWriter out) {
        var latency = result.latency();
        out.printf(
                "%nconfirmed          %,d readings of %,d gateways in %.1f s, %,.0f a second, in %,d batches%n",
                result.acked(),
                result.setting().gateways(),
                result.setting().seconds(),
                result.acked() / result.setting().seconds(),
                result.batches());
        out.printf(
                "confirmed after    p50 %.3f  p90 %.3f  p99 %.3f  p99.9 %.3f  max %.3f ms%n",
                latency.p50(), latency.p90(), latency.p99(), latency.p999(), latency.max());
        out.printf(
                "bytes              %.2f a reading, without TLS; quarantined %,d; gateways turned away %,d times%n",
                result.acked() == 0 ? 0 : (double) result.bytes() / result.acked(),
                result.quarantined(),
                result.turnedAway());
        result.processes()
                .forEach(process -> out.printf(
                        "%-18s CPU %.2f s, %.2f s per million; %.0f MB resident; %.1f MB written%n",
                        process.name(),
                        process.cpuSeconds(),
                        process.cpuSecondsPerMillion(),
                        process.residentMegabytes(),
                        process.writtenMegabytes()));
        out.flush();
    }

    private static void write(Path file, UplinkResult result) {
        try {
            Files.writeString(file, CoreAnswers.text(Map.of("uplink", result)) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("could not write " + file, e);
        }
    }
}
