package org.fieldward.core.webhook.translation;

import java.util.List;
import java.util.Optional;
import org.fieldward.core.webhook.filing.Identity;
import org.fieldward.core.webhook.hl7.Segment;
import org.fieldward.core.webhook.wording.Codes;
import org.fieldward.core.webhook.wording.Sheet;
import org.fieldward.core.webhook.wording.Types;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Reference;

/** TXA and the OBX that hold its text: a document. */
final class DocumentMap {

    private final Sheet sheet;
    private final Types types;
    private final String patientNumber;

    DocumentMap(Sheet sheet, Types types, String patientNumber) {
        this.sheet = sheet;
        this.types = types;
        this.patientNumber = patientNumber;
    }

    void add(Segment txa, List<Segment> parts, Reference patient, Optional<Reference> encounter) {
        var document = new DocumentReference();
        Identifier identifier = types.entity(txa.at(12), "")
                .orElseGet(() -> sheet.unique("TXA", patientNumber, txa.text(2), txa.text(4)));
        document.setMasterIdentifier(identifier.copy());
        document.addIdentifier(identifier);
        document.setStatus(
                switch (txa.text(19)) {
                    case "OB" -> DocumentReferenceStatus.SUPERSEDED;
                    case "CA" -> DocumentReferenceStatus.ENTEREDINERROR;
                    default -> DocumentReferenceStatus.CURRENT;
                });
        // HL7 table 0271.
        String state = Codes.pick(
                txa.text(17),
                "",
                "AU",
                "final",
                "LA",
                "final",
                "DI",
                "preliminary",
                "DO",
                "preliminary",
                "IN",
                "preliminary",
                "IP",
                "preliminary",
                "PA",
                "preliminary");
        if (!state.isEmpty()) {
            document.setDocStatus(ReferredDocumentStatus.fromCode(state));
        }
        types.concept(txa.at(2), Codes.V2 + "0270").ifPresent(document::setType);
        document.setSubject(patient.copy());
        sheet.instant(txa, 6)
                .or(() -> sheet.instant(txa, 4))
                .ifPresent(at -> document.setDateElement(new InstantType(java.util.Date.from(at))));
        for (int field : List.of(9, 5)) {
            txa.all(field).forEach(person -> types.practitioner(person).ifPresent(document::addAuthor));
        }
        types.practitioner(txa.at(22)).or(() -> types.practitioner(txa.at(10))).ifPresent(document::setAuthenticator);
        txa.some(25).ifPresent(document::setDescription);
        types.entity(txa.at(13), "")
                .ifPresent(parent -> document.addRelatesTo()
                        .setCode(
                                txa.text(19).equals("OB")
                                        ? DocumentRelationshipType.REPLACES
                                        : DocumentRelationshipType.APPENDS)
                        .setTarget(new Reference().setIdentifier(parent)));
        encounter.ifPresent(visit -> document.getContext().addEncounter(visit.copy()));
        var values = new ObservedValue(sheet, types);
        parts.forEach(obx ->
                values.document(obx).ifPresent(part -> document.addContent().setAttachment(part)));
        if (!document.hasContent()) {
            // FHIR wants one; the message announces a document and does not bring it.
            var announced = new Attachment();
            announced.setTitle(txa.some(16).orElse("not in the message"));
            document.addContent().setAttachment(announced);
        }
        sheet.add(document, Identity.of(List.of(identifier)));
    }
}
