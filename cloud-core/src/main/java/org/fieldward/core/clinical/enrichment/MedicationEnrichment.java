package org.fieldward.core.clinical.enrichment;

import java.util.ArrayList;
import java.util.List;
import org.fieldward.core.clinical.enrichment.MedicationRules.Finding;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DetectedIssue;
import org.hl7.fhir.r4.model.DetectedIssue.DetectedIssueSeverity;
import org.hl7.fhir.r4.model.DetectedIssue.DetectedIssueStatus;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * Writes findings into an order: each is a DetectedIssue contained in it, as MedicationRequest.detectedIssue has it, and
 * what is grave is a Flag of the patient, too. Pure.
 */
public final class MedicationEnrichment {

    private static final String ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    private static final String FLAG_CATEGORY = "http://terminology.hl7.org/CodeSystem/flag-category";

    private MedicationEnrichment() {}

    /** The order is changed in place. */
    public static void enrich(MedicationRequest order, List<Finding> findings) {
        order.getDetectedIssue()
                .removeIf(one -> one.hasReference() && one.getReference().startsWith("#issue-"));
        var kept = new ArrayList<Resource>();
        order.getContained().stream()
                .filter(one -> !(one instanceof DetectedIssue))
                .forEach(kept::add);
        order.setContained(kept);
        for (int i = 0; i < findings.size(); i++) {
            Finding finding = findings.get(i);
            var issue = new DetectedIssue();
            issue.setId("issue-" + (i + 1));
            issue.setStatus(DetectedIssueStatus.PRELIMINARY);
            issue.setCode(code(finding));
            issue.setSeverity(DetectedIssueSeverity.fromCode(finding.severity().text()));
            issue.setPatient(order.getSubject().copy());
            issue.addImplicated(new Reference(finding.implicated()));
            issue.setDetail(finding.text());
            order.addContained(issue);
            order.addDetectedIssue(new Reference("#issue-" + (i + 1)));
        }
    }

    private static CodeableConcept code(Finding finding) {
        return switch (finding.kind()) {
            case INTERACTION -> new CodeableConcept().addCoding(new Coding(ACT, "DRG", "Drug Interaction Alert"));
            case ALLERGY -> new CodeableConcept().addCoding(new Coding(ACT, "ALGY", "Allergy Alert"));
            case DUPLICATE -> new CodeableConcept().addCoding(new Coding(ACT, "DUPTHPY", "Duplicate Therapy Alert"));
        };
    }

    /** Warns whoever opens the patient. */
    public static Flag flag(MedicationRequest order, Finding finding, String id) {
        var flag = new Flag();
        flag.setId(id);
        flag.setStatus(Flag.FlagStatus.ACTIVE);
        flag.addCategory().addCoding().setSystem(FLAG_CATEGORY).setCode("drug").setDisplay("Drug");
        flag.setCode(new CodeableConcept().setText(finding.text()));
        flag.setSubject(order.getSubject().copy());
        flag.getPeriod().setStartElement(order.getAuthoredOnElement().copy());
        return flag;
    }
}
