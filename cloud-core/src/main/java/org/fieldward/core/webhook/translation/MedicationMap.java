package org.fieldward.core.webhook.translation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.webhook.filing.Identity;
import org.fieldward.core.webhook.hl7.Segment;
import org.fieldward.core.webhook.hl7.Value;
import org.fieldward.core.webhook.wording.Codes;
import org.fieldward.core.webhook.wording.Sheet;
import org.fieldward.core.webhook.wording.Types;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Dosage;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.MedicationRequest.MedicationRequestIntent;
import org.hl7.fhir.r4.model.MedicationRequest.MedicationRequestPriority;
import org.hl7.fhir.r4.model.MedicationRequest.MedicationRequestStatus;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Range;
import org.hl7.fhir.r4.model.Reference;

/** ORC with RXO or RXE, RXR and TQ1: what shall be given. */
final class MedicationMap {

    private final Sheet sheet;
    private final Types types;
    private final String patientNumber;
    private final Reference patient;
    private final Optional<Reference> encounter;

    MedicationMap(Sheet sheet, Types types, String patientNumber, Reference patient, Optional<Reference> encounter) {
        this.sheet = sheet;
        this.types = types;
        this.patientNumber = patientNumber;
        this.patient = patient;
        this.encounter = encounter;
    }

    /** Does nothing where the order is of something else. */
    void order(Order order) {
        Optional<Segment> rxe = order.head("RXE");
        Optional<Segment> rxo = order.head("RXO");
        Optional<Segment> said = rxe.or(() -> rxo);
        if (said.isEmpty()) {
            return;
        }
        boolean encoded = rxe.isPresent();
        Optional<CodeableConcept> medicine = types.concept(said.get().at(encoded ? 2 : 1))
                .or(() -> rxo.flatMap(segment -> types.concept(segment.at(1))));
        if (medicine.isEmpty()) {
            sheet.remark(said.get().place(encoded ? 2 : 1), "must name what shall be given");
            return;
        }
        var request = new MedicationRequest();
        List<Identifier> identity = identify(order, said.get(), medicine.get(), request);
        request.setStatus(status(order));
        request.setIntent(MedicationRequestIntent.ORDER);
        request.setMedication(medicine.get());
        request.setSubject(patient.copy());
        encounter.ifPresent(visit -> request.setEncounter(visit.copy()));
        order.head("ORC").ifPresent(orc -> {
            sheet.time(orc, 9).ifPresent(request::setAuthoredOnElement);
            types.practitioner(orc.at(12)).ifPresent(request::setRequester);
            types.concept(orc.at(16)).ifPresent(request::addReasonCode);
        });
        if (!request.hasRequester()) {
            types.practitioner(said.get().at(encoded ? 13 : 14)).ifPresent(request::setRequester);
        }
        priority(order, request);
        request.addDosageInstruction(dosage(order, said.get(), encoded));
        dispense(said.get(), encoded, request);
        order.notes()
                .forEach(note ->
                        ResultMap.note(note).ifPresent(text -> request.addNote().setText(text)));
        sheet.add(request, Identity.of(identity));
    }

    private List<Identifier> identify(Order order, Segment said, CodeableConcept medicine, MedicationRequest request) {
        var rules = new ArrayList<Identifier>();
        for (int field : List.of(2, 3)) {
            order.head("ORC")
                    .flatMap(orc -> types.entity(orc.at(field), field == 2 ? "PLAC" : "FILL"))
                    .ifPresent(number -> {
                        request.addIdentifier(number);
                        rules.add(sheet.unique("RX", number.getSystem(), number.getValue()));
                    });
        }
        said.at(said.name().equals("RXE") ? 15 : 99)
                .some(1)
                .ifPresent(prescription -> request.addIdentifier()
                        .setSystem(Codes.local(sheet.origin().facility(), "prescription", ""))
                        .setValue(prescription));
        if (rules.isEmpty()) {
            String at = order.head("ORC").map(orc -> orc.text(9)).orElse("");
            rules.add(sheet.unique(
                    "RX", patientNumber, medicine.getCodingFirstRep().getCode() + medicine.getText(), at));
        }
        rules.forEach(request::addIdentifier);
        return rules;
    }

    /** HL7 tables 0038 and 0119. */
    private static MedicationRequestStatus status(Order order) {
        String state = order.head("ORC").map(orc -> orc.text(5)).orElse("");
        String control = order.head("ORC").map(orc -> orc.text(1)).orElse("");
        String code = Codes.pick(
                state,
                "",
                "CM",
                "completed",
                "CA",
                "cancelled",
                "DC",
                "stopped",
                "ER",
                "entered-in-error",
                "HD",
                "on-hold",
                "RP",
                "stopped");
        if (code.isEmpty()) {
            code = Codes.pick(
                    control,
                    "active",
                    "CA",
                    "cancelled",
                    "OC",
                    "cancelled",
                    "CR",
                    "cancelled",
                    "DC",
                    "stopped",
                    "OD",
                    "stopped",
                    "DR",
                    "stopped",
                    "HD",
                    "on-hold",
                    "OH",
                    "on-hold",
                    "HR",
                    "on-hold");
        }
        return MedicationRequestStatus.fromCode(code);
    }

    private static void priority(Order order, MedicationRequest request) {
        order.details("TQ1").stream().findFirst().ifPresent(timing -> {
            String code = Codes.pick(
                    timing.text(9), "", "S", "stat", "A", "asap", "R", "routine", "P", "urgent", "T", "urgent");
            if (!code.isEmpty()) {
                request.setPriority(MedicationRequestPriority.fromCode(code));
            }
        });
    }

    private Dosage dosage(Order order, Segment said, boolean encoded) {
        var dosage = new Dosage();
        // RXE-3 to -5 and RXO-2 to -4: least, most, unit.
        int least = encoded ? 3 : 2;
        String unit =
                said.at(least + 2).some(1).or(() -> said.at(least + 2).some(2)).orElse("");
        Optional<Quantity> low = Types.quantity(said.text(least), unit, said.text(least + 2, 3));
        Optional<Quantity> high = Types.quantity(said.text(least + 1), unit, said.text(least + 2, 3));
        if (low.isPresent() && high.isPresent()) {
            dosage.addDoseAndRate().setDose(new Range().setLow(low.get()).setHigh(high.get()));
        } else {
            low.or(() -> high).ifPresent(dose -> dosage.addDoseAndRate().setDose(dose));
        }
        rate(said, encoded, dosage);
        said.all(encoded ? 7 : 7).stream()
                .map(value -> value.some(2).or(() -> value.some(1)).orElse(""))
                .filter(text -> !text.isEmpty())
                .reduce((a, b) -> a + "\n" + b)
                .ifPresent(dosage::setText);
        List<Segment> routes = order.details("RXR");
        if (!routes.isEmpty()) {
            // The last belongs to what is given, the first to what was asked for.
            Segment rxr = routes.getLast();
            types.concept(rxr.at(1), Codes.V2 + "0162").ifPresent(dosage::setRoute);
            types.concept(rxr.at(2), Codes.V2 + "0163").ifPresent(dosage::setSite);
            types.concept(rxr.at(4), Codes.V2 + "0165").ifPresent(dosage::setMethod);
        }
        timing(order, said, encoded, dosage);
        return dosage;
    }

    private static void rate(Segment said, boolean encoded, Dosage dosage) {
        int field = encoded ? 23 : 21;
        String unit =
                said.at(field + 1).some(1).or(() -> said.at(field + 1).some(2)).orElse("");
        Types.quantity(said.text(field), unit, said.text(field + 1, 3)).ifPresent(rate -> {
            if (dosage.hasDoseAndRate()) {
                dosage.getDoseAndRateFirstRep().setRate(rate);
            } else {
                dosage.addDoseAndRate().setRate(rate);
            }
        });
    }

    private void timing(Order order, Segment said, boolean encoded, Dosage dosage) {
        List<Segment> timings = order.details("TQ1");
        Value old =
                encoded ? said.at(1) : order.head("ORC").map(orc -> orc.at(7)).orElse(said.at(99));
        if (!timings.isEmpty()) {
            Segment tq1 = timings.getLast();
            types.concept(tq1.at(3).at(1), Codes.V2 + "0335")
                    .ifPresent(code -> dosage.getTiming().setCode(code));
            types.period(tq1.text(7), tq1.text(8))
                    .ifPresent(period -> dosage.getTiming().getRepeat().setBounds(period));
            tq1.some(11).ifPresent(dosage::setPatientInstruction);
            if (tq1.text(9).equals("PRN") || tq1.text(3).startsWith("PRN")) {
                dosage.setAsNeeded(new BooleanType(true));
            }
        } else if (!old.isEmpty()) {
            // TQ of messages before 2.5: quantity, interval, duration, start, end.
            types.concept(old.at(2), Codes.V2 + "0335")
                    .ifPresent(code -> dosage.getTiming().setCode(code));
            types.period(old.text(4), old.text(5))
                    .ifPresent(period -> dosage.getTiming().getRepeat().setBounds(period));
        }
    }

    private static void dispense(Segment said, boolean encoded, MedicationRequest request) {
        int amount = encoded ? 10 : 11;
        String unit = said.at(amount + 1)
                .some(1)
                .or(() -> said.at(amount + 1).some(2))
                .orElse("");
        Types.quantity(said.text(amount), unit, said.text(amount + 1, 3))
                .ifPresent(quantity -> request.getDispenseRequest().setQuantity(quantity));
        String refills = said.text(encoded ? 12 : 13);
        if (refills.matches("\\d{1,3}")) {
            request.getDispenseRequest().setNumberOfRepeatsAllowed(Integer.parseInt(refills));
        }
        // HL7 table 0161.
        switch (said.text(9)) {
            case "N" -> request.getSubstitution().setAllowed(new BooleanType(false));
            case "G", "T" -> request.getSubstitution().setAllowed(new BooleanType(true));
            default -> {}
        }
    }
}
