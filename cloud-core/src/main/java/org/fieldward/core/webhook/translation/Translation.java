package org.fieldward.core.webhook.translation;

import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.fieldward.core.webhook.filing.Identity;
import org.fieldward.core.webhook.filing.Matter;
import org.fieldward.core.webhook.filing.Movement;
import org.fieldward.core.webhook.filing.RefusedException;
import org.fieldward.core.webhook.filing.RefusedException.Reason;
import org.fieldward.core.webhook.hl7.Message;
import org.fieldward.core.webhook.hl7.Segment;
import org.fieldward.core.webhook.wording.Codes;
import org.fieldward.core.webhook.wording.Origin;
import org.fieldward.core.webhook.wording.Sheet;
import org.fieldward.core.webhook.wording.Types;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;

/**
 * A message into resources, segment by segment as the HL7 v2-to-FHIR guide maps them
 * (http://hl7.org/fhir/uv/v2mappings). Pure.
 */
public final class Translation {

    private static final Set<String> MERGES = Set.of("A18", "A30", "A34", "A40");
    private static final Set<String> ADT = Set.of(
            "A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A11", "A12", "A13", "A18", "A28", "A30", "A31",
            "A34", "A40");
    private static final Set<String> ORDERS = Set.of("ORM", "OML", "OMG", "OMI", "RDE", "OMP");

    private final Sheet sheet;
    private final Types types;

    private Translation(Message message, Origin origin) {
        this.sheet = new Sheet(message, origin);
        this.types = new Types(sheet);
    }

    /** @throws RefusedException if it is of a kind that is not taken, or lacks what its kind needs */
    public static Matter of(Message message, Origin origin) {
        return new Translation(message, origin).translate();
    }

    private Matter translate() {
        Message message = sheet.message();
        if (message.code().isEmpty()) {
            throw new RefusedException(Reason.UNREADABLE, "MSH-9", "must name the kind of message");
        }
        boolean known = switch (message.code()) {
            case "ADT" -> ADT.contains(message.event());
            case "ORU", "MDM", "SIU" -> true;
            default -> ORDERS.contains(message.code());
        };
        if (!known) {
            throw new RefusedException(
                    Reason.AGAINST_RULES,
                    "MSH-9",
                    "must be a kind of message that is taken here, see docs/webhooks.md");
        }
        Optional<Reference> patient = new PatientMap(sheet, types).add();
        if (patient.isEmpty() && !message.code().equals("SIU")) {
            throw new RefusedException(Reason.AGAINST_RULES, "PID-3", "must hold an identifier of the patient");
        }
        if (patient.isPresent()) {
            ofPatient(patient.get());
        }
        if (message.code().equals("SIU")) {
            Segment sch = message.first("SCH")
                    .orElseThrow(() -> new RefusedException(Reason.AGAINST_RULES, "SCH", "must be there"));
            new AppointmentMap(sheet, types).add(sch, patient);
        }
        provenance();
        return new Matter(
                Optional.of(message.controlId()).filter(id -> !id.isEmpty()),
                message.kind(),
                sheet.drafts(),
                List.of(),
                sheet.movements(),
                sheet.remarks());
    }

    private void ofPatient(Reference patient) {
        Message message = sheet.message();
        String number = message.first("PID")
                .flatMap(PatientMap::number)
                .flatMap(types::identifier)
                .map(identifier -> identifier.getSystem() + "|" + identifier.getValue())
                .orElse("");
        boolean adt = message.code().equals("ADT");
        Optional<Movement.Kind> movement = adt ? movement(message.event()) : Optional.empty();
        Optional<Reference> encounter = new EncounterMap(sheet, types).add(patient, movement.isPresent());
        var findings = new Findings(sheet, types, number);
        findings.allergies(patient);
        if (adt || message.code().equals("SIU")) {
            findings.diagnoses(patient, encounter);
        }
        if (adt && MERGES.contains(message.event())) {
            merge(patient);
        }
        movement.ifPresent(kind -> move(kind, patient, encounter));
        orders(patient, encounter, findings, number);
    }

    private void orders(Reference patient, Optional<Reference> encounter, Findings findings, String number) {
        Message message = sheet.message();
        var results = new ResultMap(sheet, types, findings, number, patient, encounter);
        var medications = new MedicationMap(sheet, types, number, patient, encounter);
        Optional<Segment> txa = message.first("TXA");
        boolean document = message.code().equals("MDM") && txa.isPresent();
        if (document) {
            new DocumentMap(sheet, types, number).add(txa.get(), message.all("OBX"), patient, encounter);
        }
        List<Order> orders = Order.of(message);
        results.patientObservations(document ? new Order() : orders.getFirst());
        for (Order order : orders.subList(1, orders.size())) {
            if (order.head("RXE").isPresent() || order.head("RXO").isPresent()) {
                medications.order(order);
                results.patientObservations(order);
            } else if (!document) {
                results.order(order, message.code().equals("ORU"));
            }
        }
    }

    private static Optional<Movement.Kind> movement(String event) {
        return switch (event) {
            case "A01", "A04" -> Optional.of(Movement.Kind.ADMIT);
            case "A02" -> Optional.of(Movement.Kind.TRANSFER);
            case "A03" -> Optional.of(Movement.Kind.DISCHARGE);
            case "A11" -> Optional.of(Movement.Kind.CANCEL_ADMIT);
            case "A12" -> Optional.of(Movement.Kind.CANCEL_TRANSFER);
            case "A13" -> Optional.of(Movement.Kind.CANCEL_DISCHARGE);
            default -> Optional.empty();
        };
    }

    private void move(Movement.Kind kind, Reference patient, Optional<Reference> encounter) {
        List<String> beds = sheet.message()
                .first("PV1")
                .map(pv1 -> EncounterMap.beds(pv1.at(3)))
                .orElse(List.of());
        sheet.move(new Movement(
                kind,
                patient.getReference(),
                encounter.map(Reference::getReference),
                beds,
                Optional.empty(),
                at(kind)));
    }

    /** When it happened: what the visit says, else EVN-6, EVN-2, MSH-7, and at the last when it arrived. */
    private Instant at(Movement.Kind kind) {
        Message message = sheet.message();
        Optional<Instant> visit = message.first("PV1").flatMap(pv1 -> switch (kind) {
            case ADMIT, CANCEL_ADMIT -> sheet.instant(pv1, 44);
            case DISCHARGE, CANCEL_DISCHARGE -> sheet.instant(pv1, 45);
            case TRANSFER, CANCEL_TRANSFER, MERGE -> Optional.empty();
        });
        Optional<Segment> evn = message.first("EVN");
        return visit.or(() -> evn.flatMap(event -> sheet.instant(event, 6)))
                .or(() -> evn.flatMap(event -> sheet.instant(event, 2)))
                .or(() -> sheet.instant(message.header(), 7))
                .orElse(sheet.origin().arrivedAt());
    }

    private void merge(Reference patient) {
        String former = new PatientMap(sheet, types)
                .merged(patient)
                .orElseThrow(() -> new RefusedException(
                        Reason.AGAINST_RULES, "MRG-1", "must hold an identifier of the patient who is merged"));
        sheet.move(new Movement(
                Movement.Kind.MERGE,
                patient.getReference(),
                Optional.empty(),
                List.of(),
                Optional.of(former),
                at(Movement.Kind.MERGE)));
    }

    /** MSH and EVN: who said all this, and when. */
    private void provenance() {
        Message message = sheet.message();
        var provenance = new Provenance();
        sheet.drafts().stream()
                .flatMap(draft -> Stream.of(draft.names().iterator().next()))
                .forEach(name -> provenance.addTarget(new Reference(name)));
        Optional<Segment> evn = message.first("EVN");
        Instant recorded = evn.flatMap(event -> sheet.instant(event, 2))
                .or(() -> sheet.instant(message.header(), 7))
                .orElse(sheet.origin().arrivedAt());
        provenance.setRecorded(Date.from(recorded));
        evn.flatMap(event -> sheet.time(event, 6)).ifPresent(provenance::setOccurred);
        if (!message.event().isEmpty()) {
            provenance.setActivity(new CodeableConcept()
                    .addCoding(new Coding().setSystem(Codes.V2 + "0003").setCode(message.event())));
        }
        String sender =
                Types.join(" ", message.header().text(3), message.header().text(4));
        provenance
                .addAgent()
                .setWho(new Reference()
                        .setDisplay(sender.isEmpty() ? sheet.origin().source() : sender));
        evn.flatMap(event -> types.practitioner(event.at(5)))
                .ifPresent(operator -> provenance.addAgent().setWho(operator));
        var entity = provenance.addEntity().setRole(ProvenanceEntityRole.SOURCE);
        entity.getWhat().setDisplay(message.kind());
        types.entity(message.header().at(10), "")
                .ifPresent(id -> entity.getWhat().setIdentifier(id));
        sheet.add(provenance, Identity.fresh());
    }
}
