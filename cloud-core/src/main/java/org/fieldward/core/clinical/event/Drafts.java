package org.fieldward.core.clinical.event;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import java.util.function.Supplier;
import org.fieldward.core.clinical.event.Event.Code;
import org.fieldward.core.clinical.event.Event.Payload;
import org.fieldward.core.clinical.event.Event.Person;
import org.fieldward.core.clinical.event.Event.Quantity;
import org.fieldward.core.clinical.event.Event.Result;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.Dosage;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.ImagingStudy;
import org.hl7.fhir.r4.model.ImagingStudy.ImagingStudyStatus;
import org.hl7.fhir.r4.model.Location;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.MedicationRequest.MedicationRequestIntent;
import org.hl7.fhir.r4.model.MedicationRequest.MedicationRequestStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** Draws up the resources of an event that came as JSON, the main one first. Each has an id of its own. */
public final class Drafts {

    public static final String ACCESSION = "https://fieldward.org/fhir/identifier/accession";
    public static final String RESULT = "https://fieldward.org/fhir/identifier/lab-result";
    public static final String VISIT = "https://fieldward.org/fhir/identifier/visit";
    public static final String ORDER = "https://fieldward.org/fhir/identifier/order";
    public static final String BED = "https://fieldward.org/fhir/identifier/bed";
    public static final String STUDY = "urn:dicom:uid";
    public static final String UCUM = "http://unitsofmeasure.org";

    private static final String TABLES = "http://terminology.hl7.org/CodeSystem/";

    private final Event event;
    private final String facility;
    private final Reference patient;
    private final Supplier<String> ids;

    private Drafts(Event event, String facility, String patient, Supplier<String> ids) {
        this.event = event;
        this.facility = facility;
        this.patient = new Reference("Patient/" + patient);
        this.ids = ids;
    }

    /** @param ids gives an id that nobody has */
    public static List<Resource> of(Event event, String facility, String patient, Supplier<String> ids) {
        var drafts = new Drafts(event, facility, patient, ids);
        return switch (event.payload()) {
            case Payload.Admission admission -> drafts.admission(admission);
            case Payload.Lab lab -> drafts.lab(lab);
            case Payload.Imaging imaging -> drafts.imaging(imaging);
            case Payload.Medication medication -> List.of(drafts.medication(medication));
            case Payload.Resources message -> message.resources();
        };
    }

    /** A Patient of whom no more is known than an admission says. */
    public static Patient patient(Event.Name identifier, Person person, String id) {
        var patient = new Patient();
        patient.setId(id);
        patient.addIdentifier().setSystem(identifier.system()).setValue(identifier.value());
        var name = patient.addName().setFamily(person.family());
        if (!person.given().isEmpty()) {
            name.addGiven(person.given());
        }
        patient.setGender(AdministrativeGender.fromCode(person.gender()));
        person.birthDate().ifPresent(date -> patient.setBirthDateElement(new DateType(date.toString())));
        return patient;
    }

    /** A bed as the place of a stay. */
    public static Location bed(String facility, String bed, String id) {
        var location = new Location();
        location.setId(id);
        location.addIdentifier().setSystem(BED).setValue(facility + "/" + bed);
        location.setStatus(Location.LocationStatus.ACTIVE);
        location.setMode(Location.LocationMode.INSTANCE);
        location.setName(bed);
        location.setPhysicalType(concept(TABLES + "location-physical-type", "bd", "Bed"));
        return location;
    }

    private List<Resource> admission(Payload.Admission admission) {
        var encounter = new Encounter();
        encounter.setId(ids.get());
        encounter.addIdentifier().setSystem(VISIT).setValue(admission.visit());
        encounter.setStatus(EncounterStatus.INPROGRESS);
        encounter.setClass_(new Coding(TABLES + "v3-ActCode", admission.kind(), null));
        encounter.setSubject(patient.copy());
        encounter.getPeriod().setStartElement(occurred());
        admission.reason().ifPresent(reason -> encounter.addReasonCode().setText(reason));
        var resources = new ArrayList<Resource>();
        resources.add(encounter);
        admission.bed().ifPresent(name -> {
            Location bed = bed(facility, name, ids.get());
            var place = encounter.addLocation().setLocation(reference(bed));
            place.setStatus(Encounter.EncounterLocationStatus.ACTIVE);
            place.getPeriod().setStartElement(occurred());
            resources.add(bed);
        });
        return resources;
    }

    private List<Resource> lab(Payload.Lab lab) {
        var report = new DiagnosticReport();
        report.setId(ids.get());
        report.setStatus(DiagnosticReportStatus.fromCode(lab.status()));
        report.addCategory(concept(TABLES + "v2-0074", "LAB", "Laboratory"));
        report.setCode(concept(
                loinc(lab.panel().orElseGet(() -> lab.results().getFirst().test()))));
        report.setSubject(patient.copy());
        report.setEffective(occurred());
        lab.accession().ifPresent(number -> {
            report.addIdentifier().setSystem(ACCESSION).setValue(number);
            report.addBasedOn(order(number));
        });
        var resources = new ArrayList<Resource>();
        for (Result result : lab.results()) {
            Observation observation = observation(lab, result);
            report.addResult(reference(observation));
            resources.add(observation);
        }
        resources.add(report);
        return resources;
    }

    private Observation observation(Payload.Lab lab, Result result) {
        var observation = new Observation();
        observation.setId(ids.get());
        lab.accession().ifPresent(number -> {
            observation
                    .addIdentifier()
                    .setSystem(RESULT)
                    .setValue(number + "/" + result.test().code());
            observation.addBasedOn(order(number));
        });
        observation.setStatus(ObservationStatus.fromCode(lab.status()));
        observation.addCategory(concept(TABLES + "observation-category", "laboratory", "Laboratory"));
        observation.setCode(concept(loinc(result.test())));
        observation.setSubject(patient.copy());
        observation.setEffective(occurred());
        lab.specimen().ifPresent(text -> observation.setSpecimen(new Reference().setDisplay(text)));
        result.quantity().ifPresent(quantity -> observation.setValue(quantity(quantity)));
        result.words().ifPresent(words -> observation.setValue(new org.hl7.fhir.r4.model.StringType(words)));
        if (result.low().isPresent() || result.high().isPresent()) {
            var range = observation.addReferenceRange();
            String unit = result.quantity().map(Quantity::unit).orElse("");
            result.low().ifPresent(low -> range.setLow(quantity(new Quantity(low, unit))));
            result.high().ifPresent(high -> range.setHigh(quantity(new Quantity(high, unit))));
        }
        result.interpretation()
                .ifPresent(code ->
                        observation.addInterpretation(concept(TABLES + "v3-ObservationInterpretation", code, "")));
        return observation;
    }

    private List<Resource> imaging(Payload.Imaging imaging) {
        var study = new ImagingStudy();
        study.setId(ids.get());
        study.addIdentifier().setSystem(STUDY).setValue("urn:oid:" + imaging.studyUid());
        study.addIdentifier().setSystem(ACCESSION).setValue(imaging.accession());
        study.setStatus(ImagingStudyStatus.AVAILABLE);
        study.addModality()
                .setSystem("http://dicom.nema.org/resources/ontology/DCM")
                .setCode(imaging.modality());
        study.setSubject(patient.copy());
        study.setStartedElement(occurred());
        study.addBasedOn(order(imaging.accession()));
        study.setNumberOfSeries(imaging.series());
        study.setNumberOfInstances(imaging.instances());
        imaging.description().ifPresent(study::setDescription);
        var report = new DiagnosticReport();
        report.setId(ids.get());
        report.addIdentifier().setSystem(ACCESSION).setValue(imaging.accession());
        report.addBasedOn(order(imaging.accession()));
        report.setStatus(imaging.report()
                .map(words -> DiagnosticReportStatus.fromCode(words.status()))
                .orElse(DiagnosticReportStatus.REGISTERED));
        report.addCategory(concept(TABLES + "v2-0074", "RAD", "Radiology"));
        report.setCode(concept(EventJson.LOINC, "18748-4", "Diagnostic imaging study"));
        report.setSubject(patient.copy());
        report.setEffective(occurred());
        report.addImagingStudy(reference(study));
        imaging.report().ifPresent(words -> report.setConclusion(words.conclusion()));
        return List.of(study, report);
    }

    private MedicationRequest medication(Payload.Medication order) {
        var request = new MedicationRequest();
        request.setId(ids.get());
        order.order()
                .ifPresent(number -> request.addIdentifier().setSystem(ORDER).setValue(number));
        request.setStatus(MedicationRequestStatus.fromCode(order.status()));
        request.setIntent(MedicationRequestIntent.ORDER);
        request.setMedication(concept(order.drug()));
        request.setSubject(patient.copy());
        request.setAuthoredOnElement(occurred());
        order.reason().ifPresent(reason -> request.addReasonCode().setText(reason));
        Dosage dosage = request.addDosageInstruction().setText(order.instruction());
        order.route().ifPresent(route -> dosage.setRoute(new CodeableConcept().setText(route)));
        order.dose().ifPresent(dose -> dosage.addDoseAndRate().setDose(quantity(dose)));
        return request;
    }

    /** By its number: the order itself may come later, or never. */
    private static Reference order(String accession) {
        var order = new Reference().setType("ServiceRequest");
        order.getIdentifier().setSystem(ACCESSION).setValue(accession);
        return order;
    }

    private DateTimeType occurred() {
        return new DateTimeType(
                Date.from(event.occurredAt()), TemporalPrecisionEnum.MILLI, TimeZone.getTimeZone("UTC"));
    }

    private static Reference reference(Resource resource) {
        return new Reference(resource.fhirType() + "/" + resource.getIdElement().getIdPart());
    }

    private static Code loinc(Code code) {
        return code.system().isEmpty() ? new Code(EventJson.LOINC, code.code(), code.display()) : code;
    }

    private static org.hl7.fhir.r4.model.Quantity quantity(Quantity quantity) {
        return new org.hl7.fhir.r4.model.Quantity()
                .setValue(quantity.value())
                .setUnit(quantity.unit())
                .setSystem(UCUM)
                .setCode(quantity.unit());
    }

    private static CodeableConcept concept(Code code) {
        return code.system().isEmpty()
                ? new CodeableConcept().setText(code.display())
                : concept(code.system(), code.code(), code.display()).setText(code.display());
    }

    static CodeableConcept concept(String system, String code, String display) {
        return new CodeableConcept()
                .addCoding(new Coding(
                        system,
                        code,
                        Optional.of(display).filter(text -> !text.isEmpty()).orElse(null)));
    }
}
