package org.fieldward.core.webhook.translation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.webhook.filing.Draft;
import org.fieldward.core.webhook.filing.Identity;
import org.fieldward.core.webhook.hl7.Segment;
import org.fieldward.core.webhook.hl7.Value;
import org.fieldward.core.webhook.wording.Codes;
import org.fieldward.core.webhook.wording.Sheet;
import org.fieldward.core.webhook.wording.Times;
import org.fieldward.core.webhook.wording.Types;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Patient.ContactComponent;
import org.hl7.fhir.r4.model.Patient.LinkType;
import org.hl7.fhir.r4.model.Reference;

/** PID, PD1, NK1 and MRG: whom the message is about. */
final class PatientMap {

    /** Types of identifiers (HL7 table 0203) that one person alone has; a claim or an account may be shared. */
    private static final Set<String> PERSONAL =
            Set.of("", "MR", "MRN", "PI", "PT", "PN", "EI", "NI", "NH", "MC", "PRC", "U", "SR", "LR", "AN", "AND");

    /** What a null value in PID takes away. */
    private static final Map<Integer, String> ELEMENTS = Map.of(
            5,
            "name",
            7,
            "birthDate",
            8,
            "gender",
            11,
            "address",
            13,
            "telecom",
            14,
            "telecom",
            16,
            "maritalStatus",
            29,
            "deceased");

    private final Sheet sheet;
    private final Types types;

    PatientMap(Sheet sheet, Types types) {
        this.sheet = sheet;
        this.types = types;
    }

    /** Empty where the message has no PID, or one without any identifier. */
    Optional<Reference> add() {
        Optional<Segment> segment = sheet.message().first("PID");
        if (segment.isEmpty()) {
            return Optional.empty();
        }
        Segment pid = segment.get();
        Patient patient = patient(pid);
        if (!patient.hasIdentifier()) {
            return Optional.empty();
        }
        sheet.message()
                .first("PD1")
                .ifPresent(pd1 -> pd1.all(4).stream()
                        .map(types::practitioner)
                        .flatMap(Optional::stream)
                        .forEach(patient::addGeneralPractitioner));
        sheet.message().all("NK1").forEach(nk1 -> contact(nk1).ifPresent(patient::addContact));
        var cleared = new HashSet<String>();
        ELEMENTS.forEach((field, element) -> {
            if (pid.isNull(field)) {
                cleared.add(element);
            }
        });
        return Optional.of(sheet.add(patient, Identity.of(personal(patient)), cleared, Set.of()));
    }

    /** The name of the patient in MRG-1, who becomes part of the one in PID. */
    Optional<String> merged(Reference staying) {
        Optional<Segment> mrg = sheet.message().first("MRG");
        if (mrg.isEmpty()) {
            return Optional.empty();
        }
        var former = new Patient();
        mrg.get().all(1).forEach(cx -> types.identifier(cx).ifPresent(former::addIdentifier));
        if (!former.hasIdentifier()) {
            return Optional.empty();
        }
        former.setActive(false);
        former.addLink().setOther(staying.copy()).setType(LinkType.REPLACEDBY);
        String name = sheet.add(former, Identity.of(personal(former))).getReference();
        for (Draft draft : sheet.drafts()) {
            if (draft.names().contains(staying.getReference()) && draft.resource() instanceof Patient patient) {
                patient.addLink().setOther(new Reference(name)).setType(LinkType.REPLACES);
            }
        }
        return Optional.of(name);
    }

    /** The identifiers by which a patient is looked for; all of them where none is of a personal kind. */
    private static List<Identifier> personal(Patient patient) {
        List<Identifier> personal = patient.getIdentifier().stream()
                .filter(identifier -> PERSONAL.contains(
                        identifier.getType().getCodingFirstRep().hasCode()
                                ? identifier.getType().getCodingFirstRep().getCode()
                                : ""))
                .toList();
        return personal.isEmpty() ? patient.getIdentifier() : personal;
    }

    private Patient patient(Segment pid) {
        var patient = new Patient();
        identifiers(pid).forEach(patient::addIdentifier);
        patient.setActive(true);
        pid.all(5).forEach(xpn -> types.name(xpn).ifPresent(patient::addName));
        pid.all(9).forEach(xpn -> types.name(xpn).ifPresent(patient::addName));
        birth(pid, patient);
        pid.some(8).ifPresent(sex -> patient.setGender(gender(sex)));
        pid.all(11).forEach(xad -> types.address(xad).ifPresent(patient::addAddress));
        pid.all(13).forEach(xtn -> types.telecom(xtn).ifPresent(patient::addTelecom));
        pid.all(14)
                .forEach(xtn -> types.telecom(xtn).ifPresent(point -> {
                    if (!point.hasUse()) {
                        point.setUse(org.hl7.fhir.r4.model.ContactPoint.ContactPointUse.WORK);
                    }
                    patient.addTelecom(point);
                }));
        pid.all(40).forEach(xtn -> types.telecom(xtn).ifPresent(patient::addTelecom));
        types.language(pid.at(15))
                .ifPresent(language ->
                        patient.addCommunication().setLanguage(language).setPreferred(true));
        types.concept(pid.at(16), Codes.V3 + "MaritalStatus").ifPresent(patient::setMaritalStatus);
        sheet.time(pid, 29)
                .ifPresentOrElse(patient::setDeceased, () -> yesNo(pid.text(30)).ifPresent(patient::setDeceased));
        return patient;
    }

    /** PID-3, and PID-2, -4, -18 and -19 of older versions. */
    private List<Identifier> identifiers(Segment pid) {
        var found = new ArrayList<Identifier>();
        pid.all(3).forEach(cx -> types.identifier(cx).ifPresent(found::add));
        if (found.isEmpty()) {
            pid.all(2).forEach(cx -> types.identifier(cx).ifPresent(found::add));
        }
        pid.all(19)
                .forEach(ssn -> types.identifier(ssn)
                        .ifPresent(identifier -> found.add(identifier
                                .setSystem("http://hl7.org/fhir/sid/us-ssn")
                                .setType(new CodeableConcept()
                                        .addCoding(new Coding()
                                                .setSystem(Codes.V2 + "0203")
                                                .setCode("SS"))))));
        types.identifier(pid.at(20))
                .ifPresent(licence ->
                        found.add(licence.setSystem(Codes.local(sheet.origin().facility(), "licence", pid.text(20, 2)))
                                .setType(new CodeableConcept()
                                        .addCoding(new Coding()
                                                .setSystem(Codes.V2 + "0203")
                                                .setCode("DL")))));
        return found;
    }

    private void birth(Segment pid, Patient patient) {
        String said = pid.text(7);
        if (!said.isEmpty()) {
            Times.date(said, sheet.origin().zone())
                    .ifPresentOrElse(
                            patient::setBirthDateElement, () -> sheet.remark(pid.place(7), "must be a day, YYYYMMDD"));
            // The hour, where a newborn's is known (http://hl7.org/fhir/StructureDefinition/patient-birthTime).
            if (said.length() > 10 && patient.hasBirthDate()) {
                Times.dateTime(said, sheet.origin().zone())
                        .ifPresent(time -> patient.getBirthDateElement()
                                .addExtension(new Extension(
                                        "http://hl7.org/fhir/StructureDefinition/patient-birthTime", time)));
            }
        }
        pid.some(23)
                .ifPresent(place -> patient.addExtension(new Extension(
                        "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
                        new org.hl7.fhir.r4.model.Address().setText(place))));
        String order = pid.text(25);
        if (order.matches("\\d{1,2}")) {
            patient.setMultipleBirth(new IntegerType(Integer.parseInt(order)));
        } else {
            yesNo(pid.text(24)).ifPresent(patient::setMultipleBirth);
        }
    }

    private static Optional<BooleanType> yesNo(String said) {
        return switch (said) {
            case "Y" -> Optional.of(new BooleanType(true));
            case "N" -> Optional.of(new BooleanType(false));
            default -> Optional.empty();
        };
    }

    /** HL7 table 0001. */
    private static AdministrativeGender gender(String sex) {
        return switch (sex) {
            case "F" -> AdministrativeGender.FEMALE;
            case "M" -> AdministrativeGender.MALE;
            case "A", "O", "N", "X" -> AdministrativeGender.OTHER;
            default -> AdministrativeGender.UNKNOWN;
        };
    }

    private Optional<ContactComponent> contact(Segment nk1) {
        var contact = new ContactComponent();
        nk1.all(2).stream()
                .map(types::name)
                .flatMap(Optional::stream)
                .findFirst()
                .ifPresent(contact::setName);
        types.concept(nk1.at(3), Codes.V2 + "0063").ifPresent(contact::addRelationship);
        types.concept(nk1.at(7), Codes.V2 + "0131").ifPresent(contact::addRelationship);
        nk1.all(4).stream()
                .map(types::address)
                .flatMap(Optional::stream)
                .findFirst()
                .ifPresent(contact::setAddress);
        for (int field : List.of(5, 6)) {
            nk1.all(field).stream()
                    .map(types::telecom)
                    .flatMap(Optional::stream)
                    .forEach(contact::addTelecom);
        }
        nk1.some(15).ifPresent(sex -> contact.setGender(gender(sex)));
        types.period(nk1.text(8), nk1.text(9)).ifPresent(contact::setPeriod);
        nk1.some(13).ifPresent(organization -> contact.setOrganization(new Reference().setDisplay(organization)));
        boolean enough = contact.hasName() || contact.hasTelecom() || contact.hasAddress() || contact.hasOrganization();
        return enough ? Optional.of(contact) : Optional.empty();
    }

    /** Who stands for the patient in rules that make identifiers. */
    static Optional<Value> number(Segment pid) {
        Value first = pid.at(3);
        return Optional.of(first.isEmpty() ? pid.at(2) : first).filter(value -> !value.isEmpty());
    }
}
