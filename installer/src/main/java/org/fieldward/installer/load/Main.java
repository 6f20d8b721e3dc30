package org.fieldward.installer.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fieldward.installer.part.Chain;
import org.fieldward.installer.part.Core;
import org.fieldward.installer.part.CoreApi;
import org.fieldward.installer.part.Gateway;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.Install.Part;
import org.fieldward.installer.part.LinkProxy;
import org.fieldward.installer.part.PartException;
import org.fieldward.installer.part.Ports;
import org.fieldward.installer.part.RunningPart;
import org.fieldward.installer.program.Program;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Starts the parts as an operator would, loads them with {@code device-simulator load}, and says what it cost. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description = "Measures gateway, core and PostgreSQL together on this machine. Further options go to"
                + " 'device-simulator load' (--rate, --duration, --values ...).")
public final class Main implements Callable<Integer> {

    private static final String PROBE = "load-probe";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private Program program = new Program();

    @Option(names = "--connections", defaultValue = "50", description = "One device each. Default: ${DEFAULT-VALUE}")
    private int connections = 50;

    @Option(
            names = "--set",
            description = "KEY=VALUE, a setting of the gateway; all but mqtt.max-publishes-per-second, because one"
                    + " connection stands for many devices here, have their defaults.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--package", description = "Folder of an unpacked package that the gateway is started from.")
    private Optional<Path> parcel = Optional.empty();

    @Option(names = "--gateway-only", description = "The core is out of reach: the gateway keeps everything.")
    private boolean gatewayOnly;

    /** Whether the core has a chain. */
    enum Anchoring {
        ON,
        OFF
    }

    @Option(
            names = "--anchoring",
            defaultValue = "off",
            description =
                    "on: the heads of the core's log are anchored every ten seconds on a chain of this machine, from"
                            + " the npm registry; off: they are signed only. Default: ${DEFAULT-VALUE}")
    private Anchoring anchoring = Anchoring.OFF;

    @Option(names = "--drain", defaultValue = "120s", description = "Longest wait until the core has everything.")
    private String drain = "120s";

    @Unmatched
    private List<String> forLoad = new ArrayList<>();

    private final Clock clock = Clock.systemUTC();

    public static void main(String[] arguments) {
        Program.run(new Main(), arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Install install = program.install();
        Path folder = program.folder("load");
        List<String> devices = Stream.concat(
                        IntStream.rangeClosed(1, connections).mapToObj("load-%05d"::formatted), Stream.of(PROBE))
                .toList();
        Optional<Chain> chain = chain(folder);
        Instant began = clock.instant();
        try (Core core = Core.start(
                        install,
                        folder.resolve("core"),
                        Ports.free(),
                        chain.map(one -> one.anchoring(Duration.ofSeconds(10))).orElse(Map.of()));
                LinkProxy wire = new LinkProxy(core.intakePort())) {
            said("core up", began);
            CoreApi api = core.api();
            api.occupy(devices);
            Instant prepared = clock.instant();
            Install ofGateway = parcel.<Install>map(
                            own -> new Install.Launchers(own.toAbsolutePath().resolve("bin")))
                    .orElse(install);
            try (Gateway gateway = Gateway.prepare(
                            ofGateway, folder.resolve("gateway"), wire.port(), core.admit("load"), devices, settings())
                    .start()) {
                said("gateway enrolled and up", prepared);
                if (gatewayOnly) {
                    wire.become(LinkProxy.State.CUT);
                }
                idle(core, gateway);
                return load(install, folder, new Parts(chain, core, wire, gateway));
            }
        } finally {
            chain.ifPresent(Chain::close);
        }
    }

    private Optional<Chain> chain(Path folder) throws IOException {
        if (anchoring == Anchoring.OFF) {
            return Optional.empty();
        }
        Path installer = program.root().resolve("installer");
        Path node = Chain.install(
                        installer.resolve("chain"), installer.resolve("target/chain"), folder.resolve("npm.log"))
                .orElseThrow(() -> new PartException("no Node, or the npm registry does not answer: no chain"));
        return Optional.of(Chain.start(node, folder.resolve("chain")));
    }

    private Map<String, String> settings() {
        Map<String, String> more = new LinkedHashMap<>();
        more.put("mqtt.max-publishes-per-second", "100000");
        more.putAll(settings);
        System.out.println("settings of the gateway that are not defaults: " + more);
        return more;
    }

    private record Parts(Optional<Chain> chain, Core core, LinkProxy wire, Gateway gateway) {}

    private int load(Install install, Path folder, Parts parts) throws IOException {
        long bytesBefore = parts.wire().bytesUp();
        long entriesBefore = entries(parts.core());
        var arguments = new ArrayList<>(List.of(
                "load",
                "--connections",
                Integer.toString(connections),
                "--port",
                Integer.toString(parts.gateway().mqttPort()),
                "--logins",
                parts.gateway().logins().toString(),
                "--pid",
                "gateway=" + parts.gateway().process().pid(),
                "--pid",
                "core=" + parts.core().process().pid(),
                "--pid",
                "postgres=" + parts.core().database()));
        parts.chain()
                .ifPresent(chain -> arguments.addAll(
                        List.of("--pid", "chain=" + chain.process().pid())));
        if (!gatewayOnly) {
            arguments.addAll(List.of(
                    "--core",
                    parts.core().api().address().toString(),
                    "--probe",
                    PROBE,
                    "--probe-patient",
                    "p-" + PROBE));
        }
        arguments.addAll(forLoad);
        int asked = forLoad.indexOf("--json");
        Path json = asked < 0 ? folder.resolve("load.json") : Path.of(forLoad.get(asked + 1));
        if (asked < 0) {
            arguments.addAll(List.of("--json", json.toString()));
        }
        Instant began = clock.instant();
        try (RunningPart load = RunningPart.start(
                "device-simulator", install.command(Part.DEVICE_SIMULATOR, arguments), folder.resolve("load.log"))) {
            int code = load.awaitEnd(Duration.ofMinutes(30));
            System.out.println(load.lastLines(200));
            if (code == 0 && !gatewayOnly) {
                System.out.println(
                        new Shares(JSON.readTree(Files.readString(json)).path("load")).text());
                drained(parts, entriesBefore, bytesBefore, began);
            }
            return code;
        }
    }

    private void drained(Parts parts, long entriesBefore, long bytesBefore, Instant began) {
        Instant ended = clock.instant();
        parts.core()
                .api()
                .await(
                        "api/v1/gateways",
                        gateways ->
                                gateways.path(0).path("backlog").path("vital").asLong(-1) == 0,
                        Duration.parse("PT" + drain.toUpperCase(Locale.ROOT)));
        parts.core()
                .api()
                .await("api/v1/anchor", new Settled()::test, Duration.parse("PT" + drain.toUpperCase(Locale.ROOT)));
        long entries = entries(parts.core()) - entriesBefore;
        System.out.printf(
                "the core has %,d readings, %.1f s after the load ended (%,.0f a second from its beginning)%n",
                entries,
                Duration.between(ended, clock.instant()).toMillis() / 1000.0,
                entries * 1000.0 / Duration.between(began, clock.instant()).toMillis());
        System.out.printf(
                "on the wire from gateway to core: %.2f bytes a reading, TLS and all%n",
                (double) (parts.wire().bytesUp() - bytesBefore) / entries);
    }

    /** The log stands still when it was asked some times in a row. */
    private static final class Settled {
        private long last = -1;
        private int same;

        boolean test(JsonNode anchor) {
            long now = anchor.path("log_size").asLong();
            same = now == last ? same + 1 : 0;
            last = now;
            return same >= 10;
        }
    }

    private static long entries(Core core) {
        return core.api().get("api/v1/anchor").path("log_size").asLong();
    }

    private static void idle(Core core, Gateway gateway) throws IOException {
        System.out.printf(
                "idle, resident: gateway %,d KiB, core %,d KiB%n",
                resident(gateway.process().pid()), resident(core.process().pid()));
    }

    private static long resident(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new PartException("this system does not tell how much memory a process has");
    }

    private void said(String what, Instant since) {
        System.out.printf(
                "%s after %.1f s%n",
                what, Duration.between(since, clock.instant()).toMillis() / 1000.0);
    }
}
