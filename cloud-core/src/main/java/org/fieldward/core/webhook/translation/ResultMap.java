package org.fieldward.core.webhook.translation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.fieldward.core.webhook.filing.Identity;
import org.fieldward.core.webhook.hl7.Segment;
import org.fieldward.core.webhook.wording.Codes;
import org.fieldward.core.webhook.wording.Sheet;
import org.fieldward.core.webhook.wording.Times;
import org.fieldward.core.webhook.wording.Types;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestIntent;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestPriority;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.hl7.fhir.r4.model.Type;

/** ORC, OBR, OBX and SPM: what was asked for, and what was found. */
final class ResultMap {

    private final Sheet sheet;
    private final Types types;
    private final ObservedValue values;
    private final Findings findings;
    private final SpecimenMap specimens;
    private final String patientNumber;
    private final Reference patient;
    private final Optional<Reference> encounter;

    ResultMap(
            Sheet sheet,
            Types types,
            Findings findings,
            String patientNumber,
            Reference patient,
            Optional<Reference> encounter) {
        this.sheet = sheet;
        this.types = types;
        this.values = new ObservedValue(sheet, types);
        this.findings = findings;
        this.patientNumber = patientNumber;
        this.patient = patient;
        this.encounter = encounter;
        this.specimens = new SpecimenMap(sheet, types, patientNumber, patient);
    }

    /** Observations of the patient that belong to no order. */
    void patientObservations(Order order) {
        observations(order, "", Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** @param reports whether the message tells results rather than asks for them */
    void order(Order order, boolean reports) {
        Optional<Segment> obr = order.head("OBR");
        Optional<Segment> orc = order.head("ORC");
        if (obr.isEmpty()) {
            observations(order, "", Optional.empty(), Optional.empty(), Optional.empty());
            return;
        }
        List<Identifier> numbers = numbers(orc, obr);
        String name = name(numbers, obr.get());
        Optional<Reference> specimen = specimens.add(order, name);
        Optional<Reference> request = numbers.isEmpty() && reports
                ? Optional.empty()
                : Optional.of(request(order, orc, obr.get(), numbers, specimen, reports));
        Optional<DateTimeType> taken = sheet.time(obr.get(), 7);
        List<Reference> found = observations(order, name, taken, request, specimen);
        if (reports) {
            report(order, obr.get(), numbers, request, specimen, found);
        }
    }

    /** Placer's and filler's number, of ORC or else of OBR. */
    private List<Identifier> numbers(Optional<Segment> orc, Optional<Segment> obr) {
        var numbers = new ArrayList<Identifier>();
        for (int field : List.of(2, 3)) {
            String type = field == 2 ? "PLAC" : "FILL";
            orc.flatMap(segment -> types.entity(segment.at(field), type))
                    .or(() -> obr.flatMap(segment -> types.entity(segment.at(field), type)))
                    .ifPresent(numbers::add);
        }
        return numbers;
    }

    /** What results are told apart by: the last number that is given, which is the filler's, and what was asked. */
    private static String name(List<Identifier> numbers, Segment obr) {
        return (numbers.isEmpty()
                        ? obr.text(7)
                        : numbers.getLast().getSystem() + "|"
                                + numbers.getLast().getValue()) + "/" + code(obr);
    }

    private static String code(Segment obr) {
        return obr.text(4, 1) + "^" + obr.text(4, 3);
    }

    /** One for each number, since an order may be known by its placer's alone until the filler gave it another. */
    private List<Identifier> rules(String what, List<Identifier> numbers, Segment obr) {
        if (numbers.isEmpty()) {
            return List.of(sheet.unique(what, patientNumber, obr.text(7), code(obr)));
        }
        return numbers.stream()
                .map(number -> sheet.unique(what, number.getSystem(), number.getValue(), code(obr)))
                .toList();
    }

    private Reference request(
            Order order,
            Optional<Segment> orc,
            Segment obr,
            List<Identifier> numbers,
            Optional<Reference> specimen,
            boolean reports) {
        var request = new ServiceRequest();
        List<Identifier> rules = rules("OBR", numbers, obr);
        numbers.forEach(request::addIdentifier);
        rules.forEach(request::addIdentifier);
        request.setSubject(patient.copy());
        encounter.ifPresent(visit -> request.setEncounter(visit.copy()));
        request.setIntent(ServiceRequestIntent.ORDER);
        request.setStatus(status(orc, obr, reports));
        types.concept(obr.at(4)).ifPresent(request::setCode);
        category(obr).ifPresent(request::addCategory);
        priority(order, obr).ifPresent(request::setPriority);
        orc.flatMap(segment -> sheet.time(segment, 9)).ifPresent(request::setAuthoredOnElement);
        orc.map(segment -> segment.at(12))
                .filter(value -> !value.isEmpty())
                .or(() -> Optional.of(obr.at(16)))
                .flatMap(types::practitioner)
                .ifPresent(request::setRequester);
        orc.flatMap(segment -> sheet.time(segment, 15))
                .or(() -> order.details("TQ1").stream().findFirst().flatMap(timing -> sheet.time(timing, 7)))
                .or(() -> sheet.time(obr, 36))
                .ifPresent(request::setOccurrence);
        obr.all(31).forEach(reason -> types.concept(reason).ifPresent(request::addReasonCode));
        for (Segment dg1 : order.details("DG1")) {
            findings.diagnosis(dg1, patient, encounter).ifPresent(request::addReasonReference);
        }
        specimen.ifPresent(sample -> request.addSpecimen(sample.copy()));
        order.notes()
                .forEach(note -> note(note).ifPresent(text -> request.addNote().setText(text)));
        obr.some(13).ifPresent(text -> request.addNote().setText(text));
        return sheet.add(request, Identity.of(rules));
    }

    private static ServiceRequestStatus status(Optional<Segment> orc, Segment obr, boolean reports) {
        String said = orc.map(segment -> segment.text(5)).orElse("");
        String control = orc.map(segment -> segment.text(1)).orElse("");
        String code = Codes.pick(
                said,
                "",
                "CM",
                "completed",
                "CA",
                "revoked",
                "DC",
                "revoked",
                "ER",
                "entered-in-error",
                "HD",
                "on-hold",
                "RP",
                "revoked");
        if (code.isEmpty()) {
            code = Codes.pick(
                    control, "", "CA", "revoked", "OC", "revoked", "CR", "revoked", "DC", "revoked", "OD", "revoked",
                    "DR", "revoked", "HD", "on-hold", "OH", "on-hold", "HR", "on-hold");
        }
        if (code.isEmpty() && reports) {
            code = Codes.pick(obr.text(25), "", "F", "completed", "C", "completed", "X", "revoked");
        }
        return ServiceRequestStatus.fromCode(code.isEmpty() ? "active" : code);
    }

    private static Optional<ServiceRequestPriority> priority(Order order, Segment obr) {
        String said = Stream.of(
                        order.details("TQ1").stream()
                                .findFirst()
                                .map(timing -> timing.text(9))
                                .orElse(""),
                        obr.text(27, 6),
                        obr.text(5))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
        String code = Codes.pick(said, "", "S", "stat", "A", "asap", "R", "routine", "P", "urgent", "T", "urgent");
        return code.isEmpty() ? Optional.empty() : Optional.of(ServiceRequestPriority.fromCode(code));
    }

    private static Optional<CodeableConcept> category(Segment obr) {
        return obr.some(24)
                .map(section -> new CodeableConcept()
                        .addCoding(new Coding().setSystem(Codes.V2 + "0074").setCode(section)));
    }

    private List<Reference> observations(
            Order order,
            String name,
            Optional<DateTimeType> taken,
            Optional<Reference> request,
            Optional<Reference> specimen) {
        var found = new ArrayList<Reference>();
        Map<String, Integer> seen = new HashMap<>();
        for (Order.Noted result : order.results()) {
            Segment obx = result.segment();
            if (!ObservedValue.isDocument(obx) && !obx.at(3).isEmpty()) {
                String same = obx.text(3, 1) + "/" + obx.text(3, 3) + "/" + obx.text(4);
                int time = seen.merge(same, 1, Integer::sum);
                found.add(observation(result, name + "/" + same + "/" + time, taken, request, specimen));
            }
        }
        return found;
    }

    private Reference observation(
            Order.Noted result,
            String name,
            Optional<DateTimeType> taken,
            Optional<Reference> request,
            Optional<Reference> specimen) {
        Segment obx = result.segment();
        var observation = new Observation();
        boolean ordered = request.isPresent() || !name.startsWith("/");
        Identifier rule = sheet.unique("OBX", patientNumber, name, ordered ? "" : obx.text(14));
        types.entity(obx.at(21), "").ifPresent(observation::addIdentifier);
        observation.addIdentifier(rule);
        observation.setStatus(status(obx.text(11)));
        observation.setSubject(patient.copy());
        encounter.ifPresent(visit -> observation.setEncounter(visit.copy()));
        types.concept(obx.at(3)).ifPresent(observation::setCode);
        value(obx, observation);
        obx.all(8)
                .forEach(flag -> types.concept(flag, Codes.V3 + "ObservationInterpretation")
                        .ifPresent(observation::addInterpretation));
        ObservedValue.referenceRange(obx).ifPresent(observation::addReferenceRange);
        sheet.time(obx, 14).or(() -> taken).ifPresent(time -> observation.setEffective(time.copy()));
        sheet.instant(obx, 19).ifPresent(at -> observation.setIssuedElement(new InstantType(java.util.Date.from(at))));
        types.concept(obx.at(17)).ifPresent(observation::setMethod);
        types.concept(obx.at(20)).ifPresent(observation::setBodySite);
        types.entity(obx.at(18), "").ifPresent(device -> observation.setDevice(new Reference().setIdentifier(device)));
        obx.all(16).forEach(person -> types.practitioner(person).ifPresent(observation::addPerformer));
        obx.some(23).ifPresent(laboratory -> observation.addPerformer().setDisplay(laboratory));
        request.ifPresent(order -> observation.addBasedOn(order.copy()));
        specimen.ifPresent(sample -> observation.setSpecimen(sample.copy()));
        result.notes()
                .forEach(note ->
                        note(note).ifPresent(text -> observation.addNote().setText(text)));
        return sheet.add(observation, Identity.of(List.of(rule)));
    }

    private void value(Segment obx, Observation observation) {
        List<Type> all = values.all(obx);
        if (all.size() == 1) {
            observation.setValue(all.getFirst());
        } else if (all.isEmpty()) {
            boolean due = List.of(ObservationStatus.FINAL, ObservationStatus.CORRECTED, ObservationStatus.AMENDED)
                    .contains(observation.getStatus());
            if (due) {
                observation.setDataAbsentReason(new CodeableConcept()
                        .addCoding(new Coding()
                                .setSystem("http://terminology.hl7.org/CodeSystem/data-absent-reason")
                                .setCode("unknown")));
            }
        } else {
            // Several values of one code, none of which may be lost.
            all.forEach(one -> observation
                    .addComponent()
                    .setCode(observation.getCode().copy())
                    .setValue(one));
        }
    }

    /** HL7 table 0085. */
    private static ObservationStatus status(String said) {
        return ObservationStatus.fromCode(Codes.pick(
                said,
                "unknown",
                "F",
                "final",
                "P",
                "preliminary",
                "R",
                "preliminary",
                "S",
                "preliminary",
                "V",
                "preliminary",
                "C",
                "corrected",
                "A",
                "amended",
                "B",
                "amended",
                "D",
                "entered-in-error",
                "W",
                "entered-in-error",
                "I",
                "registered",
                "O",
                "registered",
                "X",
                "cancelled",
                "U",
                "final"));
    }

    private void report(
            Order order,
            Segment obr,
            List<Identifier> numbers,
            Optional<Reference> request,
            Optional<Reference> specimen,
            List<Reference> found) {
        var report = new DiagnosticReport();
        List<Identifier> rules = rules("report", numbers, obr);
        numbers.forEach(report::addIdentifier);
        rules.forEach(report::addIdentifier);
        // HL7 table 0123.
        report.setStatus(DiagnosticReportStatus.fromCode(Codes.pick(
                obr.text(25),
                "unknown",
                "F",
                "final",
                "C",
                "corrected",
                "P",
                "preliminary",
                "A",
                "partial",
                "R",
                "partial",
                "O",
                "registered",
                "I",
                "registered",
                "S",
                "registered",
                "X",
                "cancelled")));
        category(obr).ifPresent(report::addCategory);
        types.concept(obr.at(4))
                .ifPresentOrElse(report::setCode, () -> report.setCode(new CodeableConcept().setText("not named")));
        report.setSubject(patient.copy());
        encounter.ifPresent(visit -> report.setEncounter(visit.copy()));
        effective(obr, report);
        sheet.instant(obr, 22).ifPresent(at -> report.setIssuedElement(new InstantType(java.util.Date.from(at))));
        obr.all(32).stream()
                .map(ndl -> types.practitioner(ndl.at(1)))
                .flatMap(Optional::stream)
                .forEach(report::addResultsInterpreter);
        request.ifPresent(asked -> report.addBasedOn(asked.copy()));
        specimen.ifPresent(sample -> report.addSpecimen(sample.copy()));
        found.forEach(one -> report.addResult(one.copy()));
        for (Order.Noted result : order.results()) {
            if (ObservedValue.isDocument(result.segment())) {
                values.document(result.segment()).ifPresent(report::addPresentedForm);
            }
        }
        sheet.add(report, Identity.of(rules));
    }

    private void effective(Segment obr, DiagnosticReport report) {
        Optional<DateTimeType> from = sheet.time(obr, 7);
        Optional<DateTimeType> until = sheet.time(obr, 8);
        if (from.isPresent() && until.isPresent() && !Times.isAfter(from.get(), until.get())) {
            types.period(obr.text(7), obr.text(8)).ifPresent(report::setEffective);
        } else {
            from.or(() -> until).ifPresent(report::setEffective);
        }
    }

    static Optional<String> note(Segment nte) {
        String text = nte.all(3).stream()
                .map(org.fieldward.core.webhook.hl7.Value::whole)
                .reduce((a, b) -> a + "\n" + b)
                .orElse("");
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
