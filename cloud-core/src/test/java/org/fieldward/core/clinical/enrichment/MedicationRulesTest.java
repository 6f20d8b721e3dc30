package org.fieldward.core.clinical.enrichment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.fieldward.core.clinical.enrichment.MedicationRules.Named;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MedicationRulesTest {

    private static final MedicationRules RULES = MedicationRules.standard();

    /** {@code atc:B01AA03}, {@code rx:11289}, or words. */
    private static CodeableConcept concept(String text) {
        if (text.startsWith("atc:")) {
            return new CodeableConcept().addCoding(new Coding(MedicationRules.ATC, text.substring(4), null));
        }
        if (text.startsWith("rx:")) {
            return new CodeableConcept().addCoding(new Coding(MedicationRules.RXNORM, text.substring(3), null));
        }
        return new CodeableConcept().setText(text);
    }

    private static List<Named> named(String texts) {
        return texts == null
                ? List.of()
                : Arrays.stream(texts.split(";"))
                        .map(text -> new Named(text, concept(text)))
                        .toList();
    }

    @ParameterizedTest(name = "{0} with {1}, allergic to {2}: {3}")
    @CsvSource({
        "Ibuprofen 400 mg,       Warfarin 5 mg,      ,                 INTERACTION high",
        "Warfarin 5 mg,          Ibuprofen 400 mg,   ,                 INTERACTION high",
        "rx:5640,                atc:B01AA03,        ,                 INTERACTION high",
        "atc:M01AX99,            rx:11289,           ,                 INTERACTION high",
        "Simvastatin,            Clarithromycin,     ,                 INTERACTION high",
        "Sildenafil,             Isosorbide dinitrate, ,               INTERACTION high",
        "Paracetamol,            Warfarin,           ,                 ''",
        "Warfarin,               warfarin sodium,    ,                 DUPLICATE low",
        "Amoxicillin,            ,                   Penicillin,       ALLERGY high",
        "Amoxicillin,            ,                   Penicillins,      ALLERGY high",
        "Ceftriaxone,            ,                   Penicillin,       ALLERGY low",
        "Ciprofloxacin,          ,                   Penicillin,       ''",
        "Co-trimoxazole,         ,                   Sulfa drugs,      ALLERGY high",
        "Ibuprofen,              ,                   Aspirin,          ALLERGY high",
        "Metformin,              ,                   Metformin,        ALLERGY high",
        "Ibuprofen,              Warfarin,           NSAIDs,           INTERACTION high|ALLERGY high",
        "Unobtainium,            Warfarin,           Penicillin,       ''"
    })
    void what_speaks_against_a_drug(String drug, String active, String allergies, String expected) {
        String found = RULES.check(concept(drug), named(active), named(allergies)).stream()
                .map(finding -> finding.kind() + " " + finding.severity().text())
                .distinct()
                .collect(Collectors.joining("|"));

        assertThat(found).isEqualTo(expected);
    }

    @Test
    void every_code_of_the_rules_has_the_form_of_an_atc_code() {
        for (String file : List.of("interactions.csv", "allergies.csv")) {
            for (List<String> row : Table.rows(file)) {
                String codes = file.startsWith("inter") ? row.get(0) + "|" + row.get(1) : row.get(1);
                assertThat(codes.split("\\|"))
                        .allMatch(code -> code.matches("[A-Z][0-9]{2}([A-Z]([A-Z]([0-9]{2})?)?)?"));
            }
        }
        assertThat(Table.rows("drugs.csv")).extracting(row -> row.get(0)).doesNotHaveDuplicates();
    }
}
