package org.fieldward.core.registry;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fieldward.proto.reading.DeviceId;

/** Who and what is known: patients, devices, gateways, and which patient a device served when. Thread-safe. */
public interface Registry {

    /**
     * @param id FHIR id, 1 to 64 of {@code A-Z a-z 0-9 . -}
     * @param identifier the hospital's own number
     * @param gender FHIR code: male, female, other, unknown
     */
    record Patient(
            String id,
            String identifier,
            String family,
            String given,
            Optional<LocalDate> birthDate,
            String gender,
            Instant updatedAt) {}

    /** @param gateway the gateway that last carried it, empty before its first reading */
    record Device(DeviceId id, String type, Optional<String> bed, Optional<String> gateway, Instant updatedAt) {}

    /** @param until excluded; empty while it lasts */
    record Binding(long number, DeviceId device, String patient, Instant from, Optional<Instant> until) {}

    /** What became of a new or changed binding. */
    sealed interface BindResult {
        record Bound(Binding binding) implements BindResult {}

        /** The device serves another patient in that time: end that binding first. */
        record Overlaps(Binding other) implements BindResult {}

        record Unknown(String what, String id) implements BindResult {}
    }

    /** Facilities stay as they are. */
    void putPatient(Patient patient);

    /** Those that the patient belongs to; none where nobody said, and none of somebody who is not known. */
    Set<String> facilities(String patient);

    /** Adds to them; a binding adds that of its device by itself. Nothing where the patient is not known. */
    void addFacilities(String patient, Set<String> facilities);

    Optional<Patient> patient(String id);

    List<Patient> patients();

    void putDevice(Device device);

    Optional<Device> device(DeviceId id);

    List<Device> devices();

    BindResult bind(DeviceId device, String patient, Instant from, Optional<Instant> until);

    /** Ends the binding at this instant, which may lie in the past: readings from then on are re-attributed. */
    BindResult endBinding(long number, Instant until);

    List<Binding> bindings();

    Optional<Binding> binding(long number);
}
