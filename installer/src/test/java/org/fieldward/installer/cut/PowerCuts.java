package org.fieldward.installer.cut;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.fieldward.edge.ingest.access.Account;
import org.fieldward.edge.ingest.access.AccountFile;
import org.fieldward.edge.ingest.access.Role;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.Install.Part;
import org.fieldward.installer.part.Ports;
import org.fieldward.installer.part.RunningPart;
import org.fieldward.proto.password.PasswordHash;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Rounds of: start the gateway, let devices publish, cut the power, look for every acknowledged reading. */
@Command(
        name = "powercuts",
        mixinStandardHelpOptions = true,
        description = "Cuts the power of the gateway's disk under load and counts readings that were acknowledged and"
                + " are gone. Ends with 0 if none is. Needs root, for a disk of its own in a file.")
public final class PowerCuts implements Callable<Integer> {

    private static final Duration START = Duration.ofMinutes(5);

    @Option(names = "--root", required = true, hidden = true)
    private Path root = Path.of(".");

    @Option(names = "--work", required = true, hidden = true)
    private Path work = Path.of(".");

    @Option(names = "--rounds", defaultValue = "1000", description = "Default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--devices", defaultValue = "4", description = "Default: ${DEFAULT-VALUE}")
    private int devices;

    @Option(names = "--seed", defaultValue = "1", description = "Of the moments. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(
            names = "--fresh-every",
            defaultValue = "20",
            description = "Rounds until the gateway begins with an empty data directory. Default: ${DEFAULT-VALUE}")
    private int freshEvery;

    @Option(names = "--lie", description = "With a database that does not sync: readings must be lost then.")
    private boolean lie;

    @Option(
            names = "--running",
            description = "The gateway goes on for the moment in which the disk dies, as no machine does whose power is"
                    + " cut: shows what the kernel says of a sync that was under way.")
    private boolean running;

    /** Killed with this program, however it ends, or it would hold the disk. */
    private volatile Optional<RunningPart> current = Optional.empty();

    private long acknowledged;
    private long lost;
    private long lostInTheMoment;
    private long again;
    private long findings;

    /** Of the data directory in use, as of the last look. */
    private long knownBefore;

    private long againBefore;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new PowerCuts()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        List<Bedside> beds = IntStream.rangeClosed(1, devices)
                .mapToObj(bed -> new Bedside("bed-" + bed))
                .toList();
        accounts(work.resolve("accounts"), beds);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> current.ifPresent(RunningPart::kill)));
        long began = System.nanoTime();
        int round = 0;
        try (var disk = new LoopDisk(work)) {
            warmUp();
            System.out.println(
                    " round   acknowledged    lost   of them as the disk died   said twice   findings   seconds a round");
            Path data = disk.folder();
            for (; round < rounds; round++) {
                if (round % freshEvery == 0) {
                    data = disk.folder().resolve("data-" + round);
                    beds.forEach(Bedside::forget);
                    knownBefore = 0;
                    againBefore = 0;
                }
                round(disk, data, beds, new Random(seed * 1_000_003 + round));
                if ((round + 1) % printEvery() == 0 || round + 1 == rounds) {
                    System.out.printf(
                            "%6d %,14d %,7d %,25d %,12d %,10d %,17.2f%n",
                            round + 1,
                            acknowledged,
                            lost,
                            lostInTheMoment,
                            again,
                            findings,
                            (System.nanoTime() - began) / 1e9 / (round + 1));
                }
            }
        }
        System.out.println("logs are in " + work);
        return lost == 0 && findings == 0 ? 0 : 1;
    }

    private int printEvery() {
        return Math.max(1, Math.min(10, rounds / 10));
    }

    private static void accounts(Path file, List<Bedside> beds) {
        PasswordHash hash =
                PasswordHash.of(Bedside.PASSWORD.getBytes(StandardCharsets.UTF_8), 1000, new SecureRandom());
        var accounts = new AccountFile(file);
        beds.forEach(bed -> accounts.put(new Account(bed.name(), Role.DEVICE, hash)));
    }

    /** A run that ends in order writes the archive of classes with which the others start sooner. */
    private void warmUp() throws IOException {
        try (RunningPart gateway = gateway(work.resolve("warm-up"), Ports.free())) {
            gateway.stop(START);
        }
    }

    private RunningPart gateway(Path data, int port) throws IOException {
        Path config = Files.writeString(
                work.resolve("gateway.properties"),
                "data.directory=" + data + "\nmqtt.accounts=" + work.resolve("accounts") + "\nmqtt.plain.port=" + port
                        + "\nmqtt.tls.local-names=off\nclinic.port=off\n");
        List<String> arguments = List.of("run", "--config", config.toString());
        RunningPart gateway =
                RunningPart.start("edge-agent", lie ? liar(arguments) : honest(arguments), work.resolve("gateway.log"));
        current = Optional.of(gateway);
        return gateway.whenItPrints("MQTT is open", START);
    }

    private List<String> honest(List<String> arguments) {
        return new Install.Launchers(root.resolve("installer/bin")).command(Part.EDGE_AGENT, arguments);
    }

    private List<String> liar(List<String> arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                // Not that of the tests, which stands beside the liar and is silent.
                "-Dlogback.configurationFile=logback.xml",
                "-cp",
                root.resolve("edge-agent/target/app/lib") + "/*:" + root.resolve("installer/target/test-classes"),
                LyingGateway.class.getName()));
        command.addAll(arguments);
        return command;
    }

    private void round(LoopDisk disk, Path data, List<Bedside> beds, Random random) throws Exception {
        int port = Ports.free();
        int window = 1 + random.nextInt(50);
        var moment = new CountDownLatch(1 + random.nextInt(2000));
        RunningPart gateway = gateway(data, port);
        List<Thread> talks = new ArrayList<>();
        for (Bedside bed : beds) {
            talks.add(Thread.ofPlatform().name(bed.name()).start(() -> {
                try {
                    bed.talk(port, window, moment::countDown);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        // After so many acknowledgements, and a random bit of time, which hits a commit at any place.
        boolean reached = moment.await(60, TimeUnit.SECONDS);
        TimeUnit.MICROSECONDS.sleep(random.nextInt(20_000));
        if (!running) {
            Frozen.freeze(gateway.pid(), work.resolve("kill.log"));
        }
        long cutAt = System.nanoTime();
        disk.cut();
        gateway.kill();
        for (Thread talk : talks) {
            talk.join();
        }
        disk.powerOn();
        if (!reached) {
            System.out.println("a round without enough acknowledgements: "
                    + beds.stream().map(Bedside::ended).toList());
        }
        judge(Copy.read(data, Files.createDirectories(work.resolve("copy"))), beds, cutAt);
    }

    private void judge(Copy copy, List<Bedside> beds, long cutAt) {
        acknowledged += sum(beds) - knownBefore;
        again += copy.again() - againBefore;
        for (Bedside bed : beds) {
            // What is lost once would be lost in each look that follows.
            List<Long> gone = bed.forgetAllBut(copy.times(bed.name()));
            lost += gone.size();
            lostInTheMoment += gone.stream().filter(at -> at >= cutAt).count();
        }
        knownBefore = sum(beds);
        againBefore = copy.again();
        findings += copy.findings().size();
        copy.findings().forEach(finding -> System.out.println("WRONG: " + finding));
    }

    private static long sum(List<Bedside> beds) {
        return beds.stream().mapToLong(Bedside::acknowledged).sum();
    }
}
