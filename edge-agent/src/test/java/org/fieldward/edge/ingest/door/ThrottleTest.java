package org.fieldward.edge.ingest.door;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThrottleTest {

    @Test
    void a_burst_of_one_second_is_free_and_then_the_rate_holds() {
        var throttle = new Throttle(10, 10, 0);
        for (int i = 0; i < 10; i++) {
            assertThat(throttle.waitMillis(0)).isZero();
            throttle.spend();
        }
        assertThat(throttle.waitMillis(0)).isPositive();
        int passed = 0;
        for (long now = 1; now <= 10_000; now++) {
            while (throttle.waitMillis(now) == 0) {
                throttle.spend();
                passed++;
            }
        }
        assertThat(passed).isBetween(98, 101);
    }

    @Test
    void it_says_how_long_to_wait_and_no_longer_than_needed() {
        var throttle = new Throttle(100, 100, 0);
        for (int i = 0; i < 100; i++) {
            throttle.spend();
        }
        long wait = throttle.waitMillis(0);
        assertThat(wait).isBetween(1L, 10L);
        assertThat(throttle.waitMillis(wait)).isZero();
    }

    @Test
    void rest_is_not_saved_up_for_more_than_one_second() {
        var throttle = new Throttle(10, 10, 0);
        for (int i = 0; i < 10; i++) {
            throttle.spend();
        }
        throttle.waitMillis(0);
        long hour = 3_600_000;
        int passed = 0;
        while (throttle.waitMillis(hour) == 0) {
            throttle.spend();
            passed++;
        }
        assertThat(passed).isEqualTo(10);
    }
}
