package org.fieldward.installer.alarm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.fieldward.installer.part.Gateway;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.Install.Part;
import org.fieldward.installer.part.PartException;
import org.fieldward.installer.part.RunningPart;
import org.fieldward.installer.program.Program;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long a screen in the ward waits for an alarm, while other devices keep the gateway busy. */
@Command(
        name = "alarms",
        mixinStandardHelpOptions = true,
        description = "Measures the time from publishing a value beyond its limit until a screen shows the alarm.")
public final class Main implements Callable<Integer> {

    private static final String PROBE = "alarm-probe";

    @Mixin
    private Program program = new Program();

    @Option(names = "--rate", defaultValue = "5000", description = "Of the others, a second. Default: ${DEFAULT-VALUE}")
    private int rate;

    @Option(names = "--seconds", defaultValue = "30", description = "Measured. Default: ${DEFAULT-VALUE}")
    private int seconds;

    @Option(names = "--warm-up", defaultValue = "15", description = "Seconds before. Default: ${DEFAULT-VALUE}")
    private int warmUp;

    @Option(names = "--connections", defaultValue = "50", description = "Of the others. Default: ${DEFAULT-VALUE}")
    private int connections;

    public static void main(String[] arguments) {
        Program.run(new Main(), arguments);
    }

    @Override
    public Integer call() throws IOException {
        Install install = program.install();
        Path folder = Files.createTempDirectory("fieldward-alarms-");
        List<String> devices = Stream.concat(
                        IntStream.rangeClosed(1, connections).mapToObj("load-%05d"::formatted), Stream.of(PROBE))
                .toList();
        // Without a delay, or the delay would be what is measured.
        Map<String, String> settings = Map.of(
                "mqtt.max-publishes-per-second", "100000",
                "alarm.limit.heart-rate", "40..130 delay 0s hysteresis 3 priority high");
        try (Gateway gateway = Gateway.alone(install, folder, devices, settings);
                var probe = new Probe(PROBE, "alarm-screen")) {
            String password = gateway.admitScreen("alarm-screen");
            gateway.start();
            probe.connect(gateway.mqttPort(), gateway.password(PROBE), password);
            try (RunningPart load = load(install, folder, gateway)) {
                probe.measure(Duration.ofSeconds(warmUp));
                Histogram micros = probe.measure(Duration.ofSeconds(seconds));
                int code = load.awaitEnd(Duration.ofMinutes(2));
                System.out.println(load.lastLines(40));
                if (code != 0) {
                    throw new PartException("the load ended with " + code);
                }
                print(micros);
            }
        } finally {
            System.out.println("logs and data are in " + folder);
        }
        return 0;
    }

    private RunningPart load(Install install, Path folder, Gateway gateway) {
        List<String> arguments = List.of(
                "load",
                "--connections",
                Integer.toString(connections),
                "--port",
                Integer.toString(gateway.mqttPort()),
                "--logins",
                gateway.logins().toString(),
                "--rate",
                Integer.toString(rate),
                "--warm-up",
                warmUp + "s",
                "--duration",
                seconds + "s",
                "--pid",
                "gateway=" + gateway.process().pid());
        return RunningPart.start(
                "device-simulator", install.command(Part.DEVICE_SIMULATOR, arguments), folder.resolve("load.log"));
    }

    private void print(Histogram micros) {
        System.out.printf(
                "value to alarm     p50 %.2f  p90 %.2f  p99 %.2f  max %.2f ms over %,d alarms at %,d readings a second%n",
                micros.getValueAtPercentile(50) / 1e3,
                micros.getValueAtPercentile(90) / 1e3,
                micros.getValueAtPercentile(99) / 1e3,
                micros.getMaxValue() / 1e3,
                micros.getTotalCount(),
                rate);
    }
}
