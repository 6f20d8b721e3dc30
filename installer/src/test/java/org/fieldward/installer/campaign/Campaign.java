package org.fieldward.installer.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.fieldward.installer.part.Install;
import org.fieldward.simulator.comparison.Comparison;
import org.fieldward.simulator.comparison.ComparisonResult;
import org.fieldward.simulator.core.HttpCore;
import org.fieldward.simulator.core.TimeSpan;
import org.fieldward.simulator.device.Misbehaviour;
import org.fieldward.simulator.evidence.Evidence;
import org.fieldward.simulator.evidence.EvidenceFile;
import org.fieldward.simulator.fleet.Fleet;
import org.fieldward.simulator.fleet.FleetSettings;
import org.fieldward.simulator.fleet.Gateway;
import org.fieldward.simulator.fleet.Pace;
import org.fieldward.simulator.fleet.Ward;
import org.fieldward.simulator.line.EvidenceLine;
import org.fieldward.simulator.patient.PatientPlan.Rhythm;
import org.fieldward.simulator.payload.PayloadFormat;
import org.fieldward.simulator.sample.Secret;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Each round: devices speak, one thing breaks and is mended, and then every acknowledged value is looked for. */
@Command(
        name = "campaign",
        mixinStandardHelpOptions = true,
        description = "Runs core, PostgreSQL, gateway and devices through rounds of one random fault each, and counts"
                + " what was acknowledged and is lost or doubled. Ends with 0 if nothing is.")
public final class Campaign implements Callable<Integer> {

    private static final String PREFIX = "bed-";
    private static final Duration CATCH_UP = Duration.ofMinutes(4);

    @Option(names = "--root", required = true, hidden = true)
    private Path root = Path.of(".");

    @Option(names = "--rounds", defaultValue = "16", description = "Default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "20",
            description = "How long devices speak in a round. Default: ${DEFAULT-VALUE}")
    private int seconds;

    @Option(names = "--devices", defaultValue = "12", description = "Default: ${DEFAULT-VALUE}")
    private int devices;

    @Option(
            names = "--speed",
            defaultValue = "20",
            description = "Readings a second of each device. Default: ${DEFAULT-VALUE}")
    private int speed;

    @Option(
            names = "--own-disk",
            description =
                    "The gateway has an ext4 of its own in a file, which loses its power and runs full, too. Needs"
                            + " root and xfs_io.")
    private boolean ownDisk;

    @Option(names = "--seed", defaultValue = "1", description = "Of faults and moments. Default: ${DEFAULT-VALUE}")
    private long seed;

    /** What one round came to. */
    private record Round(
            Fault fault, long readings, long values, long lost, long doubled, long differing, double seconds) {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Campaign()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("fieldward-campaign-");
        Duration spoken = Duration.ofSeconds((long) seconds * speed);
        Instant from = Instant.now().minus(spoken.multipliedBy(rounds + 1L)).truncatedTo(ChronoUnit.SECONDS);
        List<String> names = IntStream.rangeClosed(1, devices)
                .mapToObj(bed -> PREFIX + (bed < 10 ? "0" : "") + bed)
                .toList();
        var done = new ArrayList<Round>();
        String verified;
        try (var site = new Site(
                new Install.Launchers(root.toAbsolutePath().resolve("installer/bin")),
                folder,
                names,
                from,
                ownDisk,
                root.toAbsolutePath().resolve("installer/src/test/c/mischief.c"))) {
            if (!site.has(Fault.Need.MISCHIEF)) {
                System.out.println("There is no C compiler (cc): syncs do not fail and clocks do not jump.");
            }
            System.out.println(
                    "round  fault                     readings        values  lost  doubled  differing  seconds");
            for (Fault fault : faults(site, new Random(seed))) {
                int number = done.size();
                Round round = round(site, folder, number, from.plus(spoken.multipliedBy(number)), fault);
                done.add(round);
                System.out.printf(
                        "%5d  %-22s %,11d %,13d %,5d %,8d %,10d %8.1f%n",
                        number + 1,
                        fault,
                        round.readings(),
                        round.values(),
                        round.lost(),
                        round.doubled(),
                        round.differing(),
                        round.seconds());
            }
            verified = site.gateway().command("verify");
        }
        return account(done, verified, folder);
    }

    /** Every kind in turn, in an order of chance, so that few rounds have few repetitions. */
    private List<Fault> faults(Site site, Random random) {
        var faults = new ArrayList<Fault>();
        while (faults.size() < rounds) {
            var kinds = new ArrayList<>(List.of(Fault.values()));
            kinds.removeIf(fault -> !site.has(fault.need()));
            Collections.shuffle(kinds, random);
            faults.addAll(kinds);
        }
        return List.copyOf(faults.subList(0, rounds));
    }

    private Round round(Site site, Path folder, int number, Instant start, Fault fault)
            throws IOException, InterruptedException {
        var random = new Random(seed * 1_000_003 + number);
        long began = System.nanoTime();
        Duration spoken = Duration.ofSeconds((long) seconds * speed);
        var ward = new Ward(
                Ward.mixed(devices),
                PREFIX,
                new Pace(start, speed),
                spoken,
                Rhythm.USUAL,
                Misbehaviour.NONE,
                seed + number);
        Path file = folder.resolve("round-" + (number + 1) + ".ndjson");
        try (var evidence = Evidence.open(file, InstantSource.system());
                var fleet = new Fleet(settings(site), evidence, System::nanoTime)) {
            fleet.start(ward.feeds(PayloadFormat.JSON));
            TimeUnit.MILLISECONDS.sleep(random.nextInt(seconds * 500) + 500);
            site.suffer(fault, Duration.ofMillis(random.nextInt(seconds * 500) + 500), random);
            if (!fleet.awaitDone(Duration.ofSeconds(seconds).plus(CATCH_UP))) {
                System.out.println("round " + (number + 1) + ": the devices were not done: " + fleet.progress());
            }
        }
        try (var core = new HttpCore(site.core().api().address(), Optional.empty())) {
            var span = new TimeSpan(Optional.of(start), Optional.of(start.plus(spoken)));
            ComparisonResult result =
                    new Comparison(new EvidenceFile(file), core, span, 5).runUntilComplete(CATCH_UP, System::nanoTime);
            result.findings().forEach(System.out::println);
            var disagreement = result.disagreement();
            long readings = acknowledged(file);
            if (result.isComplete()) {
                Files.delete(file);
            }
            return new Round(
                    fault,
                    readings,
                    result.claims().acked(),
                    disagreement.missing(),
                    disagreement.doubled(),
                    disagreement.differing(),
                    (System.nanoTime() - began) / 1e9);
        }
    }

    private static long acknowledged(Path file) {
        var acked = new BitSet();
        new EvidenceFile(file).visit((line, offset, length) -> {
            if (line instanceof EvidenceLine.Acked answer) {
                acked.set(Math.toIntExact(answer.number()));
            }
        });
        return acked.cardinality();
    }

    private FleetSettings settings(Site site) throws IOException {
        Map<String, Secret> passwords = new HashMap<>();
        for (String line : Files.readAllLines(site.gateway().logins())) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                passwords.put(line.substring(0, colon), new Secret(line.substring(colon + 1)));
            }
        }
        return new FleetSettings(
                Gateway.plain("127.0.0.1", site.gateway().mqttPort()),
                device -> Optional.ofNullable(passwords.get(device.name())),
                PayloadFormat.JSON,
                1,
                50,
                Duration.ofSeconds(20),
                new FleetSettings.Retry(Duration.ofMillis(200), Duration.ofSeconds(1), seed));
    }

    private static int account(List<Round> done, String verified, Path folder) {
        System.out.println();
        System.out.println("fault                   rounds     readings        values  lost  doubled  seconds");
        for (Fault fault : Fault.values()) {
            line(
                    fault.toString(),
                    done.stream().filter(one -> one.fault() == fault).toList());
        }
        line("all", done);
        System.out.println("the gateway's own check: "
                + verified.lines().reduce((a, b) -> b).orElse(""));
        System.out.println("logs, data and evidence are in " + folder);
        boolean good = verified.contains("ok")
                && done.stream().allMatch(one -> one.lost() + one.doubled() + one.differing() == 0);
        return good ? 0 : 1;
    }

    private static void line(String what, List<Round> of) {
        System.out.printf(
                "%-22s %7d %,12d %,13d %,5d %,8d %8.1f%n",
                what,
                of.size(),
                of.stream().mapToLong(Round::readings).sum(),
                of.stream().mapToLong(Round::values).sum(),
                of.stream().mapToLong(Round::lost).sum(),
                of.stream().mapToLong(Round::doubled).sum(),
                of.stream().mapToDouble(Round::seconds).sum());
    }
}
