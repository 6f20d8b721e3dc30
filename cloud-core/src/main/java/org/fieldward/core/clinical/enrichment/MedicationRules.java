package org.fieldward.core.clinical.enrichment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;

/**
 * Which drugs do not go together, and which an allergy forbids: {@code interactions.csv}, {@code allergies.csv} and
 * {@code drugs.csv}. A small set of what is grave, not a complete one. Immutable.
 */
public final class MedicationRules {

    public static final String RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm";
    public static final String ATC = "http://www.whocc.no/atc";

    /** As DetectedIssue.severity has them. */
    public enum Severity {
        LOW,
        MODERATE,
        HIGH;

        static Severity of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a drug or an allergy of the patient is called in the chart. */
    public record Named(String reference, CodeableConcept concept) {}

    /** Why a warning is given. */
    public enum Kind {
        INTERACTION,
        ALLERGY,
        DUPLICATE
    }

    /** @param implicated reference to the order or allergy that the drug met */
    public record Finding(Kind kind, Severity severity, String text, String implicated) {}

    private record Pair(String one, String other, Severity severity, String text) {

        boolean joins(Set<String> some, Set<String> more) {
            return (any(some, one) && any(more, other)) || (any(some, other) && any(more, one));
        }
    }

    private record AllergyClass(Pattern words, List<String> atc, Severity severity, String text) {}

    private final Map<String, String> atcOfRxNorm = new HashMap<>();
    private final Map<String, Pattern> wordsOfAtc = new HashMap<>();
    private final List<Pair> pairs;
    private final List<AllergyClass> classes;

    private MedicationRules() {
        for (List<String> row : Table.rows("drugs.csv")) {
            if (!row.get(1).isEmpty()) {
                atcOfRxNorm.put(row.get(1), row.get(0));
            }
            wordsOfAtc.put(row.get(0), words(row.get(2)));
        }
        pairs = Table.rows("interactions.csv").stream()
                .map(row -> new Pair(row.get(0), row.get(1), Severity.of(row.get(2)), row.get(3)))
                .toList();
        classes = Table.rows("allergies.csv").stream()
                .map(row -> new AllergyClass(
                        words(row.get(0)), List.of(row.get(1).split("\\|")), Severity.of(row.get(2)), row.get(3)))
                .toList();
    }

    public static MedicationRules standard() {
        return new MedicationRules();
    }

    /** Whole words, or their plural. */
    private static Pattern words(String words) {
        String any = Stream.of(words.split("\\|")).map(Pattern::quote).collect(Collectors.joining("|"));
        return Pattern.compile("(?<![a-z])(" + any + ")s?(?![a-z])");
    }

    private static boolean any(Set<String> codes, String beginning) {
        return codes.stream().anyMatch(code -> code.startsWith(beginning));
    }

    /** ATC codes of what is named, by code or else by its words; empty where the rules do not know it. */
    public Set<String> atc(CodeableConcept concept) {
        var codes = new HashSet<String>();
        for (Coding coding : concept.getCoding()) {
            if (ATC.equals(coding.getSystem()) && coding.hasCode()) {
                codes.add(coding.getCode());
            } else if (RXNORM.equals(coding.getSystem()) && atcOfRxNorm.containsKey(coding.getCode())) {
                codes.add(atcOfRxNorm.getOrDefault(coding.getCode(), ""));
            }
        }
        if (codes.isEmpty()) {
            String text = text(concept);
            wordsOfAtc.forEach((atc, words) -> {
                if (words.matcher(text).find()) {
                    codes.add(atc);
                }
            });
        }
        return codes;
    }

    private static String text(CodeableConcept concept) {
        return Stream.concat(
                        Stream.ofNullable(concept.getText()),
                        concept.getCoding().stream().flatMap(coding -> Stream.ofNullable(coding.getDisplay())))
                .collect(Collectors.joining("\n"))
                .toLowerCase(Locale.ROOT);
    }

    /**
     * What speaks against a drug, gravest first.
     *
     * @param active other orders that are in force
     * @param allergies that are not refuted
     */
    public List<Finding> check(CodeableConcept drug, List<Named> active, List<Named> allergies) {
        Set<String> ordered = atc(drug);
        var findings = new ArrayList<Finding>();
        for (Named other : active) {
            Set<String> present = atc(other.concept());
            if (ordered.stream().anyMatch(present::contains)) {
                findings.add(new Finding(
                        Kind.DUPLICATE, Severity.LOW, "The same drug is ordered already.", other.reference()));
            }
            pairs.stream()
                    .filter(pair -> pair.joins(ordered, present))
                    .forEach(pair -> findings.add(
                            new Finding(Kind.INTERACTION, pair.severity(), pair.text(), other.reference())));
        }
        for (Named allergy : allergies) {
            findings.addAll(against(drug, ordered, allergy));
        }
        findings.sort((one, other) -> other.severity().compareTo(one.severity()));
        return findings;
    }

    private List<Finding> against(CodeableConcept drug, Set<String> ordered, Named allergy) {
        var findings = new ArrayList<Finding>();
        Set<String> ingredients = atc(allergy.concept());
        String words = text(allergy.concept());
        boolean same = ingredients.stream().anyMatch(ordered::contains)
                || allergy.concept().getCoding().stream()
                        .anyMatch(coding -> coding.hasSystem() && drug.hasCoding(coding.getSystem(), coding.getCode()));
        if (same) {
            findings.add(new Finding(
                    Kind.ALLERGY, Severity.HIGH, "The patient is allergic to this drug.", allergy.reference()));
        }
        for (AllergyClass one : classes) {
            boolean named =
                    one.words().matcher(words).find() || one.atc().stream().anyMatch(atc -> any(ingredients, atc));
            if (named && one.atc().stream().anyMatch(atc -> any(ordered, atc))) {
                findings.add(new Finding(Kind.ALLERGY, one.severity(), one.text(), allergy.reference()));
            }
        }
        return findings;
    }
}
