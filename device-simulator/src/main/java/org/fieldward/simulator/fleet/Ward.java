package org.fieldward.simulator.fleet;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.WaveformKind;
import org.fieldward.simulator.device.Misbehaviour;
import org.fieldward.simulator.patient.Heartbeats;
import org.fieldward.simulator.patient.Patient;
import org.fieldward.simulator.patient.PatientPlan;
import org.fieldward.simulator.patient.PatientPlan.Rhythm;
import org.fieldward.simulator.patient.Scenario;
import org.fieldward.simulator.payload.PayloadFormat;
import org.fieldward.simulator.payload.Payloads;
import org.fieldward.simulator.sample.Message;

/**
 * Synthetic patients as feeds for a {@link Fleet}. The same ward gives the same messages.
 *
 * @param scenarios of each bed, in order; one device a bed
 * @param prefix of the devices' names, which end in the bed's number from 01 on
 * @param length how long the devices speak
 */
public record Ward(
        List<Scenario> scenarios,
        String prefix,
        Pace pace,
        Duration length,
        Rhythm rhythm,
        Misbehaviour misbehaviour,
        long seed,
        Waves waves) {

    /**
     * The first beds send a waveform, too; their clocks are always right there.
     *
     * @param beds 0 for none
     */
    public record Waves(int beds, WaveformKind kind) {
        public static final Waves NONE =
                new Waves(0, Catalogue.standard().findWaveform("ecg-ii").orElseThrow());
    }

    /** Without waveforms. */
    public Ward(
            List<Scenario> scenarios,
            String prefix,
            Pace pace,
            Duration length,
            Rhythm rhythm,
            Misbehaviour misbehaviour,
            long seed) {
        this(scenarios, prefix, pace, length, rhythm, misbehaviour, seed, Waves.NONE);
    }

    /** Of twelve beds eight are stable, and each misfortune befalls one. */
    private static final List<Scenario> MIXED = List.of(
            Scenario.STABLE,
            Scenario.STABLE,
            Scenario.DETERIORATING,
            Scenario.STABLE,
            Scenario.STABLE,
            Scenario.HYPOXIC_EPISODE,
            Scenario.STABLE,
            Scenario.STABLE,
            Scenario.SENSOR_OFF,
            Scenario.STABLE,
            Scenario.STABLE,
            Scenario.SILENT_DEVICE);

    public Ward {
        scenarios = List.copyOf(scenarios);
    }

    /** Scenarios for so many beds, as a ward might have them. */
    public static List<Scenario> mixed(int beds) {
        return IntStream.range(0, beds)
                .mapToObj(bed -> MIXED.get(bed % MIXED.size()))
                .toList();
    }

    public DeviceId device(int bed) {
        return new DeviceId(prefix + (bed < 10 ? "0" : "") + bed);
    }

    public Map<DeviceId, Iterator<Message>> feeds(PayloadFormat format) {
        Map<DeviceId, Iterator<Message>> feeds = new LinkedHashMap<>();
        for (int bed = 1; bed <= scenarios.size(); bed++) {
            DeviceId device = device(bed);
            long bedSeed = seed * 1_000_003 + bed;
            var plan = new PatientPlan(device, scenarios.get(bed - 1), bedSeed, pace.start(), length, rhythm);
            Iterator<Message> feed = misbehaviour.applyTo(pace.of(new Patient(plan)), new Payloads(format), bedSeed);
            feeds.put(
                    device,
                    bed <= waves.beds() ? new Together(feed, pace.of(new Heartbeats(plan, waves.kind()))) : feed);
        }
        return feeds;
    }
}
