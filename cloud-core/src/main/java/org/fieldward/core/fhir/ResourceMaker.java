package org.fieldward.core.fhir;

import java.util.Date;
import java.util.Optional;
import org.fieldward.core.fhir.terminology.Terminology;
import org.fieldward.core.registry.Registry;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Unit;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.Device.FHIRDeviceStatus;
import org.hl7.fhir.r4.model.DeviceMetric;
import org.hl7.fhir.r4.model.DeviceMetric.DeviceMetricCategory;
import org.hl7.fhir.r4.model.DeviceMetric.DeviceMetricOperationalStatus;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;

/** Makes R4 resources of what the registry knows. Thread-safe. */
public final class ResourceMaker {

    public static final String PATIENT_IDENTIFIER = "https://fieldward.org/fhir/identifier/patient";
    public static final String DEVICE_IDENTIFIER = "https://fieldward.org/fhir/identifier/device";

    /** Names a metric: a device and what it measures. */
    public record MetricId(DeviceId device, Parameter parameter) {

        /** @return empty if no DeviceMetric can have this id */
        public static Optional<MetricId> parse(String id, Iterable<DeviceId> known) {
            int dot = id.lastIndexOf('.');
            if (dot < 1 || id.length() > 64) {
                return Optional.empty();
            }
            try {
                Parameter parameter = Catalogue.standard().parameter(Integer.parseInt(id.substring(dot + 1)));
                return FhirId.device(id.substring(0, dot), known)
                        .map(device -> new MetricId(device, parameter))
                        .filter(found -> found.toString().equals(id));
            } catch (IllegalArgumentException notANumberOfOurs) {
                return Optional.empty();
            }
        }

        @Override
        public String toString() {
            return FhirId.ofDevice(device) + "." + parameter.number();
        }
    }

    public Patient patient(Registry.Patient known) {
        var patient = new Patient();
        patient.setId(known.id());
        patient.getMeta().setLastUpdated(Date.from(known.updatedAt()));
        if (!known.identifier().isEmpty()) {
            patient.addIdentifier().setSystem(PATIENT_IDENTIFIER).setValue(known.identifier());
        }
        if (!known.family().isEmpty() || !known.given().isEmpty()) {
            var name = patient.addName();
            if (!known.family().isEmpty()) {
                name.setFamily(known.family());
            }
            if (!known.given().isEmpty()) {
                name.addGiven(known.given());
            }
        }
        patient.setGender(AdministrativeGender.fromCode(known.gender()));
        known.birthDate().ifPresent(date -> patient.setBirthDateElement(new DateType(date.toString())));
        return patient;
    }

    /** @param patient whom it serves now */
    public Device device(Registry.Device known, Optional<String> patient) {
        var device = new Device();
        device.setId(FhirId.ofDevice(known.id()));
        device.getMeta().setLastUpdated(Date.from(known.updatedAt()));
        device.addIdentifier().setSystem(DEVICE_IDENTIFIER).setValue(known.id().name());
        device.setStatus(FHIRDeviceStatus.ACTIVE);
        if (!known.type().isEmpty()) {
            device.setType(new CodeableConcept().setText(known.type()));
        }
        known.bed().ifPresent(bed -> device.setLocation(new Reference().setDisplay(bed)));
        patient.ifPresent(id -> device.setPatient(new Reference("Patient/" + id)));
        return device;
    }

    /** @param parameter not a panel */
    public DeviceMetric metric(Registry.Device known, Parameter parameter) {
        var metric = new DeviceMetric();
        metric.setId(new MetricId(known.id(), parameter).toString());
        metric.getMeta().setLastUpdated(Date.from(known.updatedAt()));
        metric.setType(ObservationMaker.concept(parameter));
        parameter.unit().ifPresent(unit -> metric.setUnit(unit(unit)));
        metric.setSource(new Reference("Device/" + FhirId.ofDevice(known.id())));
        metric.setOperationalStatus(DeviceMetricOperationalStatus.ON);
        metric.setCategory(DeviceMetricCategory.MEASUREMENT);
        return metric;
    }

    private static CodeableConcept unit(Unit unit) {
        var concept = new CodeableConcept();
        if (unit.mdc() != 0) {
            concept.addCoding().setSystem(Terminology.MDC).setCode(Integer.toString(unit.mdc()));
        }
        concept.addCoding().setSystem(Terminology.UCUM).setCode(unit.ucum());
        return concept.setText(unit.ucum());
    }
}
