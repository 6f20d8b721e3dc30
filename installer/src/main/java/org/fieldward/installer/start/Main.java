package org.fieldward.installer.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.fieldward.installer.part.Gateway;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.RunningPart;
import org.fieldward.installer.program.Program;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts a gateway again and again, and says how soon a device was heard and what the gateway then holds. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description =
                "Measures the gateway's start, from the fork to the PUBACK of a device that tries to connect every"
                        + " two milliseconds, and its memory when idle.")
public final class Main implements Callable<Integer> {

    private static final String DEVICE = "first";

    @Mixin
    private Program program = new Program();

    @Option(names = "--package", description = "Folder of an unpacked package; without it, the build tree's launcher.")
    private Optional<Path> parcel = Optional.empty();

    @Option(names = "--runs", defaultValue = "11", description = "Starts to measure. Default: ${DEFAULT-VALUE}")
    private int runs = 11;

    @Option(names = "--idle", defaultValue = "60s", description = "Then idle for. Default: ${DEFAULT-VALUE}")
    private String idle = "60s";

    /** One start: until the PUBACK by the clock, and the CPU time it took. */
    private record Start(Duration elapsed, Duration cpu) {}

    public static void main(String[] arguments) {
        Program.run(new Main(), arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path bin = parcel.map(folder -> folder.toAbsolutePath().resolve("bin"))
                .orElseGet(() -> program.root().resolve("installer/bin"));
        Path folder = Files.createTempDirectory("fieldward-start-");
        // The ward's page is open, as it is by default.
        Gateway gateway =
                Gateway.alone(new Install.Launchers(bin), folder, List.of(DEVICE), Map.of("clinic.port", "0"));
        System.out.println("first start (makes keys, certificate and files): " + said(start(gateway)));
        gateway.close();
        var starts = new ArrayList<Start>();
        var bare = new ArrayList<Start>();
        for (int i = 0; i < runs; i++) {
            starts.add(start(gateway));
            gateway.close();
            bare.add(bare(folder));
        }
        Start own = median(starts);
        Start jvm = median(bare);
        System.out.printf(
                Locale.ROOT,
                "median of %d starts: %s; bare JVM (-version): %s; %.1f and %.1f times%n",
                runs,
                said(own),
                said(jvm),
                (double) own.elapsed().toNanos() / jvm.elapsed().toNanos(),
                (double) own.cpu().toNanos() / Math.max(1, jvm.cpu().toNanos()));
        start(gateway);
        try {
            new CountDownLatch(1)
                    .await(Duration.parse("PT" + idle.toUpperCase(Locale.ROOT)).toMillis(), TimeUnit.MILLISECONDS);
            System.out.println(
                    "idle for " + idle + ": " + memory(gateway.process().pid()));
        } finally {
            gateway.close();
        }
        System.out.println("logs and data are in " + folder);
        return 0;
    }

    private static Start start(Gateway gateway) {
        String password = gateway.password(DEVICE);
        long began = System.nanoTime();
        RunningPart process = gateway.launch();
        FirstPublish.deliver(gateway.mqttPort(), DEVICE, password);
        return new Start(Duration.ofNanos(System.nanoTime() - began), cpu(process.pid()));
    }

    private static Duration cpu(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }

    /** The same JVM with the same collector, doing nothing. */
    private Start bare(Path folder) {
        Path java = parcel.map(own -> own.toAbsolutePath().resolve("jre/bin/java"))
                .orElseGet(() -> Path.of(System.getProperty("java.home"), "bin", "java"));
        String script = "\"$0\" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -version 2>&1; times";
        long began = System.nanoTime();
        String said = RunningPart.run(
                "java",
                List.of("sh", "-c", script, java.toString()),
                folder.resolve("bare.log"),
                Duration.ofMinutes(1));
        Duration elapsed = Duration.ofNanos(System.nanoTime() - began);
        // The last line of 'times' is what the shell's children took, user and system: 0m0.050s 0m0.020s.
        String[] children =
                said.lines().reduce((first, second) -> second).orElse("").split(" ", -1);
        Duration cpu = Duration.ZERO;
        for (String one : children) {
            cpu = cpu.plus(Duration.parse("PT" + one.toUpperCase(Locale.ROOT)));
        }
        return new Start(elapsed, cpu);
    }

    /** Of each figure by itself. */
    private static Start median(List<Start> starts) {
        return new Start(
                starts.stream().map(Start::elapsed).sorted().toList().get(starts.size() / 2),
                starts.stream().map(Start::cpu).sorted().toList().get(starts.size() / 2));
    }

    private static String said(Start start) {
        return start.elapsed().toMillis() + " ms, " + start.cpu().toMillis() + " ms of CPU";
    }

    private static String memory(long pid) throws IOException {
        Map<String, Double> found = new HashMap<>();
        for (String file : List.of("status", "smaps_rollup")) {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), file))) {
                String[] words = line.split("[:\\s]+", -1);
                if (words.length == 3 && words[2].equals("kB")) {
                    found.put(words[0], Long.parseLong(words[1]) / 1024.0);
                }
            }
        }
        return String.format(
                Locale.ROOT,
                "resident %.1f MB, of it anonymous %.1f, pages of files %.1f; its share (PSS) %.1f; threads %d",
                found.getOrDefault("VmRSS", Double.NaN),
                found.getOrDefault("RssAnon", Double.NaN),
                found.getOrDefault("RssFile", Double.NaN),
                found.getOrDefault("Pss", Double.NaN),
                threads(pid));
    }

    private static long threads(long pid) throws IOException {
        try (var tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return tasks.count();
        }
    }
}
