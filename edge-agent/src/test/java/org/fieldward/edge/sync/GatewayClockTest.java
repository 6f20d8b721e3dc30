package org.fieldward.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.fieldward.edge.sync.GatewayClock.Told;
import org.fieldward.proto.reading.ClockState;
import org.junit.jupiter.api.Test;

class GatewayClockTest {

    private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final GatewayClock clock = new GatewayClock(BUILT);

    @Test
    void a_wrong_wall_clock_is_replaced_by_what_the_core_said_first() {
        clock.coreSaid(NOON, 1_000);

        assertThat(clock.tell(Instant.EPOCH, 3_000)).isEqualTo(new Told(NOON.plusSeconds(2), ClockState.SYNCHRONISED));
    }

    @Test
    void a_core_that_says_1970_is_not_believed_however_often() {
        clock.coreSaid(Instant.EPOCH, 1_000);
        clock.coreSaid(Instant.EPOCH.plusSeconds(10), 11_000);

        assertThat(clock.tell(NOON, 12_000)).isEqualTo(new Told(NOON, ClockState.UNCONFIRMED));
    }

    @Test
    void a_core_whose_clock_jumps_for_a_moment_takes_nobody_along() {
        clock.coreSaid(NOON, 0);
        clock.coreSaid(NOON.plusSeconds(10).minus(Duration.ofHours(1)), 10_000);
        Instant meanwhile = NOON.plusSeconds(15);

        assertThat(clock.tell(meanwhile, 15_000).time()).isEqualTo(meanwhile);

        clock.coreSaid(NOON.plusSeconds(20), 20_000);
        clock.coreSaid(NOON.plusSeconds(30).plus(Duration.ofDays(400)), 30_000);

        assertThat(clock.tell(NOON.plusSeconds(31), 31_000).time()).isEqualTo(NOON.plusSeconds(31));
    }

    @Test
    void a_core_that_says_the_other_time_again_is_believed() {
        Instant other = NOON.plus(Duration.ofHours(1));
        clock.coreSaid(NOON, 0);
        clock.coreSaid(other.plusSeconds(10), 10_000);
        clock.coreSaid(other.plusSeconds(20), 20_000);

        assertThat(clock.tell(NOON.plusSeconds(21), 21_000).time()).isEqualTo(other.plusSeconds(21));
    }
}
