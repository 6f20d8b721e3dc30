package org.fieldward.simulator.app;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.WaveformKind;
import org.fieldward.simulator.fleet.FleetSettings;
import org.fieldward.simulator.fleet.Pace;
import org.fieldward.simulator.fleet.Ward;
import org.fieldward.simulator.patient.PatientPlan.Rhythm;
import org.fieldward.simulator.patient.Scenario;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a ward of synthetic patients. */
@Command(
        name = "ward",
        description = "A ward of patients who do not exist, one device a bed.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class WardCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--evidence",
            required = true,
            description = "File to write evidence to; an existing one is continued.")
    private Path evidence;

    @Option(names = "--beds", defaultValue = "12", description = "How many. Default: ${DEFAULT-VALUE}")
    private int beds;

    @Option(
            names = "--prefix",
            defaultValue = "bed-",
            description = "Devices are named so, with the bed's number from 01. Default: ${DEFAULT-VALUE}")
    private String prefix = "";

    @Option(
            names = "--scenarios",
            split = ",",
            description = "Of the beds in turn: stable, deteriorating, hypoxic-episode, sensor-off, silent-device."
                    + " Default: a mixture, most of them stable.")
    private List<String> scenarios = List.of();

    @Option(
            names = "--episode",
            defaultValue = "10m",
            description = "How long a scenario takes to unfold, and then comes again. Default: ${DEFAULT-VALUE}")
    private Duration episode = Duration.ZERO;

    @Option(
            names = "--waveforms",
            defaultValue = "0",
            description = "How many beds, from the first on, send a waveform, too: 250 Hz in blocks of two seconds."
                    + " Default: none")
    private int waveforms;

    @Option(
            names = "--waveform",
            defaultValue = "ecg-ii",
            description = "Which: pleth or an ECG lead such as ecg-ii. Default: ${DEFAULT-VALUE}")
    private String waveform = "";

    @Option(names = "--period", defaultValue = "1s", description = "Between readings. Default: ${DEFAULT-VALUE}")
    private Duration period = Duration.ZERO;

    @Option(
            names = "--cuff-every",
            defaultValue = "5m",
            description = "Between two non-invasive blood pressures. Default: ${DEFAULT-VALUE}")
    private Duration cuffEvery = Duration.ZERO;

    @Option(
            names = "--length",
            defaultValue = "3650d",
            description = "How long the devices speak, by their own clock. Default: ten years; stop with Ctrl-C")
    private Duration length = Duration.ZERO;

    @Option(
            names = "--speed",
            defaultValue = "1",
            description = "1 real time, 60 an hour in a minute, 0 as fast as acknowledged. Default: ${DEFAULT-VALUE}")
    private double speed;

    @Option(
            names = "--start",
            description = "What the devices' clocks show at the beginning (ISO 8601, UTC). Default: now")
    private @Nullable Instant start;

    @Option(names = "--progress", defaultValue = "5s", description = "Between two lines. Default: ${DEFAULT-VALUE}")
    private Duration progress = Duration.ZERO;

    @Mixin
    private GatewayOptions gateway = new GatewayOptions();

    @Mixin
    private MisbehaviourOptions misbehaviour = new MisbehaviourOptions();

    /** For picocli, which sets the fields. */
    @SuppressWarnings("NullAway.Init")
    WardCommand() {}

    @Override
    public Integer call() {
        if (beds < 1 || beds > 99_999) {
            throw new IllegalArgumentException("beds must be 1 to 99999, was " + beds);
        }
        FleetSettings settings = gateway.settings(misbehaviour.seed());
        var ward = new Ward(
                ofBeds(),
                prefix,
                new Pace(Optional.ofNullable(start).orElseGet(Instant::now), speed),
                length,
                new Rhythm(period, cuffEvery, episode),
                misbehaviour.misbehaviour(),
                misbehaviour.seed(),
                new Ward.Waves(waveforms, kind()));
        var run = new FleetRun(settings, evidence, progress, spec.commandLine().getOut());
        return run.run(ward.feeds(settings.format()));
    }

    private WaveformKind kind() {
        if (waveforms < 0 || waveforms > beds) {
            throw new IllegalArgumentException("waveforms must be 0 to the number of beds, was " + waveforms);
        }
        if (!waveform.equals("pleth") && !waveform.startsWith("ecg")) {
            throw new IllegalArgumentException("waveform must be pleth or an ECG lead, was '" + waveform + "'");
        }
        return Catalogue.standard()
                .findWaveform(waveform)
                .orElseThrow(() ->
                        new IllegalArgumentException("waveform must be one of the catalogue, was '" + waveform + "'"));
    }

    private List<Scenario> ofBeds() {
        if (scenarios.isEmpty()) {
            return Ward.mixed(beds);
        }
        List<Scenario> named = scenarios.stream().map(WardCommand::scenario).toList();
        return IntStream.range(0, beds)
                .mapToObj(bed -> named.get(bed % named.size()))
                .toList();
    }

    private static Scenario scenario(String name) {
        for (Scenario scenario : Scenario.values()) {
            if (scenario.toString().equals(name.strip().toLowerCase(Locale.ROOT))) {
                return scenario;
            }
        }
        throw new IllegalArgumentException(
                "scenarios must be of " + List.of(Scenario.values()) + ", was '" + name + "'");
    }
}
