package org.fieldward.edge.buffer.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.fieldward.edge.buffer.quota.LanePolicy.Verdict;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanePolicyTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    /** A thousand in all, a hundred in reserve, four hundred for waveforms at most; ten more go than must. */
    private final LanePolicy policy = new LanePolicy(1000, 100, 40);

    @ParameterizedTest(name = "alarms {0}, vitals {1}, trends {2}, waveforms {3}: {4} of {5} {6}")
    @CsvSource({
        // An empty disk, and one that just holds it.
        "  0,    0,   0,   0, VITAL,     50, admit",
        "  0,  950,   0,   0, VITAL,     50, admit",
        "  0,    0,   0, 350, WAVEFORM,  50, admit",
        // Vital signs take the place of waveforms, then of trends, and of nothing else.
        "  0,  600,   0, 400, VITAL,     50, evict 60 0",
        "  0,  700, 260,  40, VITAL,     50, evict 40 20",
        "  0,  700, 300,   0, VITAL,     50, evict 0 60",
        "  0, 1000,   0,   0, VITAL,     50, refuse 1000 1000",
        "100,  900,   0,   0, VITAL,      1, refuse 1000 1000",
        "  0,  990,   0,  10, VITAL,     50, refuse 1000 1000",
        // Never more goes than there is.
        "  0,  980,   0,  20, VITAL,     20, evict 20 0",
        // Trends take the place of waveforms only.
        "  0,  600,   0, 400, TREND,     50, evict 60 0",
        "  0,  600, 400,   0, TREND,     50, refuse 1000 1000",
        // Waveforms take the place of waveforms only, at their share as on a full disk.
        "  0,    0,   0, 400, WAVEFORM,  50, evict 60 0",
        "  0,  800,   0, 200, WAVEFORM,  50, evict 60 0",
        "  0,  900, 100,   0, WAVEFORM,  50, refuse 1000 1000",
        "  0,    0,   0,   0, WAVEFORM, 401, refuse 0 400",
        // Alarms and events use the reserve, then the place of waveforms and trends, and are refused last.
        "  0, 1000,   0,   0, ALARM,    100, admit",
        "  0, 1000,   0,   0, EVENT,    100, admit",
        "100,  600,   0, 400, ALARM,     50, evict 60 0",
        "100,  600, 400,   0, EVENT,     50, evict 0 60",
        "100, 1000,   0,   0, ALARM,      1, refuse 1100 1100",
    })
    void what_wants_in_finds_room_by_its_lane(
            long alarms, long vitals, long trends, long waveforms, Lane lane, long wanted, String verdict) {
        var kept = new LaneBytes()
                .add(Lane.ALARM, alarms)
                .add(Lane.VITAL, vitals)
                .add(Lane.TREND, trends)
                .add(Lane.WAVEFORM, waveforms);

        assertThat(said(policy.decide(kept, new LaneBytes(), new LaneBytes().add(lane, wanted))))
                .isEqualTo(verdict);
    }

    @Test
    void what_was_admitted_just_now_counts_and_cannot_be_given_up() {
        var pending = new LaneBytes().add(Lane.WAVEFORM, 390);

        assertThat(said(policy.decide(new LaneBytes(), pending, new LaneBytes().add(Lane.WAVEFORM, 20))))
                .isEqualTo("refuse 390 400");
        assertThat(said(policy.decide(new LaneBytes(), pending, new LaneBytes().add(Lane.VITAL, 700))))
                .isEqualTo("refuse 390 1000");
    }

    @Test
    void readings_and_waveforms_in_one_publish_come_in_together_or_not_at_all() {
        var both = new LaneBytes().add(Lane.VITAL, 10).add(Lane.WAVEFORM, 50);

        assertThat(said(policy.decide(new LaneBytes().add(Lane.WAVEFORM, 380), new LaneBytes(), both)))
                .isEqualTo("evict 40 0");
        assertThat(said(policy.decide(
                        new LaneBytes().add(Lane.VITAL, 900).add(Lane.TREND, 100), new LaneBytes(), both)))
                .isEqualTo("evict 0 70");
    }

    @Test
    void thinning_takes_about_half_and_no_rhythm_of_a_device_loses_everything() {
        for (int every = 1; every <= 600; every++) {
            int seconds = every;
            long taken = IntStream.range(0, 1000)
                    .filter(i -> LanePolicy.thins(NOON.plusSeconds((long) i * seconds)))
                    .count();
            assertThat(taken).as("a block every %d s", every).isBetween(300L, 700L);
        }
    }

    @Test
    void losses_of_endless_device_names_stay_few_and_none_is_forgotten() {
        GapBook book = GapBook.EMPTY;
        for (int i = 0; i < 5000; i++) {
            book = book.plus(List.of(
                    new Loss(new DeviceId("d" + i), Lane.VITAL, Gap.Reason.REFUSED, NOON, NOON.plusSeconds(i), 2)));
        }

        assertThat(book.open()).hasSize(1001);
        assertThat(book.losses().stream().mapToLong(Loss::count).sum()).isEqualTo(10_000);
        assertThat(book.losses().getLast().device()).isEqualTo(Gap.UNNAMED);
        assertThat(GapBook.of(List.copyOf(book.open())).losses()).isEqualTo(book.losses());
    }

    @Test
    void documents_take_half_of_the_reserve_and_leave_the_rest_to_alarms() {
        var full = new LaneBytes().add(Lane.VITAL, 1000);

        assertThat(said(policy.decide(full, new LaneBytes(), new LaneBytes().add(Lane.EVENT, 50), true)))
                .isEqualTo("admit");
        assertThat(said(policy.decide(full, new LaneBytes(), new LaneBytes().add(Lane.EVENT, 51), true)))
                .isEqualTo("refuse 1000 1050");
        assertThat(said(policy.decide(full, new LaneBytes(), new LaneBytes().add(Lane.EVENT, 51))))
                .isEqualTo("admit");
    }

    private static String said(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Admit admit -> "admit";
            case Verdict.Evict evict -> "evict " + evict.waveforms() + " " + evict.trends();
            case Verdict.Refuse refuse -> "refuse " + refuse.used() + " " + refuse.allowed();
        };
    }
}
