package org.fieldward.core.observation.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.observation.follower.Ward.BED;
import static org.fieldward.core.observation.follower.Ward.NOON;
import static org.fieldward.core.observation.follower.Ward.heartRate;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.fhir.WaveformRecord;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.ReadingQuery.Position;
import org.fieldward.core.observation.Waveforms;
import org.fieldward.core.observation.follower.Ward;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Samples;
import org.fieldward.proto.reading.Waveform;
import org.fieldward.proto.reading.WaveformKind;
import org.fieldward.proto.tree.RecordCommitment;
import org.junit.jupiter.api.Test;

/** A waveform from the journal to the read side, on a real database. */
class WaveformTest {

    private static final WaveformKind ECG =
            Catalogue.standard().findWaveform("ecg-ii").orElseThrow();
    private static final WaveformKind PLETH =
            Catalogue.standard().findWaveform("pleth").orElseThrow();

    private static Instant minute(int minutes) {
        return NOON.plus(Duration.ofMinutes(minutes));
    }

    private static Waveform block(WaveformKind kind, Instant begins, int... samples) {
        var scale = new Waveform.Scale(
                new BigDecimal("0.005"), BigDecimal.ZERO, kind.unit(), Optional.empty(), Optional.empty());
        return new Waveform(
                BED, Ward.stamp(begins), kind, new Waveform.Rate(250, 1_000_000), scale, Samples.of(samples));
    }

    private static Waveforms.Query query(String patient, Optional<Position> after, int afterKind, int limit) {
        return new Waveforms.Query(
                Ward.query(Optional.of(patient), Optional.empty(), true, after, limit), Set.of(ECG, PLETH), afterKind);
    }

    @Test
    void a_block_goes_to_whom_the_device_served_and_follows_a_corrected_binding_with_its_history_and_its_proof() {
        try (var ward = new Ward()) {
            ward.arrives(
                    "g",
                    block(ECG, minute(1), 1, 2, Samples.MISSING),
                    block(PLETH, minute(1), 7),
                    block(ECG, minute(20), 3),
                    heartRate(BED, minute(1), 60));
            assertThat(ward.quarantine.counts()).containsEntry("unbound", 4L);
            assertThat(ward.quarantine.held(Optional.of("unbound"), 0, 10)).hasSize(4);

            Binding binding = ward.bind(BED, "ann", minute(0), Optional.empty());
            ward.settle();
            assertThat(ward.waveforms.find(query("ann", Optional.empty(), 0, 10)))
                    .extracting(found -> WaveformRecord.samples(found.record().getWaveform()))
                    .containsExactly(Samples.of(3), Samples.of(1, 2, Samples.MISSING), Samples.of(7));
            // Whoever listens for readings hears no waveform.
            assertThat(ward.heard).hasSize(1);

            ward.registry.endBinding(binding.number(), minute(10));
            ward.bind(BED, "bob", minute(10), Optional.empty());
            ward.settle();
            assertThat(ward.waveforms.find(query("bob", Optional.empty(), 0, 10)))
                    .singleElement()
                    .satisfies(moved -> assertThat(moved.record().getVersion()).isEqualTo(2));
            List<Observed> history = ward.waveforms.history(new Position(BED, minute(20)), ECG);
            assertThat(history)
                    .singleElement()
                    .satisfies(
                            before -> assertThat(before.record().getPatient()).isEqualTo("ann"));

            Observed proven =
                    ward.waveforms.get(new Position(BED, minute(1)), PLETH).orElseThrow();
            byte[] batch = ward.commitments
                    .after(proven.commitmentBatch() - 1, 1)
                    .getFirst()
                    .commitments()
                    .toByteArray();
            byte[] commitment = new RecordCommitment()
                    .of(proven.salt().toByteArray(), proven.bytes().toByteArray());
            assertThat(batch).containsSubsequence(commitment);
        }
    }

    @Test
    void the_same_block_twice_is_one_another_for_its_instant_is_a_conflict_and_pages_go_on_between_kinds() {
        try (var ward = new Ward()) {
            ward.bind(BED, "ann", minute(0), Optional.empty());
            ward.arrives("g", block(ECG, minute(1), 1, 2), block(PLETH, minute(1), 7), block(ECG, minute(2), 5));
            ward.arrives("h", block(ECG, minute(1), 1, 2));
            assertThat(ward.quarantine.counts()).containsEntry("conflict", 0L);
            ward.arrives("h", block(ECG, minute(1), 1, 3));
            assertThat(ward.quarantine.counts()).containsEntry("conflict", 1L);
            assertThat(ward.quarantine
                            .held(Optional.of("conflict"), 0, 10)
                            .getFirst()
                            .detail())
                    .endsWith("ecg-ii");

            assertThat(ward.waveforms.find(query("ann", Optional.empty(), 0, 2)))
                    .extracting(found -> found.record().getWaveform().getKind())
                    .containsExactly(ECG.number(), ECG.number());
            assertThat(ward.waveforms.find(query("ann", Optional.of(new Position(BED, minute(1))), ECG.number(), 2)))
                    .extracting(found -> found.record().getWaveform().getKind())
                    .containsExactly(PLETH.number());
        }
    }
}
