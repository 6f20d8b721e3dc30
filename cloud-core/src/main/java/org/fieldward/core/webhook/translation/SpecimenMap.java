package org.fieldward.core.webhook.translation;

import java.util.List;
import java.util.Optional;
import org.fieldward.core.webhook.filing.Identity;
import org.fieldward.core.webhook.hl7.Segment;
import org.fieldward.core.webhook.wording.Codes;
import org.fieldward.core.webhook.wording.Sheet;
import org.fieldward.core.webhook.wording.Types;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Specimen;

/** SPM: what was taken of the patient. */
final class SpecimenMap {

    private final Sheet sheet;
    private final Types types;
    private final String patientNumber;
    private final Reference patient;

    SpecimenMap(Sheet sheet, Types types, String patientNumber, Reference patient) {
        this.sheet = sheet;
        this.types = types;
        this.patientNumber = patientNumber;
        this.patient = patient;
    }

    /**
     * The first of the order; empty where it has none.
     *
     * @param name tells the order from others
     */
    Optional<Reference> add(Order order, String name) {
        Optional<Segment> spm = order.details("SPM").stream().findFirst();
        if (spm.isEmpty()) {
            return Optional.empty();
        }
        Segment segment = spm.get();
        var specimen = new Specimen();
        Identifier rule = sheet.unique("SPM", patientNumber, name, segment.text(2, 1), segment.text(4));
        types.entity(segment.at(2).at(1), "PLAC").ifPresent(specimen::addIdentifier);
        types.entity(segment.at(2).at(2), "FILL").ifPresent(specimen::addIdentifier);
        specimen.addIdentifier(rule);
        specimen.setSubject(patient.copy());
        types.concept(segment.at(4), Codes.V2 + "0487").ifPresent(specimen::setType);
        types.period(segment.text(17, 1), segment.text(17, 2))
                .ifPresent(
                        time -> specimen.getCollection().setCollected(time.hasEnd() ? time : time.getStartElement()));
        types.concept(segment.at(7), Codes.V2 + "0488")
                .ifPresent(method -> specimen.getCollection().setMethod(method));
        types.concept(segment.at(8)).ifPresent(site -> specimen.getCollection().setBodySite(site));
        Types.quantity(segment.text(12, 1), segment.at(12).text(2, 1), "")
                .ifPresent(volume -> specimen.getCollection().setQuantity(volume));
        sheet.time(segment, 18).ifPresent(specimen::setReceivedTimeElement);
        segment.all(24).forEach(state -> types.concept(state, Codes.V2 + "0493").ifPresent(specimen::addCondition));
        segment.some(14).ifPresent(text -> specimen.addNote().setText(text));
        return Optional.of(sheet.add(specimen, Identity.of(List.of(rule))));
    }
}
