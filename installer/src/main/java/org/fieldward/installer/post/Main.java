package org.fieldward.installer.post;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.fieldward.installer.part.Core;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.Ports;
import org.fieldward.installer.program.Program;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Starts a core with many sources and posts signed messages at a rate, whether or not the answers keep up: an answer's time
 * counts from when its message was due.
 */
@Command(
        name = "posts",
        mixinStandardHelpOptions = true,
        description = "Measures the webhooks of a core and PostgreSQL on this machine.")
public final class Main implements Callable<Integer> {

    private static final int PATIENTS = 500;
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final int REFUSED = 401;
    private static final int STORED = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Mixin
    private Program program = new Program();

    @Option(names = "--rate", defaultValue = "1000", description = "Messages a second. Default: ${DEFAULT-VALUE}")
    private int rate;

    @Option(names = "--seconds", defaultValue = "60", description = "How long. Default: ${DEFAULT-VALUE}")
    private int seconds;

    @Option(names = "--warm-up", defaultValue = "20", description = "Seconds before that. Default: ${DEFAULT-VALUE}")
    private int warmUp;

    @Option(names = "--sources", defaultValue = "20", description = "Default: ${DEFAULT-VALUE}")
    private int sources;

    @Option(
            names = "--connections",
            defaultValue = "100",
            description = "Messages under way at once; the others wait, and their time runs. Default: ${DEFAULT-VALUE}")
    private int connections;

    @Option(
            names = "--message",
            defaultValue = "FHIR",
            description = "${COMPLETION-CANDIDATES}: one result each. Default: ${DEFAULT-VALUE}")
    private Message message = Message.FHIR;

    @Option(
            names = "--wrong",
            defaultValue = "50",
            description = "Every how many-th message is signed with another key. Default: ${DEFAULT-VALUE}")
    private int wrong;

    @Option(names = "--timeline", description = "A file for how long answers took, second by second.")
    private Optional<Path> timeline = Optional.empty();

    private final Clock clock = Clock.systemUTC();

    public static void main(String[] arguments) {
        Program.run(new Main(), arguments);
    }

    /** What came back, by status, and how long it took. */
    private static final class Tally {
        private final Map<String, Integer> statuses = new TreeMap<>();
        private final long[] nanos;
        private int wronglyAnswered;

        Tally(int size) {
            nanos = new long[size];
        }

        void answered(int number, boolean forged, String status, long took) {
            nanos[number] = took;
            statuses.merge((forged ? "forged " : "") + status, 1, Integer::sum);
            if (!status.equals(Integer.toString(forged ? REFUSED : STORED))) {
                wronglyAnswered++;
            }
        }
    }

    @Override
    public Integer call() throws IOException {
        Install install = program.install();
        Path folder = Files.createTempDirectory("fieldward-posts-");
        Path file = sources(folder);
        System.out.println("logs and data are in " + folder);
        try (Core core = Core.start(
                install, folder.resolve("core"), Ports.free(), Map.of("webhooks.sources-file", file.toString()))) {
            post(core, 0, rate * warmUp);
            double before = cpu(core);
            Instant began = clock.instant();
            Tally tally = post(core, rate * warmUp, rate * seconds);
            double took = Duration.between(began, clock.instant()).toMillis() / 1000.0;
            say(tally, took, cpu(core) - before);
            if (timeline.isPresent()) {
                Files.write(timeline.get(), secondBySecond(tally, began));
            }
            return tally.wronglyAnswered == 0 ? 0 : 2;
        }
    }

    private Path sources(Path folder) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), KEY + "\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        List<String> lines = IntStream.range(0, sources)
                .mapToObj(number -> "source.s" + number + ".")
                .flatMap(source -> Stream.of(
                        source + "format=" + message.format(),
                        source + "facilities=*",
                        source + "per-minute=999999",
                        source + "hmac-file=" + secret))
                .toList();
        return Files.write(folder.resolve("sources.properties"), lines);
    }

    /** Sends {@code count} messages from number {@code first} on, and waits for all answers. */
    private Tally post(Core core, int first, int count) throws IOException {
        var tally = new Tally(count);
        URI address = core.api().address();
        long start = System.nanoTime();
        try (var lines = new Lines(
                new InetSocketAddress(address.getHost(), address.getPort()),
                connections,
                (place, status) ->
                        tally.answered(place, isForged(place), status, System.nanoTime() - due(start, place)))) {
            for (int i = 0; i < count; i++) {
                for (long wait = due(start, i) - System.nanoTime();
                        wait > 0;
                        wait = due(start, i) - System.nanoTime()) {
                    lines.listen(Duration.ofNanos(wait));
                }
                lines.send(i, request(address, first + i, isForged(i)));
            }
            lines.finish(PATIENCE);
        }
        return tally;
    }

    /** In nanoseconds of the system's timer. */
    private long due(long start, int place) {
        return start + place * TimeUnit.SECONDS.toNanos(1) / rate;
    }

    private boolean isForged(int place) {
        return wrong > 0 && place % wrong == wrong - 1;
    }

    private byte[] request(URI address, int number, boolean forged) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        byte[] body = message.bytes(number, number % PATIENTS, now);
        String at = Long.toString(now.getEpochSecond());
        byte[] head = ("POST /webhooks/s" + number % sources + "/ward-" + number % 10 + " HTTP/1.1\r\nHost: "
                        + address.getAuthority() + "\r\nContent-Type: " + message.mediaType()
                        + "\r\nX-Fieldward-Timestamp: " + at + "\r\nX-Fieldward-Signature: sha256="
                        + sign(forged ? KEY.replace('0', '1') : KEY, at, body) + "\r\nContent-Length: " + body.length
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] whole = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        return whole;
    }

    private static String sign(String key, String at, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((at + ".").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }

    private void say(Tally tally, double took, double cpu) {
        long[] sorted = tally.nanos.clone();
        Arrays.sort(sorted);
        System.out.printf(
                "%,d messages (%s) of %d sources, %,d/s asked, %,.0f/s answered%n",
                sorted.length, message.format(), sources, rate, sorted.length / took);
        System.out.printf(
                "answered after p50 %.1f ms, p90 %.1f, p99 %.1f, longest %.1f%n",
                at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99), at(sorted, 1));
        System.out.println("answers: "
                + tally.statuses.entrySet().stream()
                        .map(entry -> entry.getKey() + " × " + entry.getValue())
                        .collect(Collectors.joining(", ")));
        System.out.printf("core, without its database: %.2f ms of CPU a message%n", cpu * 1_000 / sorted.length);
    }

    /** By the second in which messages were due: when, p50, p99 and longest in milliseconds. */
    private List<String> secondBySecond(Tally tally, Instant began) {
        return IntStream.range(0, seconds)
                .mapToObj(second -> {
                    long[] sorted = Arrays.copyOfRange(tally.nanos, second * rate, (second + 1) * rate);
                    Arrays.sort(sorted);
                    return "%s,%.1f,%.1f,%.1f"
                            .formatted(
                                    began.plusSeconds(second).truncatedTo(ChronoUnit.MILLIS),
                                    at(sorted, 0.5),
                                    at(sorted, 0.99),
                                    at(sorted, 1));
                })
                .toList();
    }

    private static double at(long[] sorted, double part) {
        int place = (int) Math.ceil(part * sorted.length) - 1;
        return sorted[Math.max(0, place)] / 1e6;
    }

    private static double cpu(Core core) {
        return ProcessHandle.of(core.process().pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .map(used -> used.toMillis() / 1000.0)
                .orElse(Double.NaN);
    }
}
