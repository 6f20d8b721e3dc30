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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.core.HttpCore;
import org.fieldward.simulator.line.CoreAnswers;
import org.fieldward.simulator.load.EndToEnd;
import org.fieldward.simulator.load.Load;
import org.fieldward.simulator.load.LoadPlan;
import org.fieldward.simulator.load.LoadReport;
import org.fieldward.simulator.load.LoadResult;
import org.fieldward.simulator.load.Processes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Loads a gateway and measures it. */
@Command(
        name = "load",
        description = "Loads a gateway, or any MQTT 3.1.1 server, with QoS 1 publishes and measures it.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class LoadCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--connections", defaultValue = "50", description = "One device each. Default: ${DEFAULT-VALUE}")
    private int connections;

    @Option(names = "--readings-per-publish", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}")
    private int readings;

    @Option(names = "--values", defaultValue = "6", description = "Per reading, 1 to 8. Default: ${DEFAULT-VALUE}")
    private int values;

    @Option(
            names = "--rate",
            defaultValue = "0",
            description = "Publishes per second over all connections (open loop, latency from the time meant for"
                    + " sending). Default: 0, as many as are acknowledged")
    private long rate;

    @Option(names = "--warm-up", defaultValue = "3s", description = "Not measured. Default: ${DEFAULT-VALUE}")
    private Duration warmUp = Duration.ZERO;

    @Option(names = "--duration", defaultValue = "30s", description = "Measured. Default: ${DEFAULT-VALUE}")
    private Duration duration = Duration.ZERO;

    @Option(names = "--threads", defaultValue = "1", description = "That generate. Default: ${DEFAULT-VALUE}")
    private int threads;

    @Option(
            names = "--prefix",
            defaultValue = "load-",
            description = "Devices are named so, with a number from 00001. Default: ${DEFAULT-VALUE}")
    private String prefix = "";

    @Option(
            names = "--start",
            description = "Device time of each device's first reading (ISO 8601, UTC). Default: an hour ago")
    private @Nullable Instant start;

    @Option(
            names = "--pid",
            description = "NAME=PID of a process to watch: CPU, memory, bytes written. May be repeated.")
    private Map<String, Long> pids = new LinkedHashMap<>();

    @Option(names = "--json", description = "File to write the result to.")
    private @Nullable Path json;

    @Option(
            names = "--probe",
            defaultValue = "load-probe",
            description = "With --core: the device that measures end-to-end latency. Default: ${DEFAULT-VALUE}")
    private String probe = "";

    @Option(
            names = "--probe-patient",
            description = "The patient it is bound to; without it the core's whole stream is followed.")
    private @Nullable String probePatient;

    /** Not in step with batches and commits, or it would measure the same part of their rounds each time. */
    @Option(names = "--probe-rate", defaultValue = "47", description = "Per second. Default: ${DEFAULT-VALUE}")
    private int probeRate;

    @Mixin
    private CoreOptions core = new CoreOptions();

    @Mixin
    private GatewayOptions gateway = new GatewayOptions();

    /** For picocli, which sets the fields. */
    @SuppressWarnings("NullAway.Init")
    LoadCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Map<String, Long> watched = new LinkedHashMap<>(pids);
        watched.put("generator", ProcessHandle.current().pid());
        var load = new Load(plan(), new Processes(watched), System::nanoTime);
        Map<String, Object> report = new LinkedHashMap<>();
        try (Watch watch = watch()) {
            watch.endToEnd().ifPresent(EndToEnd::start);
            var listener = new Listener(watch.endToEnd(), out);
            LoadResult result = load.run(listener);
            report.put("load", result);
            new LoadReport(out).print(result, listener.windows);
            watch.endToEnd().map(EndToEnd::take).ifPresent(measured -> {
                report.put("endToEnd", measured);
                report.put("endToEndWindows", listener.windows);
                new LoadReport(out).print(measured);
            });
        }
        write(report);
        return 0;
    }

    /** Prints each second, and asks the probe how each window was. */
    private static final class Listener implements Load.Listener {
        private final Optional<EndToEnd> probe;
        private final PrintWriter out;
        private final List<EndToEnd.Result> windows = new ArrayList<>();

        Listener(Optional<EndToEnd> probe, PrintWriter out) {
            this.probe = probe;
            this.out = out;
        }

        @Override
        public void begins() {
            // What was probed while the load was warming up is not measured.
            probe.ifPresent(EndToEnd::restart);
        }

        @Override
        public void second(int number, long acked, double p99Millis) {
            out.printf("%4d s  %,10d/s  p99 %.2f ms", number, acked, p99Millis);
            probe.map(EndToEnd::takeSecond)
                    .ifPresent(told -> out.printf("  stream p50 %.1f  longest %.1f ms", told.p50(), told.max()));
            out.println();
            out.flush();
        }

        @Override
        public void window(LoadResult.Window window) {
            probe.map(EndToEnd::takeWindow).ifPresent(windows::add);
        }
    }

    private LoadPlan plan() {
        Instant first = Optional.ofNullable(start).orElseGet(() -> Instant.now().minus(Duration.ofHours(1)));
        return new LoadPlan(
                gateway.gateway(),
                gateway.logins(),
                connections,
                threads,
                gateway.window(),
                new LoadPlan.Shape(prefix, readings, values, first),
                new LoadPlan.Course(rate, warmUp, duration));
    }

    /** What runs beside the load, if a core was named. */
    private record Watch(Optional<HttpCore> core, Optional<EndToEnd> endToEnd) implements AutoCloseable {
        @Override
        public void close() {
            endToEnd.ifPresent(EndToEnd::close);
            core.ifPresent(HttpCore::close);
        }
    }

    private Watch watch() {
        Optional<HttpCore> asked = core.core();
        return new Watch(asked, asked.map(present -> {
            var device = new EndToEnd.Probe(
                    gateway.settings(1), new DeviceId(probe), Optional.ofNullable(probePatient), probeRate);
            return new EndToEnd(device, present, InstantSource.system(), System::nanoTime);
        }));
    }

    private void write(Map<String, Object> report) {
        if (json != null) {
            try {
                Files.writeString(json, CoreAnswers.text(report) + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException("could not write " + json, e);
            }
        }
    }
}
