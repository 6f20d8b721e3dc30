package org.fieldward.installer.clock;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.fieldward.core.attribution.Attribution;
import org.fieldward.core.attribution.Attribution.Candidate;
import org.fieldward.core.attribution.DeviceClocks.Correction;
import org.fieldward.core.attribution.Step;
import org.fieldward.core.attribution.Step.Key;
import org.fieldward.core.attribution.Step.Row;
import org.fieldward.core.fhir.terminology.Verdict;
import org.fieldward.core.journal.Journal;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.core.registry.Snapshot;
import org.fieldward.core.registry.Snapshot.Known;
import org.fieldward.edge.clock.ClockSettings;
import org.fieldward.edge.clock.DeviceClocks;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Value;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * Six hours of one device that measures every second: its clock is set now and then, always so that the gateway can know
 * it at once; it sends again what it is not sure of, the gateway is restarted, and the bed has a new patient half way.
 */
final class ClockLife {

    private static final Instant START = Instant.parse("2026-10-24T16:00:00Z");
    private static final DeviceId BED = new DeviceId("bed-1");
    private static final Parameter HEART_RATE = Catalogue.standard().key("heart-rate");
    private static final int SECONDS = 6 * 3_600;

    private final Random random;
    private final long seed;
    private final Snapshot registry;
    private final Instant handover;
    private final Attribution attribution =
            new Attribution(reading -> new Verdict.Accepted(), (gateway, boot) -> Optional.empty());
    private final org.fieldward.core.attribution.DeviceClocks known = new org.fieldward.core.attribution.DeviceClocks();
    private final Map<Key, Row> stored = new HashMap<>();
    private final TreeMap<Long, Long> firstSequences = new TreeMap<>();
    private final List<Reading> sent = new ArrayList<>();
    private final List<Sequenced> waiting = new ArrayList<>();
    private DeviceClocks gateway = new DeviceClocks(ClockSettings.DEFAULT, Map.of());
    private long sequence;

    ClockLife(long seed) {
        this.seed = seed;
        random = new Random(seed);
        handover = START.plusSeconds(SECONDS / 4 + random.nextInt(SECONDS / 2));
        registry = Snapshot.EMPTY
                .with("ann", new Known<>(1, patient("ann")))
                .with("bob", new Known<>(2, patient("bob")))
                .with(BED, new Known<>(1, new Device(BED, "monitor", Optional.empty(), Optional.empty(), START)))
                .with(new Binding(1, BED, "ann", START.minusSeconds(86_400), Optional.of(handover)))
                .with(new Binding(2, BED, "bob", handover, Optional.empty()));
    }

    private static Patient patient(String id) {
        return new Patient(id, "mrn-" + id, "Doe", "Jo", Optional.empty(), "unknown", START);
    }

    void live() {
        long behind = 0;
        long heardSince = 0;
        long nextChange = 3_700 + random.nextInt(3_600);
        for (int second = 0; second < SECONDS; second++) {
            if (second == nextChange) {
                long next = (random.nextInt(97) - 48L) * 900;
                boolean isKnownAtOnce = next <= behind || next - behind <= second - heardSince - 60;
                if (random.nextInt(3) == 0 || !isKnownAtOnce) {
                    next = behind <= 0 && second - heardSince > 3_660 ? behind + 3_600 : 0;
                }
                heardSince = next == behind ? heardSince : second;
                behind = next;
                nextChange = second + 1_300 + random.nextInt(5_000);
            }
            Instant said = START.plusSeconds(second - behind);
            publish(said, second, 60 + random.nextInt(3));
            if (random.nextInt(300) == 0 && second - heardSince > 30) {
                // Not sure whether the last ones arrived: each comes again as it was.
                for (Reading again : List.copyOf(sent.subList(Math.max(0, sent.size() - 20), sent.size()))) {
                    arrive(again.stamp().deviceTime().orElseThrow(), second, again.values());
                }
            }
            if (random.nextInt(2_000) == 0) {
                gateway = new DeviceClocks(ClockSettings.DEFAULT, gateway.corrections());
                heardSince = second;
            }
            if (random.nextInt(50) == 0) {
                reachCore();
            }
        }
        reachCore();
        check();
    }

    private void publish(Instant said, int second, int rate) {
        List<Value> values = List.of(new Value.Quantity(
                HEART_RATE, BigDecimal.valueOf(rate), HEART_RATE.unit().orElseThrow()));
        firstSequences.put(sequence + 1, START.plusSeconds(second).getEpochSecond());
        sent.add(arrive(said, second, values));
    }

    private Reading arrive(Instant said, int second, List<Value> values) {
        var stamp =
                new Stamp(Optional.of(said), START.plusSeconds(second), second * 1_000L, 7, ClockState.SYNCHRONISED);
        var told = new Reading(BED, stamp, values);
        waiting.add(new Sequenced(
                ++sequence, gateway.putRight(List.of(told), Optional.empty()).getFirst()));
        return told;
    }

    private void reachCore() {
        if (waiting.isEmpty()) {
            return;
        }
        var covers = SequenceSet.of(new SequenceRange(waiting.getFirst().sequence(), sequence));
        var arrival =
                new Journal.Arrival("g", 1, Lane.VITAL, covers, ByteString.copyFrom(BatchCodec.encode(waiting)), START);
        waiting.clear();
        List<Candidate> candidates =
                attribution.judge(new Journal.Entry(sequence, arrival, covers)).readings();
        candidates.forEach(one -> {
            long micros = org.fieldward.core.attribution.DeviceClocks.correction(one.record());
            if (micros != 0) {
                known.add(new Correction(1, micros));
            }
        });
        var step = new Step(registry, known);
        for (Candidate one : candidates) {
            step.present(step.places(one).stream()
                    .filter(stored::containsKey)
                    .map(stored::get)
                    .toList());
        }
        candidates.forEach(step::add);
        assertThat(step.refused()).as("seed " + seed).isEmpty();
        step.fresh().forEach(row -> stored.put(row.key(), row));
        step.changed().forEach(row -> stored.put(row.key(), row));
    }

    /** Each was measured once, when it was, by the patient who was there; and the order of sequence is that of time. */
    private void check() {
        Map<Long, Row> byTime = new TreeMap<>();
        stored.forEach((key, row) -> byTime.put(key.measuredMicros(), row));
        assertThat(byTime.values())
                .as("seed " + seed)
                .extracting(row -> row.record().getMeasuredMicros() / 1_000_000)
                .containsExactlyElementsOf(firstSequences.values());
        assertThat(byTime.values()).as("seed " + seed).allSatisfy(row -> {
            boolean isAnns = Micros.instant(row.record().getMeasuredMicros()).isBefore(handover);
            assertThat(row.record().getPatient()).isEqualTo(isAnns ? "ann" : "bob");
        });
        assertThat(Duration.ofSeconds(byTime.size())).isEqualTo(Duration.ofSeconds(SECONDS));
    }
}
