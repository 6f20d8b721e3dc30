package org.fieldward.core.fhir.outline;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.ElementDefinition;
import org.hl7.fhir.r4.model.ElementDefinition.ConstraintSeverity;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.junit.jupiter.api.Test;

/** Goes through what R4 demands of the types that have outlines, for rules that look behind the forms of values. */
final class RulesTest {

    /** What compares, counts, or takes values to pieces. */
    private static final Pattern LOOKS_BEHIND =
            Pattern.compile("[<>~]|!=|matches|contains\\(|length\\(|startsWith|endsWith|substring|toString|toInteger|"
                    + "isDistinct|intersect|htmlChecks|resolve\\(|sum\\(|round|today|now|replace|indexOf| in |\\+");

    /** Each with what an outline has of it. */
    private static final Set<String> HEEDED = Set.of(
            // The sign of a number, and whether it has places.
            "age-1",
            "cnt-3",
            "tim-4",
            "tim-5",
            // How two neighbours compare.
            "per-1",
            "rng-2",
            "inv-1",
            // Codes, which stand there as they are.
            "app-3",
            "obs-7",
            "tim-9",
            "trd-3",
            // References into the resource itself, and the ids of what it contains: as they are.
            "dom-3",
            "ref-1",
            // Tags as they are, and whether there are words.
            "txt-1",
            "txt-2",
            // How often something is there.
            "ele-1",
            "ext-1",
            "org-1",
            // The precision of a time.
            "vs-1");

    /** Values of these stand in an outline as they are. */
    private static final Set<String> LITERAL =
            Set.of("CodeableConcept", "Coding", "boolean", "canonical", "code", "uri");

    private static Stream<StructureDefinition> definitions() {
        var support = new DefaultProfileValidationSupport(FhirContext.forR4Cached());
        List<StructureDefinition> all =
                support.fetchAllStructureDefinitions() instanceof List<?> list ? cast(list) : List.of();
        assertThat(all).as("R4's definitions").hasSizeGreaterThan(500);
        return all.stream()
                .filter(definition -> Outliner.TYPES.contains(definition.getType())
                        || definition.getKind() == StructureDefinition.StructureDefinitionKind.COMPLEXTYPE);
    }

    private static List<StructureDefinition> cast(List<?> list) {
        return list.stream().map(StructureDefinition.class::cast).toList();
    }

    private static Stream<ElementDefinition> elements(StructureDefinition definition) {
        return Stream.concat(
                definition.getSnapshot().getElement().stream(), definition.getDifferential().getElement().stream());
    }

    @Test
    void every_rule_that_looks_behind_the_forms_of_values_is_heeded() {
        var unknown = new TreeSet<String>();
        definitions()
                .filter(definition -> !definition.getType().equals("ElementDefinition"))
                .flatMap(RulesTest::elements)
                .flatMap(element -> element.getConstraint().stream())
                .filter(rule -> rule.getSeverity() == ConstraintSeverity.ERROR)
                .filter(rule -> !HEEDED.contains(rule.getKey()))
                .filter(rule -> !rule.hasExpression()
                        || LOOKS_BEHIND.matcher(rule.getExpression()).find())
                .forEach(rule -> unknown.add(rule.getKey() + ": " + rule.getExpression()));

        assertThat(unknown).isEmpty();
    }

    @Test
    void profiles_that_bound_a_value_or_fix_one_that_has_a_form_have_no_outlines() {
        var bounding = definitions()
                .filter(definition -> elements(definition).anyMatch(RulesTest::bounds))
                .map(StructureDefinition::getUrl)
                .collect(Collectors.toSet());

        assertThat(bounding).isNotEmpty().isEqualTo(Outliner.BOUNDING);
    }

    private static boolean bounds(ElementDefinition element) {
        boolean isUnit = element.getPath().endsWith(".valueQuantity.unit");
        return element.hasMinValue()
                || element.hasMaxValue()
                || element.hasMaxLength()
                || (element.hasFixed() && !LITERAL.contains(element.getFixed().fhirType()) && !isUnit)
                || (element.hasPattern()
                        && !LITERAL.contains(element.getPattern().fhirType()));
    }
}
