package org.fieldward.simulator.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.fleet.FleetSettings;
import org.fieldward.simulator.fleet.Pace;
import org.fieldward.simulator.fleet.Replay;
import org.fieldward.simulator.recording.Recording;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Replays recorded vital signs. */
@Command(
        name = "replay",
        description = "Replays recorded vital signs (CSV), one device per file.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ReplayCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "[DEVICE=]FILE",
            description = "A recording, or a folder of them. The device is named after the file unless said.")
    private List<String> files = List.of();

    @Option(
            names = "--evidence",
            required = true,
            description = "File to write evidence to; an existing one is continued.")
    private Path evidence;

    @Option(
            names = "--speed",
            defaultValue = "1",
            description = "1 as it happened, 60 an hour in a minute, 0 as fast as acknowledged."
                    + " Default: ${DEFAULT-VALUE}")
    private double speed;

    @Option(
            names = "--start",
            description = "What the devices' clocks show at the beginning (ISO 8601, UTC). Default: such that the"
                    + " longest recording ends now, or now at real time.")
    private @Nullable Instant start;

    @Option(names = "--progress", defaultValue = "5s", description = "Between two lines. Default: ${DEFAULT-VALUE}")
    private Duration progress = Duration.ofSeconds(5);

    @Mixin
    private GatewayOptions gateway = new GatewayOptions();

    @Mixin
    private MisbehaviourOptions misbehaviour = new MisbehaviourOptions();

    /** For picocli, which sets the fields. */
    @SuppressWarnings("NullAway.Init")
    ReplayCommand() {}

    @Override
    public Integer call() {
        Map<DeviceId, Recording> recordings = new LinkedHashMap<>();
        files.forEach(file -> add(file, recordings));
        var pace = new Pace(Optional.ofNullable(start).orElseGet(() -> defaultStart(recordings)), speed);
        FleetSettings settings = gateway.settings(misbehaviour.seed());
        var replay = new Replay(pace, misbehaviour.misbehaviour(), misbehaviour.seed());
        var run = new FleetRun(settings, evidence, progress, spec.commandLine().getOut());
        return run.run(replay.feeds(recordings, settings.format()));
    }

    private Instant defaultStart(Map<DeviceId, Recording> recordings) {
        Duration longest = recordings.values().stream()
                .map(Recording::length)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        Instant now = Instant.ofEpochSecond(Instant.now().getEpochSecond());
        return speed > 0 && speed <= 1 ? now : now.minus(longest);
    }

    private static void add(String text, Map<DeviceId, Recording> recordings) {
        int equals = text.indexOf('=');
        Path path = Path.of(text.substring(equals + 1));
        for (Path file : Files.isDirectory(path) ? csvFiles(path) : List.of(path)) {
            Recording recording = Recording.read(file);
            var device = new DeviceId(equals < 0 ? recording.name() : text.substring(0, equals));
            if (recordings.put(device, recording) != null) {
                throw new IllegalArgumentException("two recordings are for the device " + device);
            }
        }
    }

    private static List<Path> csvFiles(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".csv"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("could not list " + folder, e);
        }
    }
}
