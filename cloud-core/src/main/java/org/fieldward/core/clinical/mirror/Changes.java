package org.fieldward.core.clinical.mirror;

import java.util.HashSet;
import java.util.Set;
import org.fieldward.core.registry.Snapshot.Difference;
import org.fieldward.proto.reading.DeviceId;

/** What changed in the registry and nobody took from here yet. Thread-safe. */
final class Changes {

    private final Set<String> patients = new HashSet<>();
    private final Set<DeviceId> devices = new HashSet<>();
    private final Set<Long> bindings = new HashSet<>();
    private final Set<String> gateways = new HashSet<>();
    private boolean everything;

    /** Also what was taken, if nothing came of it. */
    synchronized void add(Difference difference) {
        everything |= difference.everything();
        patients.addAll(difference.patients());
        devices.addAll(difference.devices());
        bindings.addAll(difference.bindings());
        gateways.addAll(difference.gateways());
    }

    synchronized Difference take() {
        var taken = new Difference(everything, patients, devices, bindings, gateways);
        everything = false;
        patients.clear();
        devices.clear();
        bindings.clear();
        gateways.clear();
        return taken;
    }
}
