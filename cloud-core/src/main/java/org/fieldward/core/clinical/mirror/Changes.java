package org.fieldward.core.clinical.mirror;

import java.util.HashSet;
import java.util.Set;
import org.fieldward.core.registry.Snapshot.Difference;
import org.fieldward.proto.reading.DeviceId;

/** What changed in the registry and nobody took from here yet. Thread-safe. */
final class Changes {

    /** @param everything then the others do not matter */
    record Some(boolean everything, Set<String> patients, Set<DeviceId> devices, Set<Long> bindings) {

        boolean isEmpty() {
            return !everything && patients.isEmpty() && devices.isEmpty() && bindings.isEmpty();
        }
    }

    private final Set<String> patients = new HashSet<>();
    private final Set<DeviceId> devices = new HashSet<>();
    private final Set<Long> bindings = new HashSet<>();
    private boolean everything;

    synchronized void add(Difference difference) {
        everything |= difference.everything();
        patients.addAll(difference.patients());
        devices.addAll(difference.devices());
        bindings.addAll(difference.bindings());
    }

    /** Nothing came of what was taken. */
    synchronized void again(Some some) {
        everything |= some.everything();
        patients.addAll(some.patients());
        devices.addAll(some.devices());
        bindings.addAll(some.bindings());
    }

    synchronized Some take() {
        var some = new Some(everything, Set.copyOf(patients), Set.copyOf(devices), Set.copyOf(bindings));
        everything = false;
        patients.clear();
        devices.clear();
        bindings.clear();
        return some;
    }
}
