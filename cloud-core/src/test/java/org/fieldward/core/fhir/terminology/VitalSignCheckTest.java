package org.fieldward.core.fhir.terminology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.fhir.StoredReadings;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;
import org.junit.jupiter.api.Test;

class VitalSignCheckTest {

    private final VitalSignCheck check = new VitalSignCheck(Catalogue.standard());

    @Test
    void every_value_the_catalogue_allows_is_accepted() {
        for (Parameter parameter : Catalogue.standard().all()) {
            for (Unit unit : Unit.values()) {
                if (parameter.allows(unit)) {
                    assertThat(check.check(reading(StoredReadings.number(parameter.key(), "37.0", unit))))
                            .as(parameter + " " + unit)
                            .isInstanceOf(Verdict.Accepted.class);
                }
            }
            if (!parameter.isPanel()) {
                assertThat(check.check(reading(StoredReadings.absent(parameter.key(), AbsentReason.ERROR))))
                        .as(parameter.key())
                        .isInstanceOf(Verdict.Accepted.class);
            }
        }
    }

    @Test
    void a_unit_that_the_profile_does_not_know_is_refused_by_element_and_rule() {
        // A hospital's own row in the catalogue may allow what the profile does not.
        var kelvin = new Draft(
                Optional.of("bodytemp"),
                "final",
                List.of(new Draft.Code(Terminology.CATEGORY, "vital-signs")),
                List.of(new Draft.Code(Terminology.LOINC, "8310-5")),
                true,
                Draft.Effective.DATE_TIME,
                new Draft.Answer.Quantity(
                        Optional.of(java.math.BigDecimal.TEN),
                        Optional.of("K"),
                        Optional.of(Terminology.UCUM),
                        Optional.of("K")),
                false,
                List.of());

        assertThat(check.check(kelvin)).isInstanceOfSatisfying(Verdict.Refused.class, refused -> {
            assertThat(refused.element()).isEqualTo("Observation.valueQuantity.code");
            assertThat(refused.rule()).contains("UCUM");
        });
    }

    private static Reading reading(Value value) {
        var stamp = new Stamp(Optional.empty(), Instant.EPOCH, 0, 1, ClockState.SYNCHRONISED);
        return new Reading(new DeviceId("mon-1"), stamp, List.of(value));
    }
}
