package org.fieldward.core.observation.gap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.observation.follower.Ward.BED;
import static org.fieldward.core.observation.follower.Ward.NOON;
import static org.fieldward.core.observation.follower.Ward.heartRate;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.observation.follower.Ward;
import org.fieldward.proto.link.StoredGap;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.tree.RecordCommitment;
import org.junit.jupiter.api.Test;

/** A gap from the journal to the read side, on a real database. */
class GapTest {

    private static final DeviceId OTHER = new DeviceId("bed-2");

    private static Instant minute(int minutes) {
        return NOON.plus(Duration.ofMinutes(minutes));
    }

    private static Gap gap(DeviceId device, int from, int to, long count) {
        return new Gap(
                device, Ward.stamp(minute(60)), Lane.WAVEFORM, minute(from), minute(to), count, Gap.Reason.THINNED);
    }

    private static Gaps.Query query(Optional<DeviceId> device, Optional<Instant> from, Optional<Instant> until) {
        return new Gaps.Query(device, from, until, 0, 10);
    }

    @Test
    void a_gap_is_kept_found_by_device_and_time_and_proved_like_a_reading() throws Exception {
        try (var ward = new Ward()) {
            ward.bind(BED, "ann", minute(0), Optional.empty());
            ward.arrives("g", gap(BED, 0, 10, 7), heartRate(BED, minute(1), 60), gap(OTHER, 5, 20, 8));
            var gaps = new SqlGaps(ward.database);

            List<Gaps.Stored> all = gaps.find(query(Optional.empty(), Optional.empty(), Optional.empty()));
            assertThat(all).extracting(found -> found.record().getCount()).containsExactly(7L, 8L);
            assertThat(gaps.find(query(Optional.of(BED), Optional.empty(), Optional.empty())))
                    .containsExactly(all.getFirst());
            assertThat(gaps.find(query(Optional.empty(), Optional.of(minute(10)), Optional.empty())))
                    .containsExactlyElementsOf(all);
            assertThat(gaps.find(query(Optional.empty(), Optional.of(minute(11)), Optional.empty())))
                    .containsExactly(all.getLast());
            assertThat(gaps.find(query(Optional.empty(), Optional.empty(), Optional.of(minute(4)))))
                    .containsExactly(all.getFirst());
            assertThat(gaps.get(all.getLast().number())).contains(all.getLast());
            assertThat(ward.quarantine.counts()).containsEntry("malformed", 0L);
            assertThat(ward.heard).hasSize(1);

            // Each stands in the batch of commitments at its own place, beside the reading.
            byte[] commitments = ward.commitments
                    .after(all.getFirst().commitmentBatch() - 1, 1)
                    .getFirst()
                    .commitments()
                    .toByteArray();
            assertThat(commitments).hasSize(3 * 32);
            for (Gaps.Stored one : all) {
                byte[] commitment = new RecordCommitment()
                        .of(one.salt().toByteArray(), one.bytes().toByteArray());
                assertThat(Arrays.copyOfRange(
                                commitments, one.commitmentPosition() * 32, one.commitmentPosition() * 32 + 32))
                        .isEqualTo(commitment);
            }
        }
    }

    @Test
    void a_gap_alone_is_committed_to_as_well_and_never_passes_for_a_reading() throws Exception {
        try (var ward = new Ward()) {
            ward.arrives("g", gap(BED, 0, 10, 7));

            Gaps.Stored stored = new SqlGaps(ward.database)
                    .find(query(Optional.empty(), Optional.empty(), Optional.empty()))
                    .getFirst();

            assertThat(ward.commitments.after(stored.commitmentBatch() - 1, 1)).hasSize(1);
            assertThat(StoredGap.parseFrom(stored.bytes()).getGapVersion()).isEqualTo(1);
            StoredReading asReading = StoredReading.parseFrom(stored.bytes());
            assertThat(asReading.getUnknownFields().hasField(16)).isTrue();
        }
    }

    @Test
    void a_gap_with_an_impossible_time_is_set_aside_and_stops_nothing_behind_it() {
        try (var ward = new Ward()) {
            var impossible = new Gap(
                    BED,
                    Ward.stamp(NOON),
                    Lane.VITAL,
                    NOON,
                    Instant.parse("+20000-01-01T00:00:00Z"),
                    1,
                    Gap.Reason.EVICTED);
            ward.arrives("g", impossible, gap(BED, 0, 1, 2));

            assertThat(ward.quarantine.counts()).containsEntry("invalid", 1L);
            assertThat(new SqlGaps(ward.database).find(query(Optional.empty(), Optional.empty(), Optional.empty())))
                    .hasSize(1);
        }
    }
}
