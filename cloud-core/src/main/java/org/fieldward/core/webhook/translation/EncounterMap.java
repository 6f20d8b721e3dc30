package org.fieldward.core.webhook.translation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.fieldward.core.webhook.filing.Identity;
import org.fieldward.core.webhook.hl7.Segment;
import org.fieldward.core.webhook.hl7.Value;
import org.fieldward.core.webhook.wording.Codes;
import org.fieldward.core.webhook.wording.Sheet;
import org.fieldward.core.webhook.wording.Times;
import org.fieldward.core.webhook.wording.Types;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterLocationComponent;
import org.hl7.fhir.r4.model.Encounter.EncounterLocationStatus;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;

/** PV1 and PV2: the visit. */
final class EncounterMap {

    private final Sheet sheet;
    private final Types types;

    EncounterMap(Sheet sheet, Types types) {
        this.sheet = sheet;
        this.types = types;
    }

    /** Empty where there is no visit that could be told from others; an admission's always can. */
    Optional<Reference> add(Reference patient, boolean moves) {
        Optional<Segment> segment = sheet.message().first("PV1");
        if (segment.isEmpty()) {
            return Optional.empty();
        }
        Segment pv1 = segment.get();
        List<Identifier> visit = visit(pv1);
        if (visit.isEmpty() && !moves) {
            return Optional.empty();
        }
        var encounter = new Encounter();
        visit.forEach(encounter::addIdentifier);
        types.identifier(pv1.at(50)).ifPresent(encounter::addIdentifier);
        encounter.setSubject(patient.copy());
        encounter.setClass_(kind(pv1.text(2)));
        types.concept(pv1.at(4), Codes.V2 + "0007").ifPresent(encounter::addType);
        types.concept(pv1.at(10), Codes.V2 + "0069").ifPresent(encounter::setServiceType);
        participants(pv1, encounter);
        places(pv1, encounter);
        hospitalization(pv1, encounter);
        Optional<DateTimeType> from = sheet.time(pv1, 44);
        Optional<DateTimeType> until = sheet.time(pv1, 45);
        sheet.message().first("PV2").ifPresent(pv2 -> {
            types.concept(pv2.at(3)).ifPresent(encounter::addReasonCode);
            types.concept(pv2.at(25), Codes.V2 + "0217").ifPresent(encounter::setPriority);
        });
        Set<String> cleared = happen(encounter, from, until);
        Identity identity = visit.isEmpty() ? Identity.openEncounterOf(patient.getReference()) : Identity.of(visit);
        boolean told = moves || until.isPresent();
        return Optional.of(sheet.add(encounter, identity, cleared, told ? Set.of() : Set.of("status")));
    }

    /** PV1-19, or PV1-50, or the account in PID-18 that older systems keep for one visit. */
    private List<Identifier> visit(Segment pv1) {
        Optional<Identifier> number = types.identifier(pv1.at(19));
        if (number.isPresent()) {
            Identifier identifier = number.get();
            if (!identifier.hasType()) {
                identifier.setType(new CodeableConcept()
                        .addCoding(new Coding().setSystem(Codes.V2 + "0203").setCode("VN")));
            }
            return List.of(identifier);
        }
        return types.identifier(pv1.at(50))
                .or(() -> sheet.message().first("PID").flatMap(pid -> types.identifier(pid.at(18))))
                .map(List::of)
                .orElse(List.of());
    }

    /** What the event makes of the visit. */
    private Set<String> happen(Encounter encounter, Optional<DateTimeType> from, Optional<DateTimeType> until) {
        var cleared = new HashSet<String>();
        from.ifPresent(start -> encounter.getPeriod().setStartElement(start));
        String event = sheet.message().code().equals("ADT") ? sheet.message().event() : "";
        switch (event) {
            case "A01", "A04" -> {
                encounter.setStatus(EncounterStatus.INPROGRESS);
                if (from.isEmpty()) {
                    occurred().ifPresent(start -> encounter.getPeriod().setStartElement(start));
                }
            }
            case "A03" -> {
                encounter.setStatus(EncounterStatus.FINISHED);
                until.or(this::occurred).ifPresent(end -> encounter.getPeriod().setEndElement(end));
                encounter.getLocation().forEach(place -> place.setStatus(EncounterLocationStatus.COMPLETED));
            }
            case "A05" -> encounter.setStatus(EncounterStatus.PLANNED);
            case "A11" -> encounter.setStatus(EncounterStatus.CANCELLED);
            case "A13" -> {
                encounter.setStatus(EncounterStatus.INPROGRESS);
                cleared.add("period.end");
            }
            default -> {
                encounter.setStatus(until.isPresent() ? EncounterStatus.FINISHED : EncounterStatus.INPROGRESS);
                until.ifPresent(end -> encounter.getPeriod().setEndElement(end));
            }
        }
        var period = encounter.getPeriod();
        if (period.hasStart() && period.hasEnd() && Times.isAfter(period.getStartElement(), period.getEndElement())) {
            sheet.remark("PV1-45", "must not be before PV1-44");
            encounter.getPeriod().setEndElement(null);
        }
        return cleared;
    }

    /** EVN-6, when it happened; else EVN-2, when it was recorded. */
    private Optional<DateTimeType> occurred() {
        return sheet.message()
                .first("EVN")
                .flatMap(event -> sheet.time(event, 6).or(() -> sheet.time(event, 2)));
    }

    /** HL7 table 0004 into v3-ActCode. */
    private static Coding kind(String said) {
        String code = Codes.pick(
                said, "", "I", "IMP", "E", "EMER", "O", "AMB", "P", "PRENC", "B", "IMP", "C", "AMB", "R", "AMB");
        if (code.isEmpty()) {
            return new Coding().setSystem(Codes.V2 + "0004").setCode(said.isEmpty() ? "U" : said);
        }
        return new Coding().setSystem(Codes.V3 + "ActCode").setCode(code);
    }

    private void participants(Segment pv1, Encounter encounter) {
        participants(pv1, 7, "ATND", encounter);
        participants(pv1, 8, "REF", encounter);
        participants(pv1, 9, "CON", encounter);
        participants(pv1, 17, "ADM", encounter);
        participants(pv1, 52, "PART", encounter);
    }

    private void participants(Segment pv1, int field, String role, Encounter encounter) {
        for (Value xcn : pv1.all(field)) {
            types.practitioner(xcn)
                    .ifPresent(person -> encounter
                            .addParticipant()
                            .setIndividual(person)
                            .addType(new CodeableConcept()
                                    .addCoding(new Coding()
                                            .setSystem(Codes.V3 + "ParticipationType")
                                            .setCode(role))));
        }
    }

    private void places(Segment pv1, Encounter encounter) {
        types.location(pv1.at(3)).ifPresent(place -> {
            var at = new EncounterLocationComponent().setLocation(place).setStatus(EncounterLocationStatus.ACTIVE);
            if (sheet.message().event().equals("A02")) {
                occurred().ifPresent(since -> at.getPeriod().setStartElement(since));
            }
            encounter.addLocation(at);
        });
    }

    private void hospitalization(Segment pv1, Encounter encounter) {
        var stay = new Encounter.EncounterHospitalizationComponent();
        types.identifier(pv1.at(5)).ifPresent(stay::setPreAdmissionIdentifier);
        types.concept(pv1.at(14), Codes.V2 + "0023").ifPresent(stay::setAdmitSource);
        types.concept(pv1.at(13), Codes.V2 + "0092").ifPresent(stay::setReAdmission);
        types.concept(pv1.at(36), Codes.V2 + "0112").ifPresent(stay::setDischargeDisposition);
        pv1.at(37).some(1).ifPresent(place -> stay.setDestination(new Reference().setDisplay(place)));
        pv1.all(38).forEach(diet -> types.concept(diet, Codes.V2 + "0114").ifPresent(stay::addDietPreference));
        pv1.all(15).forEach(need -> types.concept(need, Codes.V2 + "0009").ifPresent(stay::addSpecialArrangement));
        pv1.all(16).forEach(vip -> types.concept(vip, Codes.V2 + "0099").ifPresent(stay::addSpecialCourtesy));
        if (!stay.isEmpty()) {
            encounter.setHospitalization(stay);
        }
    }

    /** Names by which the bed may be known here, the most exact first. */
    static List<String> beds(Value pl) {
        var names = new ArrayList<String>();
        if (!pl.text(3).isEmpty()) {
            names.add(Types.join("-", pl.text(1), pl.text(2), pl.text(3)));
            names.add(Types.join("-", pl.text(1), pl.text(3)));
            names.add(Types.join("-", pl.text(2), pl.text(3)));
            names.add(pl.text(3));
        }
        return Stream.of(names).flatMap(List::stream).distinct().toList();
    }
}
