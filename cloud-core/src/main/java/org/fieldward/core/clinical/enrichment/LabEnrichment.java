package org.fieldward.core.clinical.enrichment;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.fieldward.core.clinical.enrichment.ReferenceRanges.Range;
import org.fieldward.core.clinical.event.EventJson;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationReferenceRangeComponent;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;

/** Adds range, interpretation and change to a laboratory's result, where it does not bring its own. Pure. */
public final class LabEnrichment {

    /** How much a value differs from the patient's last one of that test. */
    public static final String DELTA = "https://fieldward.org/fhir/extension/delta";

    static final String INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
    private static final String CRITICAL_HIGH = "HH";
    private static final String CRITICAL_LOW = "LL";

    /** Whose result it is. */
    public record Subject(String sex, Optional<LocalDate> birthDate) {

        OptionalInt ageAt(Instant instant) {
            return birthDate
                    .map(born -> OptionalInt.of(Period.between(born, LocalDate.ofInstant(instant, ZoneOffset.UTC))
                            .getYears()))
                    .orElse(OptionalInt.empty());
        }
    }

    /** The value of that test before this one. */
    public record Earlier(String reference, BigDecimal value, String unit, Instant at) {}

    private final ReferenceRanges ranges;

    public LabEnrichment(ReferenceRanges ranges) {
        this.ranges = ranges;
    }

    /** The test, as ranges and earlier values are looked up by. */
    public static Optional<Coding> test(Observation observation) {
        List<Coding> codings = observation.getCode().getCoding();
        return codings.stream()
                .filter(coding -> EventJson.LOINC.equals(coding.getSystem()))
                .findFirst()
                .or(() -> codings.stream().findFirst())
                .filter(Coding::hasCode);
    }

    /** Whether the result is critical now; the Observation is changed in place. */
    public boolean enrich(Observation observation, Subject subject, Optional<Earlier> earlier, Instant at) {
        if (observation.getValue() instanceof Quantity quantity && quantity.hasValue()) {
            String unit = unit(quantity);
            Optional<Range> usual = test(observation)
                    .filter(test -> EventJson.LOINC.equals(test.getSystem()))
                    .flatMap(test -> ranges.find(test.getCode(), unit, subject.sex(), subject.ageAt(at)));
            if (!observation.hasReferenceRange()) {
                usual.ifPresent(range -> addRange(observation, range, quantity));
            }
            judge(observation, quantity, usual);
            earlier.filter(last -> last.unit().equals(unit)).ifPresent(last -> addDelta(observation, quantity, last));
        }
        return isCritical(observation);
    }

    static String unit(Quantity quantity) {
        String code = quantity.getCode();
        return code == null ? Optional.ofNullable(quantity.getUnit()).orElse("") : code;
    }

    private static void addRange(Observation observation, Range usual, Quantity like) {
        if (usual.low().isEmpty() && usual.high().isEmpty()) {
            return;
        }
        ObservationReferenceRangeComponent range = observation.addReferenceRange();
        usual.low().ifPresent(low -> range.setLow(like(like, low)));
        usual.high().ifPresent(high -> range.setHigh(like(like, high)));
        range.setText("usual for age and sex; the laboratory gave no range");
    }

    private static Quantity like(Quantity like, BigDecimal value) {
        return new Quantity()
                .setValue(value)
                .setUnit(like.getUnit())
                .setSystem(like.getSystem())
                .setCode(like.getCode());
    }

    /** The laboratory's own word stands, but for this: what is beyond a critical limit is called so. */
    private static void judge(Observation observation, Quantity quantity, Optional<Range> usual) {
        BigDecimal value = quantity.getValue();
        if (usual.flatMap(Range::criticalLow)
                .filter(limit -> value.compareTo(limit) < 0)
                .isPresent()) {
            interpret(observation, CRITICAL_LOW, "Critical low");
        } else if (usual.flatMap(Range::criticalHigh)
                .filter(limit -> value.compareTo(limit) > 0)
                .isPresent()) {
            interpret(observation, CRITICAL_HIGH, "Critical high");
        } else if (!observation.hasInterpretation() && observation.hasReferenceRange()) {
            ObservationReferenceRangeComponent range = observation.getReferenceRangeFirstRep();
            if (range.hasLow() && value.compareTo(range.getLow().getValue()) < 0) {
                interpret(observation, "L", "Low");
            } else if (range.hasHigh() && value.compareTo(range.getHigh().getValue()) > 0) {
                interpret(observation, "H", "High");
            } else if (range.hasLow() || range.hasHigh()) {
                interpret(observation, "N", "Normal");
            }
        }
    }

    private static void interpret(Observation observation, String code, String display) {
        boolean said =
                observation.getInterpretation().stream().anyMatch(concept -> concept.hasCoding(INTERPRETATION, code));
        if (!said) {
            observation.addInterpretation(new CodeableConcept().addCoding(new Coding(INTERPRETATION, code, display)));
        }
    }

    private static boolean isCritical(Observation observation) {
        return observation.getInterpretation().stream()
                .anyMatch(concept -> concept.hasCoding(INTERPRETATION, CRITICAL_LOW)
                        || concept.hasCoding(INTERPRETATION, CRITICAL_HIGH)
                        || concept.hasCoding(INTERPRETATION, "AA"));
    }

    private static void addDelta(Observation observation, Quantity quantity, Earlier earlier) {
        observation.getExtension().removeIf(one -> one.getUrl().equals(DELTA));
        var delta = observation.addExtension();
        delta.setUrl(DELTA);
        delta.addExtension("change", like(quantity, quantity.getValue().subtract(earlier.value())));
        delta.addExtension("previous", new Reference(earlier.reference()));
        delta.addExtension("previousAt", new DateTimeType(Date.from(earlier.at())));
    }
}
