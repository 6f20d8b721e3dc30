package org.fieldward.core.clinical.enrichment;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.stream.Collectors;
import org.fieldward.core.clinical.enrichment.LabEnrichment.Earlier;
import org.fieldward.core.clinical.enrichment.LabEnrichment.Subject;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Quantity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LabEnrichmentTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final LabEnrichment LAB = new LabEnrichment(ReferenceRanges.standard());

    private static Observation observation(String loinc, String value, String unit) {
        var observation = new Observation();
        observation.setCode(new CodeableConcept().addCoding(new Coding("http://loinc.org", loinc, null)));
        observation.setValue(
                new Quantity().setValue(new BigDecimal(value)).setUnit(unit).setCode(unit));
        return observation;
    }

    private static Subject born(String sex, String date) {
        return new Subject(sex, Optional.ofNullable(date).map(LocalDate::parse));
    }

    private static String words(Observation observation) {
        return observation.getInterpretation().stream()
                .map(concept -> concept.getCodingFirstRep().getCode())
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest(name = "{0} of {1} {2}, {3} born {4}: {5}")
    @CsvSource({
        "2823-3, 3.5, mmol/L, female, 1980-01-01, N",
        "2823-3, 3.4, mmol/L, female, 1980-01-01, L",
        "2823-3, 2.5, mmol/L, female, 1980-01-01, L",
        "2823-3, 2.4, mmol/L, female, 1980-01-01, LL",
        "2823-3, 6.6, mmol/L, male,   1980-01-01, HH",
        "718-7,  13,  g/dL,   female, 1980-01-01, N",
        "718-7,  13,  g/dL,   male,   1980-01-01, L",
        "718-7,  13,  g/dL,   male,   2016-03-02, N",
        "718-7,  13,  g/dL,   male,   ,           ''",
        "2823-3, 3.4, mg/dL,  female, 1980-01-01, ''",
        "1234-5, 3.4, mmol/L, female, 1980-01-01, ''",
        "2823-3, 9.9, mmol/L, female, 2025-12-01, ''"
    })
    void a_value_is_judged_by_what_is_usual_for_age_and_sex(
            String loinc, String value, String unit, String sex, String birth, String expected) {
        Observation observation = observation(loinc, value, unit);

        boolean critical = LAB.enrich(observation, born(sex, birth), Optional.empty(), NOON);

        assertThat(words(observation)).isEqualTo(expected);
        assertThat(critical).isEqualTo(expected.length() == 2);
    }

    @Test
    void the_laboratorys_own_range_and_word_stand() {
        Observation observation = observation("2823-3", "5.3", "mmol/L");
        observation.addReferenceRange().setHigh(new Quantity().setValue(new BigDecimal("5.5")));

        LAB.enrich(observation, born("male", "1980-01-01"), Optional.empty(), NOON);

        assertThat(words(observation)).isEqualTo("N");
        assertThat(observation.getReferenceRange()).hasSize(1);
    }

    @Test
    void a_change_is_told_in_the_same_unit_only() {
        Observation same = observation("2823-3", "4.5", "mmol/L");
        Observation other = observation("2823-3", "4.5", "mmol/L");

        LAB.enrich(same, new Subject("male", Optional.empty()), earlier("mmol/L"), NOON);
        LAB.enrich(other, new Subject("male", Optional.empty()), earlier("mg/dL"), NOON);

        assertThat(((Quantity) same.getExtensionByUrl(LabEnrichment.DELTA)
                                .getExtensionByUrl("change")
                                .getValue())
                        .getValue())
                .isEqualTo(new BigDecimal("0.40"));
        assertThat(other.hasExtension()).isFalse();
    }

    private static Optional<Earlier> earlier(String unit) {
        return Optional.of(new Earlier("Observation/1", new BigDecimal("4.10"), unit, NOON.minusSeconds(60)));
    }
}
