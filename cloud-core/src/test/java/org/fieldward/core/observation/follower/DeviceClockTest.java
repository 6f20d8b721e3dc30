package org.fieldward.core.observation.follower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.observation.follower.Ward.BED;
import static org.fieldward.core.observation.follower.Ward.HEART_RATE;
import static org.fieldward.core.observation.follower.Ward.NOON;
import static org.fieldward.core.observation.follower.Ward.SPO2;
import static org.fieldward.core.observation.follower.Ward.quantity;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.fhir.terminology.Verdict;
import org.fieldward.core.observation.Observed;
import org.fieldward.proto.clock.Coincidence;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Value;
import org.junit.jupiter.api.Test;

/** Readings of devices whose own clocks were wrong, and were put right by their gateways. */
class DeviceClockTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private static Instant minute(int minutes) {
        return NOON.plus(Duration.ofMinutes(minutes));
    }

    /** Arrived at its true time, said by a clock that far behind, and put right by so much. */
    private static Reading live(Instant truly, Duration behind, Duration correction, Value... values) {
        return said(truly.minus(behind), truly, correction, values);
    }

    private static Reading said(Instant said, Instant arrived, Duration correction, Value... values) {
        var stamp = new Stamp(Optional.of(said), arrived, 1, 1, ClockState.SYNCHRONISED, correction);
        return new Reading(BED, stamp, List.of(values));
    }

    private static Value rate(int perMinute) {
        return quantity(HEART_RATE, Integer.toString(perMinute));
    }

    /** Ann has the bed until 12:30, then Bob. */
    private static Ward ward() {
        var ward = new Ward();
        ward.bind(BED, "ann", minute(-180), Optional.of(minute(30)));
        ward.bind(BED, "bob", minute(30), Optional.empty());
        return ward;
    }

    private static List<Instant> times(List<Observed> observed) {
        return observed.stream()
                .map(one -> Micros.instant(one.record().getMeasuredMicros()))
                .toList();
    }

    @Test
    void a_reading_goes_to_whom_the_device_served_in_truth_and_keeps_what_its_clock_had_said() {
        try (Ward ward = ward()) {
            ward.arrives("g", live(minute(45), HOUR, HOUR, rate(60)));

            assertThat(ward.of("ann")).isEmpty();
            assertThat(times(ward.of("bob"))).containsExactly(minute(45));
            assertThat(Micros.instant(ward.of("bob").getFirst().record().getDeviceMicros()))
                    .isEqualTo(minute(-15));
        }
    }

    @Test
    void an_hour_that_a_clock_repeats_is_stored_twice_also_where_the_values_are_the_same() {
        try (Ward ward = ward()) {
            ward.arrives("g", live(minute(-60), Duration.ZERO, Duration.ZERO, rate(60)));
            ward.arrives("g", live(minute(0), HOUR, HOUR, rate(60)));
            ward.arrives("g", live(minute(-50), Duration.ZERO, Duration.ZERO, rate(61)));
            ward.arrives("g", live(minute(10), HOUR, HOUR, rate(75)));

            assertThat(times(ward.of("ann"))).containsExactly(minute(-60), minute(-50), minute(0), minute(10));
            assertThat(ward.quarantine.counts().values()).containsOnly(0L);
        }
    }

    @Test
    void what_was_believed_and_is_sent_again_put_right_was_measured_once() {
        try (Ward ward = ward()) {
            Instant said = minute(-60);
            ward.arrives("g", said(said, minute(0), Duration.ZERO, rate(60)));
            ward.arrives("g", said(said, minute(0).plusSeconds(40), HOUR, rate(60)));
            ward.arrives("h", said(said, minute(0).plusSeconds(41), HOUR.plusSeconds(9), rate(60)));

            assertThat(times(ward.of("ann"))).containsExactly(said);
            assertThat(ward.quarantine.counts().values()).containsOnly(0L);
        }
    }

    @Test
    void what_was_put_right_and_is_sent_again_believed_was_measured_once_also_for_a_core_that_was_started_anew() {
        try (Ward ward = ward()) {
            ward.arrives("g", live(minute(0), HOUR, HOUR, rate(60)));
            var other = ward.follower(reading -> new Verdict.Accepted(), ward.journal);
            ward.journal.append(List.of(ward.arrival("g", said(minute(-60), minute(7), Duration.ZERO, rate(60)))));
            while (other.step()) {
                continue;
            }

            assertThat(times(ward.of("ann"))).containsExactly(minute(0));
        }
    }

    @Test
    void two_publishes_of_one_instant_become_one_reading_also_where_the_clock_was_put_right_between_them() {
        try (Ward ward = ward()) {
            Instant said = minute(-60);
            ward.arrives("g", said(said, minute(0), Duration.ZERO, rate(60)));
            ward.arrives("g", said(said, minute(0).plusSeconds(1), HOUR, quantity(SPO2, "97")));

            assertThat(ward.of("ann")).hasSize(1);
            assertThat(ward.of("ann").getFirst().record().getParameterCount()).isEqualTo(2);
        }
    }

    @Test
    void two_readings_that_were_put_right_to_one_instant_are_both_kept() {
        try (Ward ward = ward()) {
            Instant truly = minute(10);
            Reading corrected = said(truly.minus(HOUR), truly.minusSeconds(10), HOUR, rate(60));
            Reading believed = live(truly, Duration.ZERO, Duration.ZERO, rate(61));
            ward.arrives("g", corrected, believed);
            ward.arrives("g", believed, corrected);
            ward.arrives("h", live(truly.plusNanos(1_000), Duration.ZERO, Duration.ZERO, rate(62)));

            assertThat(ward.of("ann"))
                    .extracting(one -> one.record().getUnscaled(0))
                    .containsExactly(60L, 61L, 62L);
            assertThat(ward.quarantine.counts().values()).containsOnly(0L);
        }
    }

    @Test
    void a_device_whose_clock_changes_for_ever_leaves_no_more_than_sixteen_corrections_behind() throws Exception {
        try (Ward ward = ward()) {
            for (int i = 1; i <= 40; i++) {
                ward.arrives("g", live(minute(-i), HOUR.plusMinutes(5L * i), HOUR.plusMinutes(5L * i), rate(60)));
            }

            assertThat(ward.of("ann")).hasSize(40);
            try (var connection = ward.database.getConnection();
                    var rows = connection.createStatement().executeQuery("select count(*) from device_clock")) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(16);
            }
        }
    }

    @Test
    void a_gateway_that_was_wrong_itself_comes_on_top_of_what_it_said_about_the_device() {
        try (Ward ward = ward()) {
            Instant wrong = Instant.parse("1970-01-01T00:10:00Z");
            ward.gateways.heardClock(
                    "g", 1, new Coincidence(Duration.ofMinutes(60).toMillis(), minute(60)));
            var stamp = new Stamp(
                    Optional.of(minute(-20)),
                    wrong,
                    Duration.ofMinutes(40).toMillis(),
                    1,
                    ClockState.IMPLAUSIBLE,
                    Duration.between(minute(-20), wrong));
            ward.arrives("g", new Reading(BED, stamp, List.of(rate(60))));

            assertThat(times(ward.of("bob"))).containsExactly(minute(40));
        }
    }
}
