package org.fieldward.core.fhir.terminology;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.fhir.ObservationMaker;
import org.fieldward.core.fhir.terminology.Draft.Answer;
import org.fieldward.core.fhir.terminology.Draft.Component;
import org.fieldward.core.fhir.terminology.Draft.Effective;
import org.fieldward.core.fhir.terminology.Verdict.Accepted;
import org.fieldward.core.fhir.terminology.Verdict.Refused;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;

/**
 * Judges on the hot path whether the Observations that {@link ObservationMaker} would make of a reading are valid
 * against their R4 profiles. {@link VitalSignRules} is asked once per parameter and unit, when this is made; a reading
 * then costs one look-up per value and no allocation. Immutable.
 */
public final class VitalSignCheck {

    private static final Verdict ACCEPTED = new Accepted();
    private static final Verdict UNIT_UNKNOWN =
            new Refused("Observation.valueQuantity.code", "must be a unit the catalogue allows for the parameter");

    // [parameter number][unit number]; unit 0 stands for "absent".
    private final Verdict[][] verdicts;

    public VitalSignCheck(Catalogue catalogue) {
        int highest = catalogue.all().stream().mapToInt(Parameter::number).max().orElse(0);
        verdicts = new Verdict[highest + 1][Unit.values().length + 1];
        for (Verdict[] ofParameter : verdicts) {
            Arrays.fill(ofParameter, UNIT_UNKNOWN);
        }
        for (Parameter parameter : catalogue.all()) {
            if (parameter.isPanel()) {
                continue;
            }
            verdicts[parameter.number()][0] = VitalSignRules.judge(draft(parameter, Optional.empty()));
            for (Unit unit : Unit.values()) {
                if (parameter.allows(unit)) {
                    verdicts[parameter.number()][unit.number()] =
                            VitalSignRules.judge(draft(parameter, Optional.of(unit)));
                }
            }
        }
    }

    /** The first refusal, in the order of the reading's values, else accepted. */
    public Verdict check(Reading reading) {
        List<Value> values = reading.values();
        for (int i = 0; i < values.size(); i++) {
            Verdict verdict = switch (values.get(i)) {
                case Value.Quantity quantity ->
                    verdicts[quantity.parameter().number()][quantity.unit().number()];
                case Value.Absent absent -> verdicts[absent.parameter().number()][0];
            };
            if (verdict instanceof Refused) {
                return verdict;
            }
        }
        return ACCEPTED;
    }

    /** Judges any Observation of the shapes that a draft can have. */
    public Verdict check(Draft draft) {
        return VitalSignRules.judge(draft);
    }

    /** The Observation of one value, as the maker would make it. */
    private static Draft draft(Parameter parameter, Optional<Unit> unit) {
        Parameter observed = Terminology.observed(parameter);
        Answer answer = unit.<Answer>map(VitalSignCheck::quantity).orElseGet(Answer.None::new);
        List<Component> components = Terminology.components(observed).stream()
                .filter(component -> component == parameter || Terminology.isDemanded(component))
                .map(component -> component == parameter
                        ? new Component(Terminology.codings(component), answer, unit.isEmpty())
                        : new Component(Terminology.codings(component), new Answer.None(), true))
                .toList();
        boolean absent = !observed.isPanel() && unit.isEmpty();
        return new Draft(
                Terminology.profile(observed, absent),
                "final",
                List.of(Terminology.category(observed)),
                Terminology.codings(observed),
                true,
                Effective.DATE_TIME,
                observed.isPanel() ? new Answer.None() : answer,
                absent,
                components);
    }

    private static Answer.Quantity quantity(Unit unit) {
        return new Answer.Quantity(
                Optional.of(BigDecimal.ONE),
                Optional.of(unit.ucum()),
                Optional.of(Terminology.UCUM),
                Optional.of(unit.ucum()));
    }
}
