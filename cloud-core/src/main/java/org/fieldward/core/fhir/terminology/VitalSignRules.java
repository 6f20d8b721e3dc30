package org.fieldward.core.fhir.terminology;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.fhir.terminology.Draft.Answer;
import org.fieldward.core.fhir.terminology.Draft.Code;
import org.fieldward.core.fhir.terminology.Draft.Component;
import org.fieldward.core.fhir.terminology.Draft.Effective;
import org.fieldward.core.fhir.terminology.Verdict.Accepted;
import org.fieldward.core.fhir.terminology.Verdict.Refused;
import org.jspecify.annotations.Nullable;

/**
 * The R4 vital-signs profiles (https://hl7.org/fhir/R4/observation-vitalsigns.html) as plain code, for the shapes a
 * {@link Draft} can have. Pure. A differential test holds it equal to HAPI's full validator.
 */
final class VitalSignRules {

    static final String BASE = "vitalsigns";
    static final String BMI = "bmi";
    static final String SYSTOLIC = "8480-6";
    static final String DIASTOLIC = "8462-4";

    private static final Verdict ACCEPTED = new Accepted();

    private static final Set<String> STATUSES = Set.of(
            "registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown");

    // The value set ucum-vitals-common, to which the base profile binds every component's unit.
    private static final Set<String> COMMON_UNITS =
            Set.of("%", "cm", "[in_i]", "kg", "g", "[lb_av]", "Cel", "[degF]", "mm[Hg]", "/min", "kg/m2", "m2");

    /** What one profile adds to the base: its code and its units. */
    private record Shape(String loinc, Set<String> units) {}

    private static final Map<String, Shape> SHAPES = Map.of(
            "heartrate",
            new Shape("8867-4", Set.of("/min")),
            "resprate",
            new Shape("9279-1", Set.of("/min")),
            "oxygensat",
            new Shape("2708-6", Set.of("%")),
            "bodytemp",
            new Shape("8310-5", Set.of("Cel", "[degF]")),
            "bp",
            new Shape("85354-9", Set.of("mm[Hg]")),
            "bodyweight",
            new Shape("29463-7", Set.of("kg", "g", "[lb_av]")),
            "bodyheight",
            new Shape("8302-2", Set.of("cm", "[in_i]")),
            BMI,
            new Shape("39156-5", Set.of("kg/m2")),
            "headcircum",
            new Shape("9843-4", Set.of("cm", "[in_i]")));

    private VitalSignRules() {}

    static Verdict judge(Draft draft) {
        Verdict base = judgeObservation(draft);
        if (base instanceof Refused || draft.profile().isEmpty()) {
            return base;
        }
        String profile = draft.profile().get();
        if (!profile.equals(BASE) && !SHAPES.containsKey(profile)) {
            return new Refused("Observation.meta.profile", "must be one of the R4 vital-signs profiles");
        }
        Verdict vital = judgeVitalSign(draft);
        if (vital instanceof Refused || profile.equals(BASE)) {
            return vital;
        }
        Verdict shape = judgeShape(draft, SHAPES.get(profile), profile);
        return shape instanceof Refused || !profile.equals("bp") ? shape : judgeBloodPressure(draft);
    }

    private static Verdict judgeObservation(Draft draft) {
        if (!STATUSES.contains(draft.status())) {
            return new Refused("Observation.status", "must be a code of observation-status");
        }
        if (draft.codings().isEmpty()) {
            return new Refused("Observation.code", "must be there");
        }
        if (draft.absent() && !(draft.answer() instanceof Answer.None)) {
            return new Refused("Observation.dataAbsentReason", "must be there only if there is no value (obs-6)");
        }
        if (!(draft.answer() instanceof Answer.None) && repeatsCode(draft)) {
            return new Refused("Observation.value", "must be absent if a component has the same code (obs-7)");
        }
        if (lacksSystem(draft.answer())
                || draft.components().stream().anyMatch(component -> lacksSystem(component.answer()))) {
            return new Refused("Observation.valueQuantity.system", "must be there if a code is (qty-3)");
        }
        return ACCEPTED;
    }

    private static boolean lacksSystem(Answer answer) {
        return answer instanceof Answer.Quantity quantity
                && quantity.code().isPresent()
                && quantity.system().isEmpty();
    }

    private static boolean repeatsCode(Draft draft) {
        for (Component component : draft.components()) {
            for (Code code : component.codings()) {
                if (draft.codings().contains(code)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Verdict judgeVitalSign(Draft draft) {
        if (count(draft.categories(), Terminology.CATEGORY, Terminology.VITAL_SIGNS) != 1) {
            return new Refused("Observation.category", "must hold vital-signs once");
        }
        if (!draft.subject()) {
            return new Refused("Observation.subject", "must be there");
        }
        // The profile also names Period, but its own constraint vs-1 casts to dateTime and so refuses one.
        if (draft.effective() != Effective.DATE_TIME) {
            return new Refused("Observation.effective", "must be a dateTime (vs-1)");
        }
        if (draft.components().isEmpty() && !draft.absent() && draft.answer() instanceof Answer.None) {
            return new Refused("Observation.value", "must be there, or a reason why it is not (vs-2)");
        }
        for (Component component : draft.components()) {
            if (component.answer() instanceof Answer.None && !component.absent()) {
                return new Refused("Observation.component.value", "must be there, or a reason why it is not (vs-3)");
            }
            // The binding to units is required of whatever stands there, so a text is read as a unit and is none.
            if (component.answer() instanceof Answer.Text) {
                return new Refused("Observation.component.value", "must be a Quantity");
            }
            if (component.answer() instanceof Answer.Quantity quantity && !isOf(quantity, COMMON_UNITS)) {
                return new Refused("Observation.component.valueQuantity.code", "must be a common unit of vital signs");
            }
        }
        return ACCEPTED;
    }

    private static Verdict judgeShape(Draft draft, @Nullable Shape shape, String profile) {
        if (shape == null || count(draft.codings(), Terminology.LOINC, shape.loinc()) != 1) {
            return new Refused("Observation.code.coding", "must hold the LOINC code of " + profile + " once");
        }
        return switch (draft.answer()) {
            case Answer.None none ->
                profile.equals(BMI) ? new Refused("Observation.valueQuantity", "must be there in bmi") : ACCEPTED;
            case Answer.Quantity quantity ->
                profile.equals("bp")
                        ? new Refused("Observation.valueQuantity", "must be absent: bp has components")
                        : judgeQuantity(quantity, shape.units(), "Observation.valueQuantity");
            case Answer.Text text -> new Refused("Observation.value", "must be a Quantity");
            case Answer.Sampled sampled -> new Refused("Observation.value", "must be a Quantity");
        };
    }

    private static Verdict judgeBloodPressure(Draft draft) {
        for (String demanded : List.of(SYSTOLIC, DIASTOLIC)) {
            int found = 0;
            for (Component component : draft.components()) {
                if (count(component.codings(), Terminology.LOINC, demanded) == 0) {
                    continue;
                }
                found++;
                Verdict verdict = switch (component.answer()) {
                    case Answer.None none -> ACCEPTED;
                    case Answer.Quantity quantity ->
                        judgeQuantity(quantity, Set.of("mm[Hg]"), "Observation.component.valueQuantity");
                    case Answer.Text text -> new Refused("Observation.component.value", "must be a Quantity");
                    case Answer.Sampled sampled -> new Refused("Observation.component.value", "must be a Quantity");
                };
                if (verdict instanceof Refused) {
                    return verdict;
                }
            }
            if (found != 1) {
                return new Refused("Observation.component", "must hold " + demanded + " once");
            }
        }
        return ACCEPTED;
    }

    private static Verdict judgeQuantity(Answer.Quantity quantity, Set<String> units, String element) {
        if (quantity.value().isEmpty()) {
            return new Refused(element + ".value", "must be there");
        }
        if (quantity.unit().isEmpty()) {
            return new Refused(element + ".unit", "must be there");
        }
        return isOf(quantity, units) ? ACCEPTED : new Refused(element + ".code", "must be UCUM, one of " + units);
    }

    private static boolean isOf(Answer.Quantity quantity, Set<String> units) {
        return quantity.system().equals(Optional.of(Terminology.UCUM))
                && quantity.code().filter(units::contains).isPresent();
    }

    private static int count(List<Code> codes, String system, String code) {
        int count = 0;
        for (Code candidate : codes) {
            if (candidate.code().equals(code) && candidate.system().equals(system)) {
                count++;
            }
        }
        return count;
    }
}
