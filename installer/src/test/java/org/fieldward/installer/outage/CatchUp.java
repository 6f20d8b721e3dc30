package org.fieldward.installer.outage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fieldward.installer.part.Core;
import org.fieldward.installer.part.CoreApi;
import org.fieldward.installer.part.Gateway;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.Install.Part;
import org.fieldward.installer.part.LinkProxy;
import org.fieldward.installer.part.Ports;
import org.fieldward.installer.part.RunningPart;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lets a gateway come back with the readings of a day, while its ward goes on speaking, and measures until all is said. */
@Command(
        name = "catchup",
        mixinStandardHelpOptions = true,
        description =
                "Starts core, PostgreSQL and gateway, gives the gateway the readings of an outage, opens the link and"
                        + " measures how long it takes until the core has confirmed and stored them, with live traffic going"
                        + " on.")
public final class CatchUp implements Callable<Integer> {

    private static final String PROBE = "live-probe";

    @Option(names = "--root", required = true, hidden = true)
    private Path root = Path.of(".");

    @Option(names = "--beds", defaultValue = "30", description = "One reading a second each. Default: ${DEFAULT-VALUE}")
    private int beds;

    @Option(names = "--hours", defaultValue = "24", description = "Without a link. Default: ${DEFAULT-VALUE}")
    private double hours;

    @Option(
            names = "--per-commit",
            defaultValue = "1",
            description = "Readings that the gateway had committed together. Default: ${DEFAULT-VALUE}")
    private int perCommit;

    @Option(
            names = "--scratch",
            defaultValue = "/dev/shm",
            description = "Where the buffer's file is written before it is put in its place. Default: ${DEFAULT-VALUE}")
    private Path scratch = Path.of(".");

    @Option(
            names = "--live",
            defaultValue = "60s",
            description = "How long live traffic goes on. Default: ${DEFAULT-VALUE}")
    private String live = "60s";

    @Option(
            names = "--order",
            defaultValue = "oldest-first",
            description = "core.backlog-order. Default: ${DEFAULT-VALUE}")
    private String order = "oldest-first";

    private final Clock clock = Clock.systemUTC();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new CatchUp())
                .setExecutionExceptionHandler((e, line, parsed) -> {
                    System.err.println("catchup: " + e.getMessage());
                    return 1;
                })
                .execute(arguments));
    }

    private static List<String> names(String prefix, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> "%s%05d".formatted(prefix, i))
                .toList();
    }

    @Override
    public Integer call() throws Exception {
        Install install = new Install.Launchers(root.toAbsolutePath().resolve("installer/bin"));
        Path folder = Files.createTempDirectory("fieldward-catchup-");
        List<String> ward = names("bed-", beds);
        List<String> speaking =
                Stream.concat(names("live-", beds).stream(), Stream.of(PROBE)).toList();
        try (Core core = Core.start(install, folder.resolve("core"), Ports.free(), Map.of());
                LinkProxy wire = new LinkProxy(core.intakePort())) {
            admit(core.api(), Stream.concat(ward.stream(), speaking.stream()).toList());
            Gateway gateway = Gateway.prepare(
                    install,
                    folder.resolve("gateway"),
                    wire.port(),
                    core.admit("ward"),
                    speaking,
                    Map.of("core.backlog-order", order));
            Instant began = clock.instant();
            int seconds = (int) (hours * 3600);
            long written = new OfflineDay(ward, 7)
                    .write(
                            folder.resolve("gateway/data"),
                            began.minusSeconds(seconds),
                            seconds,
                            perCommit,
                            Files.createTempDirectory(scratch, "fieldward-catchup-"));
            System.out.printf("%,d readings kept, written in %.1f s%n", written, since(began));
            wire.become(LinkProxy.State.CUT);
            try (Gateway running = gateway.start()) {
                return measure(install, folder, new Parts(core, wire, running), written);
            }
        } finally {
            System.out.println("logs and data are in " + folder);
        }
    }

    private record Parts(Core core, LinkProxy wire, Gateway gateway) {}

    private int measure(Install install, Path folder, Parts parts, long written) {
        try (RunningPart speaking = RunningPart.start(
                "device-simulator", install.command(Part.DEVICE_SIMULATOR, load(parts)), folder.resolve("load.log"))) {
            parts.gateway()
                    .awaitStatus(
                            status -> status.path("devices").path("published").asLong() > 5L * beds,
                            Duration.ofSeconds(60));
            Instant opened = clock.instant();
            parts.wire().become(LinkProxy.State.OPEN);
            parts.gateway()
                    .awaitStatus(status -> status.path("core").path("confirmed").asLong() > 0, Duration.ofMinutes(3));
            double connected = since(opened);
            Instant from = clock.instant();
            // What has just come is always under way: what is left of the outage is more than that.
            parts.gateway()
                    .awaitStatus(
                            status -> status.path("buffer")
                                            .path("backlog")
                                            .path("vital")
                                            .path("records")
                                            .asLong()
                                    < 10L * beds,
                            Duration.ofMinutes(20));
            double confirmed = since(from);
            System.out.printf(
                    "%,d readings confirmed %.1f s after the first (%,.0f a second); the gateway called %.1f s after the"
                            + " link was there%n",
                    written, confirmed, written / confirmed, connected);
            System.out.printf(
                    "%.2f bytes a reading on the wire, TLS and all%n",
                    (double) parts.wire().bytesUp() / written);
            parts.core()
                    .api()
                    .await(
                            "api/v1/anchor",
                            anchor -> anchor.path("log_size").asLong() >= written,
                            Duration.ofMinutes(20));
            System.out.printf(
                    "the core had attributed, validated and stored them %.1f s after the first%n", since(from));
            int code = speaking.awaitEnd(Duration.ofMinutes(30));
            System.out.println(speaking.lastLines(40));
            return code;
        }
    }

    private List<String> load(Parts parts) {
        return new ArrayList<>(List.of(
                "load",
                "--connections",
                Integer.toString(beds),
                "--prefix",
                "live-",
                "--rate",
                Integer.toString(beds),
                "--warm-up",
                "3s",
                "--duration",
                live,
                "--port",
                Integer.toString(parts.gateway().mqttPort()),
                "--logins",
                parts.gateway().logins().toString(),
                "--pid",
                "gateway=" + parts.gateway().process().pid(),
                "--pid",
                "core=" + parts.core().process().pid(),
                "--core",
                parts.core().api().address().toString(),
                "--probe",
                PROBE,
                "--probe-patient",
                "p-" + PROBE));
    }

    private static void admit(CoreApi api, List<String> devices) {
        Instant early = Instant.EPOCH.plus(Duration.ofDays(365 * 50));
        for (String device : devices) {
            api.admit(
                    "p-" + device,
                    Map.of("identifier", device, "family", "Ward", "given", device, "gender", "unknown"));
            api.place(device, device);
            api.bind(device, "p-" + device, early);
        }
    }

    private double since(Instant then) {
        return Duration.between(then, clock.instant()).toMillis() / 1000.0;
    }
}
