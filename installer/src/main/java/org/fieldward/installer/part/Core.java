package org.fieldward.installer.part;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fieldward.installer.part.Install.Part;

/** A core on this machine, in a folder of its own, that can be killed and started again. */
public final class Core implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(90);
    private static final Pattern TOKEN = Pattern.compile("token: (\\S+)");
    private static final Pattern AUTHORITY = Pattern.compile("authority: (\\S+)");

    /** What a gateway needs to become known: both come from the core's operator. */
    public record Admission(String gateway, String token, String authority) {
        @Override
        public String toString() {
            return "Admission[" + gateway + "]";
        }
    }

    private final Install install;
    private final Path folder;
    private final Path settings;
    private final int intakePort;
    private final int httpPort;
    private final Optional<String> token;
    private RunningPart process;

    private Core(Install install, Path folder, Path settings, int intakePort, int httpPort, Optional<String> token) {
        this.install = install;
        this.folder = folder;
        this.settings = settings;
        this.intakePort = intakePort;
        this.httpPort = httpPort;
        this.token = token;
        process = run();
    }

    /**
     * Starts it and returns when gateways and people are served.
     *
     * @param more settings; what {@code http.token-file} among them holds is brought by {@link #api}
     */
    public static Core start(Install install, Path folder, int httpPort, Map<String, String> more) {
        int intakePort = Ports.free();
        var settings = new HashMap<>(more);
        settings.put("data.dir", folder.resolve("data").toString());
        settings.put("intake.port", Integer.toString(intakePort));
        settings.put("http.port", Integer.toString(httpPort));
        return new Core(
                install,
                folder,
                SettingsFile.write(folder.resolve("core.properties"), settings),
                intakePort,
                httpPort,
                Optional.ofNullable(more.get("http.token-file")).map(Core::firstLine));
    }

    private static String firstLine(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new PartException("could not read " + file, e);
        }
    }

    private RunningPart run() {
        return RunningPart.start(
                        "cloud-core",
                        install.command(Part.CLOUD_CORE, List.of("--config", settings.toString())),
                        folder.resolve("core.log"))
                .whenItPrints("cloud-core is up", START);
    }

    public RunningPart process() {
        return process;
    }

    /** Starts it again, on the same ports, after it was killed or stopped. */
    public void startAgain() {
        process = run();
    }

    public int intakePort() {
        return intakePort;
    }

    public CoreApi api() {
        return new CoreApi(httpPort, token);
    }

    public Path settings() {
        return settings;
    }

    /** By the same command as an operator. */
    public Admission admit(String gateway) {
        return admit(List.of(gateway)).getFirst();
    }

    /** In the same order. */
    public List<Admission> admit(List<String> gateways) {
        var words = new ArrayList<>(List.of("gateway", "enrol-token"));
        words.addAll(gateways);
        String said = command(words.toArray(String[]::new));
        String authority = one(AUTHORITY, said);
        List<String> tokens =
                TOKEN.matcher(said).results().map(found -> found.group(1)).toList();
        if (tokens.size() != gateways.size()) {
            throw new PartException(
                    "cloud-core gave " + tokens.size() + " tokens for " + gateways.size() + " gateways");
        }
        return IntStream.range(0, tokens.size())
                .mapToObj(i -> new Admission(gateways.get(i), tokens.get(i), authority))
                .toList();
    }

    /** The process that started all others of its PostgreSQL. */
    public long database() {
        try (Stream<Path> files = Files.walk(folder.resolve("data"), 4)) {
            Path told = files.filter(file -> file.endsWith("postmaster.pid"))
                    .findFirst()
                    .orElseThrow(() -> new PartException("there is no postmaster.pid in " + folder.resolve("data")));
            return Long.parseLong(Files.readAllLines(told).getFirst().strip());
        } catch (IOException e) {
            throw new PartException("could not look for the database in " + folder.resolve("data"), e);
        }
    }

    /** Runs one of its commands beside it and returns what it printed. */
    public String command(String... words) {
        var arguments = new ArrayList<>(List.of("--config", settings.toString()));
        arguments.addAll(List.of(words));
        return RunningPart.run(
                "cloud-core " + words[0],
                install.command(Part.CLOUD_CORE, arguments),
                folder.resolve("command.log"),
                Duration.ofSeconds(60));
    }

    private static String one(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new PartException("cloud-core did not print '" + pattern + "'");
        }
        return matcher.group(1);
    }

    @Override
    public void close() {
        process.stop(Duration.ofSeconds(30));
    }
}
