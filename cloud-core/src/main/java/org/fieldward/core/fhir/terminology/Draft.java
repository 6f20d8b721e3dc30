package org.fieldward.core.fhir.terminology;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * What the vital-signs profiles speak about, of one Observation, without a FHIR library: this is what
 * {@link VitalSignRules} judges.
 *
 * @param profile short name, e.g. {@code heartrate}; empty to judge against R4's Observation alone
 * @param categories one coding each
 * @param absent dataAbsentReason is there
 */
public record Draft(
        Optional<String> profile,
        String status,
        List<Code> categories,
        List<Code> codings,
        boolean subject,
        Effective effective,
        Answer answer,
        boolean absent,
        List<Component> components) {

    public Draft {
        categories = List.copyOf(categories);
        codings = List.copyOf(codings);
        components = List.copyOf(components);
    }

    public record Code(String system, String code) {}

    public enum Effective {
        NONE,
        DATE_TIME,
        PERIOD,
        INSTANT,
        TIMING
    }

    /** What stands in {@code value[x]}. */
    public sealed interface Answer {
        record None() implements Answer {}

        record Quantity(
                Optional<BigDecimal> value, Optional<String> unit, Optional<String> system, Optional<String> code)
                implements Answer {}

        record Text(String text) implements Answer {}

        record Sampled() implements Answer {}
    }

    /** @param absent dataAbsentReason is there */
    public record Component(List<Code> codings, Answer answer, boolean absent) {
        public Component {
            codings = List.copyOf(codings);
        }
    }
}
