package org.fieldward.edge.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.fieldward.proto.reading.ClockState;
import org.junit.jupiter.api.Test;

class StamperTest {

    private static final Instant NOW = Instant.parse("2026-03-01T08:15:30Z");

    @Test
    void arrivals_grow_by_a_microsecond_when_the_clock_stands_still_or_steps_back_a_little() {
        Queue<Instant> clock =
                new ArrayDeque<>(List.of(NOW, NOW, NOW.minusMillis(900), NOW.plusNanos(500), NOW.plusSeconds(1)));
        var stamper = new Stamper(clock::remove, () -> 5, 7, () -> ClockState.IMPLAUSIBLE);

        assertThat(List.of(stamper.get(), stamper.get(), stamper.get(), stamper.get(), stamper.get()))
                .extracting(arrival -> arrival.receivedAt())
                .containsExactly(
                        NOW, NOW.plusNanos(1000), NOW.plusNanos(2000), NOW.plusNanos(3000), NOW.plusSeconds(1));
    }

    @Test
    void a_clock_that_was_far_ahead_and_is_put_right_is_followed() {
        Instant wrong = Instant.parse("2099-01-01T00:00:00Z");
        Queue<Instant> clock = new ArrayDeque<>(List.of(wrong, NOW, NOW, NOW.plusSeconds(1)));
        var stamper = new Stamper(clock::remove, () -> 5, 7, () -> ClockState.SYNCHRONISED);

        assertThat(List.of(stamper.get(), stamper.get(), stamper.get(), stamper.get()))
                .extracting(arrival -> arrival.receivedAt())
                .containsExactly(wrong, NOW, NOW.plusNanos(1000), NOW.plusSeconds(1));
    }

    @Test
    void a_clock_that_begins_in_1970_or_before_is_no_obstacle() {
        var stamper = new Stamper(() -> Instant.EPOCH.minusSeconds(1), () -> 5, 7, () -> ClockState.IMPLAUSIBLE);

        assertThat(stamper.get().receivedAt()).isEqualTo(Instant.EPOCH.minusSeconds(1));
        assertThat(stamper.get().receivedAt())
                .isEqualTo(Instant.EPOCH.minusSeconds(1).plusNanos(1000));
    }
}
