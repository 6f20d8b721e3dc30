package org.fieldward.installer.siege;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fieldward.installer.part.Gateway;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.Install.Part;
import org.fieldward.installer.part.RunningPart;
import org.fieldward.installer.program.Program;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Starts a gateway as an operator would, and besieges it with {@code device-simulator siege}. */
@Command(
        name = "siege",
        mixinStandardHelpOptions = true,
        description = "Besieges a gateway on this machine. Further options go to 'device-simulator siege' (--rate,"
                + " --duration, --half-open ...).")
public final class Main implements Callable<Integer> {

    private static final String SCREEN = "siege-screen";
    /** Those who flood, deafen, send large CONNECTs, and such as are gone without being noticed yet. */
    private static final int BESIDES = 1_500;

    @Mixin
    private Program program = new Program();

    @Option(names = "--idle", defaultValue = "5000", description = "Idle connections. Default: ${DEFAULT-VALUE}")
    private int idle = 5000;

    @Option(names = "--half-open", defaultValue = "2000", description = "Default: ${DEFAULT-VALUE}")
    private int halfOpen = 2000;

    @Option(names = "--good", defaultValue = "50", description = "Good devices. Default: ${DEFAULT-VALUE}")
    private int good = 50;

    @Option(
            names = "--set",
            description =
                    "KEY=VALUE, a setting of the gateway; all but mqtt.max-connections and mqtt.max-sessions, which"
                            + " make room for the siege, have their defaults.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Unmatched
    private List<String> forSiege = new ArrayList<>();

    public static void main(String[] arguments) {
        Program.run(new Main(), arguments);
    }

    @Override
    public Integer call() throws IOException {
        Install install = program.install();
        Path folder = Files.createTempDirectory("fieldward-siege-");
        try (Gateway gateway = Gateway.alone(install, folder.resolve("gateway"), devices(), roomy())) {
            Files.writeString(
                    gateway.logins(), SCREEN + ":" + gateway.admitScreen(SCREEN) + "\n", StandardOpenOption.APPEND);
            gateway.start();
            System.out.println("gateway up; settings that are not defaults: " + roomy());
            return besiege(install, folder, gateway);
        } finally {
            System.out.println("logs and data are in " + folder);
        }
    }

    private List<String> devices() {
        return Stream.concat(
                        IntStream.rangeClosed(1, good).mapToObj("good-%05d"::formatted),
                        Stream.of("flood-00001", "flood-00002"))
                .toList();
    }

    private Map<String, String> roomy() {
        Map<String, String> more = new LinkedHashMap<>();
        more.put("mqtt.max-connections", Integer.toString(idle + halfOpen + good + BESIDES));
        more.put("mqtt.max-sessions", Integer.toString(Math.max(10_000, idle + good + BESIDES)));
        more.putAll(settings);
        return more;
    }

    private int besiege(Install install, Path folder, Gateway gateway) {
        var arguments = new ArrayList<>(List.of(
                "siege",
                "--idle",
                Integer.toString(idle),
                "--half-open",
                Integer.toString(halfOpen),
                "--good",
                Integer.toString(good),
                "--screen",
                SCREEN,
                "--port",
                Integer.toString(gateway.mqttPort()),
                "--tls-port",
                Integer.toString(gateway.tlsPort()),
                "--logins",
                gateway.logins().toString(),
                "--pid",
                Long.toString(gateway.process().pid())));
        arguments.addAll(forSiege);
        try (RunningPart siege = RunningPart.start(
                "device-simulator", install.command(Part.DEVICE_SIMULATOR, arguments), folder.resolve("siege.log"))) {
            int code = siege.awaitEnd(Duration.ofMinutes(30));
            System.out.println(siege.lastLines(200));
            return code;
        }
    }
}
