package org.fieldward.core.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

/** Five hundred of them against the gateways' own decider: the installer's {@code CrowdTest}. */
class AdmissionTest {

    private final Admission admission = new Admission(10, 100, 0);

    @Test
    void as_many_as_may_come_in_a_second_come_in_at_once_and_the_next_a_tenth_of_a_second_later() {
        for (int i = 0; i < 10; i++) {
            assertThat(admission.turnedAway(i, false, 0)).isEmpty();
        }
        assertThat(admission.turnedAway(10, false, 0)).contains(Duration.ofMillis(100));
        assertThat(admission.turnedAway(10, false, 99)).isNotEmpty();
        assertThat(admission.turnedAway(10, false, 100)).isEmpty();
        assertThat(admission.turnedAway(11, false, 100)).isNotEmpty();
    }

    @Test
    void everybody_who_is_sent_away_is_given_a_time_of_its_own() {
        for (int i = 0; i < 10; i++) {
            admission.turnedAway(i, false, 0);
        }
        var times = new HashSet<Duration>();
        for (int i = 0; i < 500; i++) {
            times.add(admission.turnedAway(10, false, 0).orElseThrow());
        }

        assertThat(times).hasSize(500).allMatch(time -> time.compareTo(Duration.ofSeconds(50)) <= 0);
    }

    @Test
    void a_busy_core_and_one_with_all_its_sessions_open_let_nobody_in_and_ask_for_more_time() {
        assertThat(admission.turnedAway(0, true, 0))
                .hasValueSatisfying(time -> assertThat(time).isGreaterThan(Duration.ofSeconds(10)));
        assertThat(admission.turnedAway(100, false, 0))
                .hasValueSatisfying(time -> assertThat(time).isGreaterThan(Duration.ofSeconds(10)));
        assertThat(admission.turnedAway(99, false, 0)).isEmpty();
    }

    @Test
    void nobody_is_sent_away_for_longer_than_five_minutes() {
        for (int i = 0; i < 20_000; i++) {
            assertThat(admission.turnedAway(100, true, i))
                    .hasValueSatisfying(time -> assertThat(time).isLessThanOrEqualTo(Duration.ofMinutes(5)));
        }
    }

    @Test
    void a_clock_that_is_set_back_shuts_nobody_out() {
        assertThat(admission.turnedAway(0, false, 1_000_000)).isEmpty();
        assertThat(admission.turnedAway(0, false, 5)).isEmpty();
        for (int i = 0; i < 10; i++) {
            admission.turnedAway(0, false, 5);
        }
        assertThat(admission.turnedAway(0, false, 2_000)).isEmpty();
    }
}
