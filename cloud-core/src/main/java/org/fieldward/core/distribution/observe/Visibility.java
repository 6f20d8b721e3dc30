package org.fieldward.core.distribution.observe;

import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fieldward.core.access.Sight;
import org.fieldward.core.observation.ReadingQuery.Scope;
import org.fieldward.core.registry.Registry;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.DeviceId;

/**
 * Which readings somebody sees: those of patients who belong to one of their facilities, and those of devices that do;
 * or those of one patient. Thread-safe.
 */
public final class Visibility {

    private final Registry registry;
    private final Belonging belonging;

    public Visibility(Registry registry, Belonging belonging) {
        this.registry = registry;
        this.belonging = belonging;
    }

    /** What searches are narrowed to; empty where there is nothing to narrow. */
    public Optional<Scope> scope(Sight sight) {
        if (sight.patient().isPresent()) {
            return Optional.of(new Scope(Set.of(), Set.of(sight.patient().get())));
        }
        return sight.facilities()
                .map(facilities -> new Scope(
                        registry.devices().stream()
                                .map(Registry.Device::id)
                                .filter(device -> meets(facilities, belonging.ofDevice(device)))
                                .collect(Collectors.toSet()),
                        registry.patients().stream()
                                .map(Registry.Patient::id)
                                .filter(patient -> meets(facilities, belonging.ofPatient(patient)))
                                .collect(Collectors.toSet())));
    }

    /** Whether this version of a reading is seen. */
    boolean sees(Sight sight, StoredReading reading) {
        return sees(sight, new DeviceId(reading.getDevice()), reading.getPatient());
    }

    public boolean sees(Sight sight, DeviceId device, String patient) {
        return sight.isEverything()
                || sight.reaches(belonging.ofDevice(device), Set.of(patient), belonging.ofPatient(patient));
    }

    /** A device is of the facility of its gateway; before its first reading of none, and seen by all. */
    public boolean sees(Sight sight, DeviceId device) {
        return sight.isEverything() || sight.reaches(belonging.ofDevice(device), Set.of(), Set.of());
    }

    private static boolean meets(Set<String> facilities, Set<String> others) {
        return !Collections.disjoint(facilities, others);
    }
}
