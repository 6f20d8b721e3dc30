package org.fieldward.installer.crowd;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.fieldward.core.intake.Admission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Five hundred gateways come back at once to a core that journals 400 batches a second and holds 4 MB. */
class CrowdTest {

    private static final int GATEWAYS = 500;
    private static final long RECORDS = 20_000;
    private static final int SESSIONS_PER_SECOND = 20;
    private static final Crowd.Bearing CORE = new Crowd.Bearing(400, 4 << 20);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void five_hundred_gateways_that_return_at_once_are_all_caught_up_and_never_hold_more_than_the_core_allows(
            long seed) {
        var crowd = new Crowd(seed, GATEWAYS, RECORDS, new Admission(SESSIONS_PER_SECOND, 2_000, 0), CORE);

        crowd.run(Duration.ofSeconds(2), Duration.ofMinutes(10));
        System.out.printf(
                "seed %d: caught up after %s, %d sessions opened, %d turned away, %d thrown out, at most %d bytes,"
                        + " %d calls in the busiest second%n",
                seed,
                crowd.caughtUp,
                crowd.opened,
                crowd.turnedAway,
                crowd.thrownOut,
                crowd.mostWaitingBytes,
                crowd.mostCallsInASecond());

        // 10,000 batches are 25 s of this core's time, and letting all in takes 25 s.
        assertThat(crowd.caughtUp).hasValueSatisfying(time -> assertThat(time).isLessThan(Duration.ofSeconds(120)));
        assertThat(crowd.mostWaitingBytes).isLessThan(CORE.maxWaitingBytes() / 2);
        assertThat(crowd.opened)
                .as("hardly anybody is let in and thrown out again")
                .isLessThan(GATEWAYS * 11 / 10);
        assertThat(crowd.turnedAway).as("nor sent away again and again").isLessThan(GATEWAYS * 4);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void they_do_not_come_in_lockstep(long seed) {
        var crowd = new Crowd(seed, GATEWAYS, RECORDS, new Admission(SESSIONS_PER_SECOND, 2_000, 0), CORE);
        crowd.run(Duration.ofSeconds(30), Duration.ofMinutes(10));

        assertThat(crowd.mostCallsInASecond()).as("of %d gateways", GATEWAYS).isLessThan(GATEWAYS / 5);
    }

    @Test
    void without_jitter_they_would() {
        var crowd = new Crowd(1, GATEWAYS, RECORDS, new Admission(SESSIONS_PER_SECOND, 2_000, 0), CORE);
        crowd.withoutJitter();
        crowd.run(Duration.ofSeconds(30), Duration.ofSeconds(60));

        assertThat(crowd.mostCallsInASecond()).isGreaterThanOrEqualTo(GATEWAYS);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void without_the_admission_more_than_half_of_the_room_is_full_and_gateways_are_sent_away_for_that(long seed) {
        var crowd = new Crowd(seed, GATEWAYS, RECORDS, new Admission(10_000, 100_000, 0), CORE);
        crowd.run(Duration.ofSeconds(2), Duration.ofMinutes(10));

        assertThat(crowd.mostWaitingBytes).isGreaterThan(CORE.maxWaitingBytes() / 2);
    }
}
