package org.fieldward.core.webhook.translation;

import java.util.List;
import java.util.Optional;
import org.fieldward.core.webhook.filing.Identity;
import org.fieldward.core.webhook.hl7.Segment;
import org.fieldward.core.webhook.hl7.Value;
import org.fieldward.core.webhook.wording.Codes;
import org.fieldward.core.webhook.wording.Sheet;
import org.fieldward.core.webhook.wording.Types;
import org.hl7.fhir.r4.model.AllergyIntolerance;
import org.hl7.fhir.r4.model.AllergyIntolerance.AllergyIntoleranceCategory;
import org.hl7.fhir.r4.model.AllergyIntolerance.AllergyIntoleranceCriticality;
import org.hl7.fhir.r4.model.AllergyIntolerance.AllergyIntoleranceSeverity;
import org.hl7.fhir.r4.model.AllergyIntolerance.AllergyIntoleranceType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;

/** AL1 and DG1: what is known of the patient. */
final class Findings {

    private static final String CLINICAL = "http://terminology.hl7.org/CodeSystem/";

    private final Sheet sheet;
    private final Types types;
    private final String patientNumber;

    Findings(Sheet sheet, Types types, String patientNumber) {
        this.sheet = sheet;
        this.types = types;
        this.patientNumber = patientNumber;
    }

    void allergies(Reference patient) {
        for (Segment al1 : sheet.message().all("AL1")) {
            Optional<CodeableConcept> code = types.concept(al1.at(3));
            if (code.isPresent()) {
                allergy(al1, code.get(), patient);
            }
        }
    }

    private void allergy(Segment al1, CodeableConcept code, Reference patient) {
        var allergy = new AllergyIntolerance();
        Identifier identifier = sheet.unique(
                "AL1",
                patientNumber,
                Types.join("^", al1.text(3, 1), al1.text(3, 3), al1.text(3, 1).isEmpty() ? al1.text(3, 2) : ""));
        allergy.addIdentifier(identifier);
        allergy.setPatient(patient.copy());
        allergy.setCode(code);
        allergy.setClinicalStatus(status("allergyintolerance-clinical", "active"));
        switch (al1.text(2)) {
            case "DA" -> category(allergy, AllergyIntoleranceType.ALLERGY, AllergyIntoleranceCategory.MEDICATION);
            case "FA" -> category(allergy, AllergyIntoleranceType.ALLERGY, AllergyIntoleranceCategory.FOOD);
            case "EA", "AA", "PA", "LA" ->
                category(allergy, AllergyIntoleranceType.ALLERGY, AllergyIntoleranceCategory.ENVIRONMENT);
            case "MC" -> allergy.setType(AllergyIntoleranceType.INTOLERANCE);
            default -> {}
        }
        String severity = al1.text(4);
        if (severity.equals("SV")) {
            allergy.setCriticality(AllergyIntoleranceCriticality.HIGH);
        }
        for (Value said : al1.all(5)) {
            var reaction = new AllergyIntolerance.AllergyIntoleranceReactionComponent();
            reaction.addManifestation(new CodeableConcept().setText(said.whole()));
            severity(severity).ifPresent(reaction::setSeverity);
            allergy.addReaction(reaction);
        }
        sheet.time(al1, 6).ifPresent(allergy::setOnset);
        sheet.add(allergy, Identity.of(List.of(identifier)));
    }

    /** HL7 table 0128. */
    private static Optional<AllergyIntoleranceSeverity> severity(String said) {
        return switch (said) {
            case "SV" -> Optional.of(AllergyIntoleranceSeverity.SEVERE);
            case "MO" -> Optional.of(AllergyIntoleranceSeverity.MODERATE);
            case "MI" -> Optional.of(AllergyIntoleranceSeverity.MILD);
            default -> Optional.empty();
        };
    }

    private static void category(
            AllergyIntolerance allergy, AllergyIntoleranceType type, AllergyIntoleranceCategory category) {
        allergy.setType(type);
        allergy.addCategory(category);
    }

    /** Every DG1 of the message, for the visit as a whole. */
    void diagnoses(Reference patient, Optional<Reference> encounter) {
        sheet.message().all("DG1").forEach(dg1 -> diagnosis(dg1, patient, encounter));
    }

    Optional<Reference> diagnosis(Segment dg1, Reference patient, Optional<Reference> encounter) {
        Optional<CodeableConcept> code = types.concept(
                dg1.at(3), Codes.system(dg1.text(2), sheet.origin().facility()).orElse(""));
        Optional<CodeableConcept> meant =
                code.isPresent() ? code : dg1.some(4).map(text -> new CodeableConcept().setText(text));
        if (meant.isEmpty()) {
            return Optional.empty();
        }
        var condition = new Condition();
        Identifier identifier = types.entity(dg1.at(20), "")
                .orElseGet(() -> sheet.unique(
                        "DG1", patientNumber, visit(), dg1.text(3, 1) + dg1.text(3, 3), dg1.text(4), dg1.text(6)));
        condition.addIdentifier(identifier);
        condition.setSubject(patient.copy());
        encounter.ifPresent(visit -> condition.setEncounter(visit.copy()));
        condition.setCode(meant.get());
        dg1.some(4).filter(text -> !meant.get().hasText()).ifPresent(meant.get()::setText);
        String category = encounter.isPresent() ? "encounter-diagnosis" : "problem-list-item";
        condition.addCategory(status("condition-category", category));
        boolean deleted = dg1.text(21).equals("D");
        if (!deleted) {
            condition.setClinicalStatus(status("condition-clinical", "active"));
        }
        String verified = deleted
                ? "entered-in-error"
                : Codes.pick(dg1.text(6), "", "F", "confirmed", "W", "provisional", "A", "provisional");
        if (!verified.isEmpty()) {
            condition.setVerificationStatus(status("condition-ver-status", verified));
        }
        sheet.time(dg1, 5).ifPresent(condition::setOnset);
        sheet.time(dg1, 19).ifPresent(condition::setRecordedDateElement);
        types.practitioner(dg1.at(16)).ifPresent(condition::setAsserter);
        return Optional.of(sheet.add(condition, Identity.of(List.of(identifier))));
    }

    private String visit() {
        return sheet.message().first("PV1").map(pv1 -> pv1.text(19)).orElse("");
    }

    private static CodeableConcept status(String system, String code) {
        return new CodeableConcept()
                .addCoding(new Coding().setSystem(CLINICAL + system).setCode(code));
    }
}
