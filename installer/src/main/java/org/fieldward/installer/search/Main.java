package org.fieldward.installer.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fieldward.installer.part.Core;
import org.fieldward.installer.part.CoreApi;
import org.fieldward.installer.part.PartException;
import org.fieldward.installer.part.Ports;
import org.fieldward.installer.program.Program;
import org.fieldward.installer.uplink.Uplinks;
import org.fieldward.installer.uplink.Uplinks.CatchUp;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Fills a core through its gateways' door with whole days of patients, six values a second each, as fast as it takes them, and
 * searches one patient's day at each size.
 */
@Command(
        name = "searches",
        mixinStandardHelpOptions = true,
        description = "Measures how fast a core catches up with a backlog, and FHIR searches of one patient's day among"
                + " millions of stored values.")
public final class Main implements Callable<Integer> {

    private static final int VALUES = 6;
    private static final int SECONDS_A_DAY = 86_400;
    private static final int BATCH = 1_000;

    @Mixin
    private Program program = new Program();

    @Option(
            names = "--millions",
            split = ",",
            defaultValue = "1,10",
            description = "Of stored values at which to search, ascending; rounded up to whole days of patients."
                    + " Default: ${DEFAULT-VALUE}")
    private List<Double> millions = List.of();

    @Option(names = "--requests", defaultValue = "200", description = "Of each kind. Default: ${DEFAULT-VALUE}")
    private int requests;

    @Option(names = "--count", defaultValue = "100", description = "Observations a page. Default: ${DEFAULT-VALUE}")
    private int count;

    @Option(names = "--gateways", defaultValue = "4", description = "That bring it, at most. Default: ${DEFAULT-VALUE}")
    private int gateways;

    @Option(
            names = "--seconds-a-day",
            hidden = true,
            defaultValue = "86400",
            description = "For a try: shorter days. Default: ${DEFAULT-VALUE}")
    private int secondsADay = SECONDS_A_DAY;

    private final Clock clock = Clock.systemUTC();
    private final List<String> patients = new ArrayList<>();
    private final List<String> rows = new ArrayList<>();
    private long readings;

    public static void main(String[] arguments) {
        Program.run(new Main(), arguments);
    }

    @Override
    public Integer call() throws IOException {
        Path folder = program.folder("searches");
        LocalDate day = LocalDate.now(clock).minusDays(1);
        try (Core core = Core.start(program.install(), folder.resolve("core"), Ports.free(), Map.of())) {
            for (double step : millions) {
                stage(core, folder, step, day);
            }
        }
        System.out.printf(
                "%n%d requests of each kind in turn over all patients, %d Observations a page, one client; ms, p50 / p99%n%n",
                requests, count);
        System.out.println(
                "| values stored | confirmed, readings/s | stored and indexed, readings/s | core, PostgreSQL: µs"
                        + " of CPU a reading | GB on disk | "
                        + String.join(
                                " | ",
                                Stream.of(Question.values())
                                        .map(Question::title)
                                        .toList())
                        + " |\n|---|---|---|---|---|---|---|---|");
        rows.forEach(System.out::println);
        return 0;
    }

    private void stage(Core core, Path folder, double step, LocalDate day) throws IOException {
        long wanted = (long) Math.ceil(step * 1e6 / VALUES / secondsADay) - patients.size();
        String filled = "";
        if (wanted > 0) {
            filled = fill(core, folder, (int) wanted, day);
        }
        System.out.printf("%,d values of %,d patients are stored%n", readings * VALUES, patients.size());
        var cells = new StringBuilder();
        for (Question question : Question.values()) {
            String told = ask(core.api(), question, day).told();
            System.out.println("  " + question.title() + ": " + told);
            cells.append(" ").append(told).append(" |");
        }
        rows.add(String.format(
                Locale.ROOT,
                "| %,d |%s %.2f |%s",
                readings * VALUES,
                filled.isEmpty() ? " | | |" : filled,
                bytes(folder.resolve("core/data")) / 1e9,
                cells));
    }

    /** As fast as the core confirms; returns when all of it can be found. */
    private String fill(Core core, Path folder, int more, LocalDate day) {
        int speaking = Math.min(gateways, more);
        int devices = Math.ceilDiv(more, speaking);
        String title = "s" + patients.size();
        var uplinks = new Uplinks(
                program.install(),
                core,
                folder.resolve(title),
                IntStream.rangeClosed(1, speaking)
                        .mapToObj(n -> title + "-" + n)
                        .toList(),
                devices,
                BATCH);
        uplinks.settle().forEach(device -> patients.add("p-" + device));
        long perGateway = (long) devices * secondsADay;
        long brought = perGateway * speaking;
        System.out.printf("%,d gateways bring %,d readings ...%n", speaking, brought);
        CatchUp caught = uplinks.catchUp(title, perGateway, day.atStartOfDay().toInstant(ZoneOffset.UTC));
        readings += brought;
        System.out.printf(
                "confirmed %,.0f a second, stored %,.0f a second%n",
                caught.confirmedPerSecond(), caught.storedPerSecond());
        return String.format(
                Locale.ROOT,
                " %,.0f | %,.0f | %.1f, %.1f |",
                caught.confirmedPerSecond(),
                caught.storedPerSecond(),
                caught.used().core() * 1e6 / brought,
                caught.used().database() * 1e6 / brought);
    }

    private Times ask(CoreApi api, Question question, LocalDate day) {
        long[] nanos = new long[requests];
        for (int i = 0; i < requests; i++) {
            String path = question.path(api, patients.get(i % patients.size()), day, count);
            long began = System.nanoTime();
            String answer = api.text(path);
            nanos[i] = System.nanoTime() - began;
            if (!answer.contains("\"Bundle\"") || question != Question.COUNT && !answer.contains("\"Observation\"")) {
                throw new PartException("a search found nothing: " + path);
            }
        }
        return new Times(nanos);
    }

    private static long bytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
