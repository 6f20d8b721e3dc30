package org.fieldward.core.webhook.translation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fieldward.core.webhook.filing.Identity;
import org.fieldward.core.webhook.hl7.Segment;
import org.fieldward.core.webhook.wording.Codes;
import org.fieldward.core.webhook.wording.Sheet;
import org.fieldward.core.webhook.wording.Times;
import org.fieldward.core.webhook.wording.Types;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.Appointment.AppointmentStatus;
import org.hl7.fhir.r4.model.Appointment.ParticipationStatus;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Schedule;
import org.hl7.fhir.r4.model.Slot;
import org.hl7.fhir.r4.model.Slot.SlotStatus;

/** SCH, AIS, AIP, AIL and AIG: an appointment, and the time that it takes of whoever and whatever it needs. */
final class AppointmentMap {

    private final Sheet sheet;
    private final Types types;

    AppointmentMap(Sheet sheet, Types types) {
        this.sheet = sheet;
        this.types = types;
    }

    void add(Segment sch, Optional<Reference> patient) {
        var appointment = new Appointment();
        var rules = new ArrayList<Identifier>();
        for (int field : List.of(1, 2)) {
            types.entity(sch.at(field), field == 1 ? "PLAC" : "FILL").ifPresent(number -> {
                appointment.addIdentifier(number);
                rules.add(sheet.unique("SCH", number.getSystem(), number.getValue()));
            });
        }
        rules.forEach(appointment::addIdentifier);
        appointment.setStatus(status(sch));
        types.concept(sch.at(8), Codes.V2 + "0277").ifPresent(appointment::setAppointmentType);
        types.concept(sch.at(7), Codes.V2 + "0276").ifPresent(appointment::addReasonCode);
        sheet.message().all("AIS").forEach(ais -> types.concept(ais.at(3)).ifPresent(appointment::addServiceType));
        sheet.message().all("NTE").stream()
                .map(ResultMap::note)
                .flatMap(Optional::stream)
                .reduce((a, b) -> a + "\n" + b)
                .ifPresent(appointment::setComment);
        patient.ifPresent(who -> participant(appointment, who, ParticipationStatus.ACCEPTED));
        times(sch, appointment);
        List<Reference> needed = participants(appointment);
        if (!appointment.hasParticipant()) {
            participant(appointment, new Reference().setDisplay("not named"), ParticipationStatus.NEEDSACTION);
        }
        if (appointment.hasStart() && appointment.hasEnd() && !needed.isEmpty() && !rules.isEmpty()) {
            needed.forEach(actor -> appointment.addSlot(slot(appointment, rules.getFirst(), actor)));
        }
        sheet.add(appointment, Identity.of(rules));
    }

    /** SCH-25 (HL7 table 0278), or the event. */
    private AppointmentStatus status(Segment sch) {
        String said = sch.text(25).toLowerCase(java.util.Locale.ROOT);
        String code = Codes.pick(
                said,
                "",
                "booked",
                "booked",
                "cancelled",
                "cancelled",
                "canceled",
                "cancelled",
                "deleted",
                "entered-in-error",
                "complete",
                "fulfilled",
                "noshow",
                "noshow",
                "pending",
                "pending",
                "overbook",
                "booked",
                "blocked",
                "booked",
                "started",
                "arrived",
                "waitlist",
                "waitlist");
        if (code.isEmpty()) {
            code = Codes.pick(
                    sheet.message().event(), "booked", "S15", "cancelled", "S17", "entered-in-error", "S26", "noshow");
        }
        return AppointmentStatus.fromCode(code);
    }

    private void times(Segment sch, Appointment appointment) {
        Optional<Instant> start = Stream.of(
                        sheet.message()
                                .first("TQ1")
                                .map(timing -> timing.text(7))
                                .orElse(""),
                        sch.text(11, 4),
                        sheet.message()
                                .first("AIS")
                                .map(service -> service.text(4))
                                .orElse(""))
                .map(said -> Times.instant(said, sheet.origin().zone()))
                .flatMap(Optional::stream)
                .findFirst();
        Optional<Instant> end = Stream.of(
                        sheet.message()
                                .first("TQ1")
                                .map(timing -> timing.text(8))
                                .orElse(""),
                        sch.text(11, 5))
                .map(said -> Times.instant(said, sheet.origin().zone()))
                .flatMap(Optional::stream)
                .findFirst();
        long seconds = seconds(sch);
        if (start.isPresent()) {
            Instant until =
                    end.filter(at -> at.isAfter(start.get())).orElse(start.get().plusSeconds(seconds));
            appointment.setStart(Date.from(start.get()));
            if (until.isAfter(start.get())) {
                appointment.setEnd(Date.from(until));
                appointment.setMinutesDuration(
                        (int) Math.max(1, (until.getEpochSecond() - start.get().getEpochSecond()) / 60));
            }
        }
        if (!appointment.hasStart() || !appointment.hasEnd()) {
            // FHIR wants both or neither, unless it is only proposed, cancelled or waited for.
            appointment.setStart(null);
            appointment.setEnd(null);
            if (appointment.getStatus() == AppointmentStatus.BOOKED) {
                appointment.setStatus(AppointmentStatus.PROPOSED);
            }
        }
    }

    /** AIS-7 and -8, or SCH-9 and -10: how long it takes; nothing where they do not say. */
    private long seconds(Segment sch) {
        Optional<Segment> ais =
                sheet.message().first("AIS").filter(service -> !service.text(7).isEmpty());
        String number = ais.map(service -> service.text(7)).orElse(sch.text(9));
        String unit = ais.map(service -> service.text(8)).orElse(sch.text(10)).toLowerCase(java.util.Locale.ROOT);
        if (!number.matches("\\d{1,5}")) {
            return 0;
        }
        long times = unit.startsWith("h") ? 3_600 : unit.equals("s") || unit.startsWith("sec") ? 1 : 60;
        return Long.parseLong(number) * times;
    }

    /** @return those whose time is taken */
    private List<Reference> participants(Appointment appointment) {
        var needed = new ArrayList<Reference>();
        for (Segment aip : sheet.message().all("AIP")) {
            types.practitioner(aip.at(3)).ifPresent(person -> {
                participant(appointment, person, told(aip, 12));
                needed.add(person);
            });
        }
        for (Segment ail : sheet.message().all("AIL")) {
            types.location(ail.at(3)).ifPresent(place -> {
                participant(appointment, place, told(ail, 12));
                needed.add(place);
            });
        }
        for (Segment aig : sheet.message().all("AIG")) {
            types.concept(aig.at(3))
                    .ifPresent(thing ->
                            participant(appointment, new Reference().setDisplay(thing.getText()), told(aig, 14)));
        }
        return needed.stream().filter(Reference::hasReference).toList();
    }

    private static ParticipationStatus told(Segment segment, int field) {
        String said = segment.text(field).toLowerCase(java.util.Locale.ROOT);
        return switch (said) {
            case "booked", "complete", "started" -> ParticipationStatus.ACCEPTED;
            case "cancelled", "deleted" -> ParticipationStatus.DECLINED;
            default -> ParticipationStatus.NEEDSACTION;
        };
    }

    private static void participant(Appointment appointment, Reference who, ParticipationStatus status) {
        appointment.addParticipant().setActor(who.copy()).setStatus(status);
    }

    private Reference slot(Appointment appointment, Identifier rule, Reference actor) {
        var schedule = new Schedule();
        Identifier owner = sheet.unique("schedule", identity(actor));
        schedule.addIdentifier(owner);
        schedule.addActor(actor.copy());
        var slot = new Slot();
        Identifier identifier = sheet.unique("slot", rule.getValue(), identity(actor));
        slot.addIdentifier(identifier);
        slot.setSchedule(sheet.addOnce(schedule, owner));
        boolean free = appointment.getStatus() == AppointmentStatus.CANCELLED
                || appointment.getStatus() == AppointmentStatus.ENTEREDINERROR;
        slot.setStatus(free ? SlotStatus.FREE : SlotStatus.BUSY);
        slot.setStart(appointment.getStart());
        slot.setEnd(appointment.getEnd());
        return sheet.add(slot, Identity.of(List.of(identifier)));
    }

    /** What the actor is known by, in this message and in the next. */
    private String identity(Reference actor) {
        return sheet.drafts().stream()
                .filter(draft -> draft.names().contains(actor.getReference()))
                .flatMap(draft -> draft.identity().identifiers().stream())
                .map(known -> known.getSystem() + "|" + known.getValue())
                .findFirst()
                .orElse(String.valueOf(actor.getDisplay()));
    }
}
