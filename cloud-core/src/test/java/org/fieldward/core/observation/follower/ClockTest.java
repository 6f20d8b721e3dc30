package org.fieldward.core.observation.follower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.observation.follower.Ward.BED;
import static org.fieldward.core.observation.follower.Ward.HEART_RATE;
import static org.fieldward.core.observation.follower.Ward.NOON;
import static org.fieldward.core.observation.follower.Ward.quantity;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.fhir.ObservationMaker;
import org.fieldward.core.observation.Observed;
import org.fieldward.proto.clock.Coincidence;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.hl7.fhir.r4.model.Observation;
import org.junit.jupiter.api.Test;

/** Readings of gateways that did not know what time it was. */
class ClockTest {

    private static final long BOOT = -7;

    private static Instant minute(int minutes) {
        return NOON.plus(Duration.ofMinutes(minutes));
    }

    private static Stamp stamp(Instant wall, long tickMinutes, ClockState state) {
        return new Stamp(Optional.empty(), wall, Duration.ofMinutes(tickMinutes).toMillis(), BOOT, state);
    }

    private static Reading reading(Stamp stamp, String rate) {
        return new Reading(BED, stamp, List.of(quantity(HEART_RATE, rate)));
    }

    /** Ann has the bed for half an hour, then Bob; the gateway has run for an hour when the core hears of it at 13:00. */
    private static Ward ward() {
        var ward = new Ward();
        ward.bind(BED, "ann", minute(0), Optional.of(minute(30)));
        ward.bind(BED, "bob", minute(30), Optional.empty());
        ward.gateways.heardClock(
                "g", BOOT, new Coincidence(Duration.ofMinutes(60).toMillis(), minute(60)));
        return ward;
    }

    private static StoredReading only(List<Observed> observed) {
        assertThat(observed).hasSize(1);
        return observed.getFirst().record();
    }

    @Test
    void a_reading_stamped_in_1970_goes_to_whom_the_device_served_and_keeps_what_the_gateway_said() {
        try (Ward ward = ward()) {
            Instant said = Instant.parse("1970-01-01T00:10:00.000123Z");
            ward.arrives("g", reading(stamp(said, 10, ClockState.IMPLAUSIBLE), "60"));
            StoredReading stored = only(ward.of("ann"));
            assertThat(Instant.EPOCH.plusNanos(stored.getMeasuredMicros() * 1_000))
                    .isEqualTo(minute(10).plusNanos(123_000));
            assertThat(stored.getReceivedMicros()).isEqualTo(600_000_123);
            assertThat(ward.of("bob")).isEmpty();

            Observation made = new ObservationMaker().make(stored).getFirst();
            assertThat(made.getEffectiveDateTimeType().getValueAsString()).startsWith("2026-03-01T12:10:00.000123");
            assertThat(made.getIssuedElement().getValueAsString()).startsWith("2026-03-01T12:10:00");
            assertThat(made.getNoteFirstRep().getText()).contains("1970-01-01T00:10:00.000123Z");
        }
    }

    @Test
    void a_plausible_clock_that_was_a_day_fast_is_put_right_too_and_one_that_agrees_is_left_alone() {
        try (Ward ward = ward()) {
            Instant right = minute(20).plusMillis(1_999);
            ward.arrives(
                    "g",
                    reading(stamp(minute(10).plus(Duration.ofDays(1)), 10, ClockState.UNCONFIRMED), "60"),
                    reading(stamp(right, 20, ClockState.UNCONFIRMED), "61"));
            assertThat(ward.of("ann"))
                    .extracting(observed -> observed.record().getMeasuredMicros())
                    .containsExactly(Micros.of(minute(10)), Micros.of(right));
            assertThat(new ObservationMaker()
                            .make(ward.of("ann").getLast().record())
                            .getFirst()
                            .hasNote())
                    .isFalse();
        }
    }

    @Test
    void readings_within_one_millisecond_stay_apart_and_in_order() {
        try (Ward ward = ward()) {
            Instant said = Instant.parse("1970-01-01T00:10:00.000001Z");
            ward.arrives(
                    "g",
                    reading(stamp(said, 10, ClockState.IMPLAUSIBLE), "60"),
                    reading(stamp(said.plusNanos(1_000), 10, ClockState.IMPLAUSIBLE), "61"));
            assertThat(ward.of("ann"))
                    .extracting(observed -> observed.record().getUnscaled(0))
                    .containsExactly(60L, 61L);
        }
    }

    @Test
    void a_time_that_nobody_can_know_waits_for_a_person_and_a_clock_that_was_set_is_believed() {
        try (Ward ward = ward()) {
            Instant said = Instant.parse("1970-01-01T00:10:00Z");
            Stamp otherBoot = new Stamp(Optional.empty(), said, 600_000, BOOT + 1, ClockState.IMPLAUSIBLE);
            ward.arrives("g", reading(otherBoot, "60"), reading(stamp(minute(40), 10, ClockState.SYNCHRONISED), "61"));
            assertThat(ward.of("ann")).isEmpty();
            assertThat(only(ward.of("bob")).getUnscaled(0)).isEqualTo(61);
            assertThat(ward.quarantine.counts()).containsEntry("unbound", 1L);
        }
    }

    @Test
    void a_device_with_a_clock_of_its_own_is_believed_whatever_the_gateway_said() {
        try (Ward ward = ward()) {
            Stamp stamp = new Stamp(
                    Optional.of(minute(45)),
                    Instant.parse("1970-01-01T00:10:00Z"),
                    600_000,
                    BOOT,
                    ClockState.IMPLAUSIBLE);
            ward.arrives("g", reading(stamp, "60"));
            assertThat(only(ward.of("bob")).getMeasuredMicros()).isEqualTo(Micros.of(minute(45)));
        }
    }

    @Test
    void an_alarm_raised_in_1970_is_shown_at_its_true_time() {
        try (Ward ward = ward()) {
            ward.arrives(
                    "g",
                    new AlarmChange(
                            BED,
                            stamp(Instant.parse("1970-01-01T00:10:00Z"), 10, ClockState.IMPLAUSIBLE),
                            "a1",
                            AlarmChange.Kind.SENSOR_OFF,
                            AlarmChange.Priority.LOW,
                            AlarmChange.Phase.RAISED,
                            Optional.empty(),
                            "sensor off"));
            assertThat(ward.alarms.active())
                    .singleElement()
                    .satisfies(alarm ->
                            assertThat(alarm.latest().stamp().receivedAt()).isEqualTo(minute(10)));
        }
    }
}
