package org.fieldward.core.clinical.mirror;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.TimeZone;
import org.fieldward.core.fhir.FhirId;
import org.fieldward.core.registry.Registry.Binding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DeviceUseStatement;
import org.hl7.fhir.r4.model.DeviceUseStatement.DeviceUseStatementStatus;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;

/**
 * That a device serves a patient, as a DeviceUseStatement says it.
 *
 * @param device id of the Device
 * @param until excluded; empty while it lasts
 * @param held false where it was said in error
 */
record Use(String device, String patient, Instant from, Optional<Instant> until, boolean held) {

    static Use of(Binding binding) {
        boolean empty = binding.until().equals(Optional.of(binding.from()));
        return new Use(FhirId.ofDevice(binding.device()), binding.patient(), binding.from(), binding.until(), !empty);
    }

    /** Empty where it says nothing about a device at a patient in a time. */
    static Optional<Use> of(DeviceUseStatement statement) {
        String device = id(statement.getDevice(), "Device");
        String patient = id(statement.getSubject(), "Patient");
        boolean speaks = statement.getTiming() instanceof Period period
                && period.hasStart()
                && !device.isEmpty()
                && !patient.isEmpty()
                && statement.getStatus() != DeviceUseStatementStatus.INTENDED;
        if (!speaks) {
            return Optional.empty();
        }
        Period period = statement.getTimingPeriod();
        return Optional.of(new Use(
                device,
                patient,
                period.getStart().toInstant(),
                Optional.ofNullable(period.getEnd()).map(Date::toInstant),
                statement.getStatus() != DeviceUseStatementStatus.ENTEREDINERROR));
    }

    private static String id(Reference reference, String type) {
        return type.equals(reference.getReferenceElement().getResourceType())
                ? Optional.ofNullable(reference.getReferenceElement().getIdPart())
                        .orElse("")
                : "";
    }

    /** FHIR tells time by the millisecond at most where HAPI reads it. */
    boolean agrees(Use other) {
        if (!held || !other.held) {
            return held == other.held;
        }
        return device.equals(other.device)
                && patient.equals(other.patient)
                && from.toEpochMilli() == other.from.toEpochMilli()
                && until.map(Instant::toEpochMilli).equals(other.until.map(Instant::toEpochMilli));
    }

    /** Put into the statement; all else of it stays. */
    void into(DeviceUseStatement statement, Instant now) {
        status(statement, now);
        statement.setDevice(new Reference("Device/" + device));
        statement.setSubject(new Reference("Patient/" + patient));
        var period = new Period();
        period.setStartElement(time(from));
        until.ifPresent(end -> period.setEndElement(time(end)));
        statement.setTiming(period);
    }

    /** Whoever wrote it may call it on hold or stopped; only what time makes of it is put right. */
    void status(DeviceUseStatement statement, Instant now) {
        boolean over = until.map(end -> !end.isAfter(now)).orElse(false);
        if (!held) {
            statement.setStatus(DeviceUseStatementStatus.ENTEREDINERROR);
        } else if (over && (!statement.hasStatus() || statement.getStatus() == DeviceUseStatementStatus.ACTIVE)) {
            statement.setStatus(DeviceUseStatementStatus.COMPLETED);
        } else if (!over
                && (!statement.hasStatus()
                        || statement.getStatus() == DeviceUseStatementStatus.COMPLETED
                        || statement.getStatus() == DeviceUseStatementStatus.ENTEREDINERROR)) {
            statement.setStatus(DeviceUseStatementStatus.ACTIVE);
        }
    }

    private static DateTimeType time(Instant instant) {
        return new DateTimeType(Date.from(instant), TemporalPrecisionEnum.MILLI, TimeZone.getTimeZone("UTC"));
    }
}
