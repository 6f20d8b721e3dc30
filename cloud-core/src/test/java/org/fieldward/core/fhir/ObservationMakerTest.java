package org.fieldward.core.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.fhir.StoredReadings.absent;
import static org.fieldward.core.fhir.StoredReadings.number;
import static org.fieldward.core.fhir.StoredReadings.reading;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;

class ObservationMakerTest {

    private static final Instant AT = Instant.parse("2026-11-21T03:04:05.678901Z");

    private final ObservationMaker maker = new ObservationMaker();

    @Test
    void every_observation_of_every_parameter_and_unit_is_valid_for_the_full_validator() {
        var invalid = new ArrayList<String>();
        for (Parameter parameter : Catalogue.standard().all()) {
            for (Unit unit : Unit.values()) {
                if (parameter.allows(unit)) {
                    collectErrors(invalid, number(parameter.key(), "37.0", unit));
                }
            }
            if (!parameter.isPanel()) {
                collectErrors(invalid, absent(parameter.key(), AbsentReason.NOT_PERFORMED));
            }
        }

        assertThat(invalid).isEmpty();
    }

    @Test
    void every_reason_for_an_absent_value_is_valid_for_the_full_validator() {
        var invalid = new ArrayList<String>();
        for (AbsentReason reason : AbsentReason.values()) {
            collectErrors(invalid, absent("heart-rate", reason));
            collectErrors(invalid, number("systolic", "120"), absent("diastolic", reason));
        }

        assertThat(invalid).isEmpty();
    }

    @Test
    void every_blood_pressure_is_valid_for_the_full_validator_whatever_part_is_missing() {
        var invalid = new ArrayList<String>();
        collectErrors(
                invalid, number("systolic", "120"), number("diastolic", "80"), number("mean-arterial-pressure", "93"));
        collectErrors(invalid, number("systolic", "120"), number("diastolic", "80"));
        collectErrors(invalid, number("mean-arterial-pressure", "93"));
        collectErrors(
                invalid,
                number("arterial-systolic", "118"),
                number("arterial-diastolic", "79"),
                number("arterial-mean", "91"),
                number("systolic", "120"));

        assertThat(invalid).isEmpty();
    }

    @Test
    void a_blood_pressure_without_diastolic_says_that_it_is_unknown() {
        Observation made = only(reading("mon-1", "p1", AT, number("systolic", "120")));

        assertThat(made.getComponent()).hasSize(2);
        assertThat(made.getComponent().get(0).getValueQuantity().getValue()).isEqualTo("120");
        assertThat(made.getComponent().get(1).getCode().getCodingFirstRep().getCode())
                .isEqualTo("8462-4");
        assertThat(made.getComponent()
                        .get(1)
                        .getDataAbsentReason()
                        .getCodingFirstRep()
                        .getCode())
                .isEqualTo("unknown");
    }

    @Test
    void cuff_and_line_pressures_of_one_instant_are_two_observations() {
        List<Observation> made = maker.make(reading(
                "mon-1",
                "p1",
                AT,
                number("arterial-systolic", "118"),
                number("systolic", "120"),
                number("heart-rate", "72")));

        assertThat(made)
                .extracting(observation ->
                        observation.getCode().getCoding().getLast().getCode())
                .containsExactly("147842", "150020", "150036");
    }

    @Test
    void precision_and_microseconds_are_kept() {
        Observation made = only(reading("mon-1", "p1", AT, number("temperature", "37.0")));

        assertThat(made.getValueQuantity().getValue().toPlainString()).isEqualTo("37.0");
        assertThat(made.getEffectiveDateTimeType().getValueAsString()).isEqualTo("2026-11-21T03:04:05.678901Z");
        assertThat(made.getIssuedElement().getValueAsString()).isEqualTo("2026-11-21T03:04:05.718901Z");
    }

    @Test
    void a_sensor_that_is_off_has_a_reason_in_words_and_no_number() {
        Observation made = only(reading("mon-1", "p1", AT, absent("spo2", AbsentReason.NOT_PERFORMED)));

        assertThat(made.hasValue()).isFalse();
        assertThat(made.getDataAbsentReason().getText()).isEqualTo("sensor off");
        assertThat(made.getDataAbsentReason().getCodingFirstRep().getCode()).isEqualTo("not-performed");
    }

    @Test
    void a_time_that_was_put_right_is_stated_with_what_the_device_said_and_both_clocks_side_by_side() {
        StoredReading believed = reading("mon-1", "p1", AT, number("heart-rate", "72"));
        StoredReading corrected = believed.toBuilder()
                .setDeviceMicros(believed.getMeasuredMicros() - 3_600_000_000L)
                .build();

        Observation made = only(corrected);

        assertThat(FullValidator.errors(made))
                .as("the guide's own profile is not among R4's definitions")
                .allSatisfy(
                        error -> assertThat(error).contains(Correction.PROFILE).contains("could not be found"));
        assertThat(made.getEffectiveDateTimeType().getValueAsString()).isEqualTo("2026-11-21T03:04:05.678901Z");
        assertThat(made.getNoteFirstRep().getText())
                .startsWith("The device's clock was 1 h behind and said 2026-11-21T02:04:05.678901Z.");
        var both = (Observation) made.getContained().getFirst();
        assertThat(((Reference) made.getExtensionByUrl(Correction.REFERENCE).getValue()).getReference())
                .isEqualTo("#clock");
        assertThat(both.getMeta().hasProfile(Correction.PROFILE)).isTrue();
        assertThat(both.getEffectiveDateTimeType().getValueAsString()).isEqualTo("2026-11-21T03:04:05.678901Z");
        assertThat(both.getValueDateTimeType().getValueAsString()).isEqualTo("2026-11-21T02:04:05.678901Z");
        assertThat(both.getDevice().getReference()).isEqualTo(made.getDevice().getReference());
    }

    @Test
    void the_identifier_tells_an_hour_that_a_clock_repeated_apart() {
        StoredReading first = reading("mon-1", "p1", AT.minusSeconds(3_600), number("heart-rate", "72"));
        StoredReading again = reading("mon-1", "p1", AT, number("heart-rate", "72")).toBuilder()
                .setDeviceMicros(first.getDeviceMicros())
                .build();

        assertThat(only(again).getIdentifierFirstRep().getValue())
                .isEqualTo("mon-1-p1-147842-20261121T030405.678901Z")
                .isNotEqualTo(only(first).getIdentifierFirstRep().getValue());
    }

    private Observation only(StoredReading reading) {
        List<Observation> made = maker.make(reading);
        assertThat(made).hasSize(1);
        return made.getFirst();
    }

    private void collectErrors(List<String> invalid, Value... values) {
        for (Observation made : maker.make(reading("mon_1", "p1", AT, values))) {
            FullValidator.errors(made)
                    .forEach(error -> invalid.add(values[0].parameter().key() + " " + error));
        }
    }
}
