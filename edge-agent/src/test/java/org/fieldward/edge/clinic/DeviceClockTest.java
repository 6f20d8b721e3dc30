package org.fieldward.edge.clinic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.Stamp;
import org.junit.jupiter.api.Test;

class DeviceClockTest {

    private static final double HOUR = 3600;

    private final DeviceClock clock = new DeviceClock(Duration.ofSeconds(60));

    private void live(int from, int to, double ahead) {
        for (int second = from; second < to; second++) {
            clock.lateness(Said.stamp(second, second + ahead));
        }
    }

    private long median() {
        return clock.offset().orElseThrow().medianMillis();
    }

    @Test
    void a_device_that_is_ahead_is_known_by_how_much_and_is_not_late() {
        live(0, 40, 7.5);

        assertThat(median()).isEqualTo(7500);
        assertThat(clock.offset().orElseThrow().samples()).isEqualTo(32);
        assertThat(clock.lateness(Said.stamp(40, 47.5))).isZero();
    }

    @Test
    void a_device_that_is_put_right_is_not_late_and_shows_by_how_much_it_is_off() {
        for (int second = 0; second < 40; second++) {
            assertThat(clock.lateness(Said.stamp(second, second - HOUR).corrected(Duration.ofHours(1))))
                    .isZero();
        }

        assertThat(median()).isEqualTo(-3_600_000);
        assertThat(clock.offset().orElseThrow().correctionMillis()).isEqualTo(3_600_000);
        assertThat(clock.lateness(Said.stamp(40, 30 - HOUR).corrected(Duration.ofHours(1))))
                .isEqualTo(10_000);
    }

    @Test
    void the_spread_says_how_much_nine_of_ten_readings_differ() {
        for (int second = 0; second < 20; second++) {
            clock.lateness(Said.stamp(second, second + (second % 2 == 0 ? 0.1 : -0.1)));
        }

        assertThat(clock.offset().orElseThrow().spreadMillis()).isEqualTo(200);
    }

    @Test
    void what_was_kept_during_an_outage_is_late_and_teaches_nothing() {
        live(0, 10, 0);
        for (int i = 0; i < 1000; i++) {
            double measured = i - 2000;
            assertThat(clock.lateness(Said.stamp(10 + i / 100.0, measured)))
                    .isEqualTo(Math.round((10 + i / 100.0 - measured) * 1000));
        }
        live(20, 25, 0);

        assertThat(median()).isZero();
        assertThat(clock.offset().orElseThrow().spreadMillis()).isZero();
    }

    @Test
    void a_backlog_that_comes_first_of_all_is_late_too() {
        assertThat(clock.lateness(Said.stamp(5, 5 - HOUR))).isEqualTo(3_600_000);

        assertThat(clock.offset()).isEmpty();
    }

    @Test
    void a_clock_put_back_an_hour_is_believed_once_it_was_steady() {
        live(0, 60, 0);

        assertThat(clock.lateness(Said.stamp(60, 60 - HOUR))).isEqualTo(3_600_000);
        live(61, 95, -HOUR);

        assertThat(median()).isEqualTo(-3_600_000);
        assertThat(clock.lateness(Said.stamp(95, 95 - HOUR))).isZero();
    }

    @Test
    void when_the_gateway_itself_is_set_all_begins_anew() {
        clock.lateness(
                new Stamp(Optional.of(Said.START), Said.START.minusSeconds(1_000_000), 0, 7, ClockState.UNCONFIRMED));
        assertThat(median()).isEqualTo(1_000_000_000L);

        assertThat(clock.lateness(Said.stamp(1, 1))).isZero();

        assertThat(median()).isZero();
    }
}
