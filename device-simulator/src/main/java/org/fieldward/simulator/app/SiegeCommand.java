package org.fieldward.simulator.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.line.CoreAnswers;
import org.fieldward.simulator.load.LoadResult.ProcessUsage;
import org.fieldward.simulator.load.Processes;
import org.fieldward.simulator.siege.Siege;
import org.fieldward.simulator.siege.SiegePlan;
import org.fieldward.simulator.siege.SiegeResult;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Besieges a gateway with bad clients and measures what good devices notice. */
@Command(
        name = "siege",
        description = "Besieges a gateway with bad clients, kind by kind, and measures what good devices notice of it."
                + " Ends with 1 if they do: a p99 of more than twice that without bad clients (and 5 ms above it), fewer"
                + " acknowledged than due, or a connection lost.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class SiegeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--idle", defaultValue = "5000", description = "Idle connections. Default: ${DEFAULT-VALUE}")
    private int idle;

    @Option(
            names = "--half-open",
            defaultValue = "2000",
            description = "Connections that begin a CONNECT, or a ClientHello, and never end it."
                    + " Default: ${DEFAULT-VALUE}")
    private int halfOpen;

    @Option(
            names = "--large",
            defaultValue = "500",
            description = "Connections that send a CONNECT of 180 KB but for its last byte. Default: ${DEFAULT-VALUE}")
    private int large;

    @Option(
            names = "--deaf",
            defaultValue = "20",
            description = "Subscribers that never read. Default: ${DEFAULT-VALUE}")
    private int deaf;

    @Option(
            names = "--looping",
            defaultValue = "16",
            description = "Clients that send garbage, or guess passwords, and come again at once."
                    + " Default: ${DEFAULT-VALUE}")
    private int looping;

    @Option(
            names = "--per-address",
            defaultValue = "900",
            description = "Bad clients that share one address of 127.0.0.0/8; the good devices have 127.0.0.1 to"
                    + " themselves. Default: ${DEFAULT-VALUE}")
    private int perAddress;

    @Option(
            names = "--tls-port",
            defaultValue = "0",
            description = "The gateway's MQTT port with TLS; without it nobody begins a ClientHello.")
    private int tlsPort;

    @Option(names = "--good", defaultValue = "50", description = "Good devices. Default: ${DEFAULT-VALUE}")
    private int good;

    @Option(
            names = "--rate",
            defaultValue = "5000",
            description = "Readings per second of all good devices together. Default: ${DEFAULT-VALUE}")
    private long rate;

    @Option(names = "--warm-up", defaultValue = "3s", description = "Of each phase. Default: ${DEFAULT-VALUE}")
    private Duration warmUp = Duration.ZERO;

    @Option(names = "--duration", defaultValue = "20s", description = "Of each phase. Default: ${DEFAULT-VALUE}")
    private Duration duration = Duration.ZERO;

    @Option(
            names = "--prefix",
            defaultValue = "good-",
            description = "Good devices are named so, with a number from 00001. Default: ${DEFAULT-VALUE}")
    private String prefix = "";

    @Option(
            names = "--flooders",
            defaultValue = "flood-",
            description = "The two devices that flood are named so, with a number. Default: ${DEFAULT-VALUE}")
    private String flooders = "";

    @Option(
            names = "--screen",
            defaultValue = "siege-screen",
            description = "Account of a screen that idle and deaf clients share, each with its own client id."
                    + " Default: ${DEFAULT-VALUE}")
    private String screen = "";

    @Option(
            names = "--only",
            description = "A kind of trouble to make, as the result names it; repeatable. Without it all are made.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--pid", description = "Of the gateway, to see its memory (Linux).")
    private @Nullable Long pid;

    @Option(names = "--json", description = "File to write the result to.")
    private @Nullable Path json;

    @Mixin
    private GatewayOptions gateway = new GatewayOptions();

    /** For picocli, which sets the fields. */
    @SuppressWarnings("NullAway.Init")
    SiegeCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Map<String, Long> watched = new LinkedHashMap<>();
        if (pid != null) {
            watched.put("gateway", pid);
        }
        var siege = new Siege(plan(), new Processes(watched), InstantSource.system(), System::nanoTime, new Random());
        out.printf(
                "%-18s %9s %9s %9s %9s %9s %7s %8s%n",
                "phase", "due/s", "acked/s", "p50 ms", "p99 ms", "p99.9 ms", "p99 x", "RSS MB");
        SiegeResult result = siege.run(soFar -> print(soFar, out));
        write(result);
        result.faults().forEach(fault -> out.println("FAULT " + fault));
        out.println(result.faults().isEmpty() ? "no good device noticed" : "the gateway gave in");
        out.flush();
        return result.faults().isEmpty() ? 0 : 1;
    }

    private SiegePlan plan() {
        return new SiegePlan(
                gateway.gateway(),
                tlsPort,
                gateway.logins(),
                new DeviceId(screen),
                new SiegePlan.Good(prefix, good, rate, gateway.window(), warmUp, duration),
                new SiegePlan.Bad(idle, halfOpen, large, deaf, looping, flooders, perAddress),
                only);
    }

    private static void print(SiegeResult soFar, PrintWriter out) {
        SiegeResult.Phase phase = soFar.phases().getLast();
        var latency = phase.good().latency();
        out.printf(
                "%-18s %,9d %,9.0f %9.2f %9.2f %9.2f %7.2f %8.0f%n",
                phase.name(),
                phase.good().setting().ratePerSecond(),
                phase.ackedPerSecond(),
                latency.p50(),
                latency.p99(),
                latency.p999(),
                soFar.ratio(phase),
                phase.good().processes().stream()
                        .mapToDouble(ProcessUsage::residentMegabytes)
                        .sum());
        phase.attacks()
                .forEach(attack -> out.printf(
                        "    %s, %,d clients: %,d connected, %,d not; logins %,d accepted, %,d refused; the gateway closed"
                                + " %,d, the oldest after %.1f s; %.1f MB sent%n",
                        attack.kind(),
                        attack.clients(),
                        attack.opened(),
                        attack.failed(),
                        attack.welcomed(),
                        attack.refused(),
                        attack.sentAway(),
                        attack.longestSeconds(),
                        attack.megabytesSent()));
        out.flush();
    }

    private void write(SiegeResult result) {
        if (json != null) {
            try {
                Files.writeString(json, CoreAnswers.text(result) + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException("could not write " + json, e);
            }
        }
    }
}
