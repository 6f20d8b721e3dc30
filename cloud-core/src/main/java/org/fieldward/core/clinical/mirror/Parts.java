package org.fieldward.core.clinical.mirror;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.core.registry.Snapshot;
import org.fieldward.core.registry.Snapshot.Difference;
import org.fieldward.core.registry.Snapshot.Known;

/** What of the registry is to be looked at: all, or what a change can have made different in the chart. Pure. */
record Parts(List<Known<Patient>> patients, List<Known<Device>> devices, List<Binding> bindings) {

    Parts {
        patients = List.copyOf(patients);
        devices = List.copyOf(devices);
        bindings = List.copyOf(bindings);
    }

    static Parts all(Snapshot snapshot) {
        return new Parts(
                List.copyOf(snapshot.patients().values()),
                List.copyOf(snapshot.devices().values()),
                snapshot.bindings().values().stream().flatMap(List::stream).toList());
    }

    /**
     * A device's gateway says where its patients are treated and where its bindings belong; a binding is told at its device
     * and says where its patient is treated.
     */
    static Parts of(Snapshot snapshot, Difference changed) {
        var bindings = new HashSet<Binding>();
        changed.bindings().forEach(number -> snapshot.binding(number).ifPresent(bindings::add));
        changed.devices().forEach(device -> bindings.addAll(snapshot.bindings().getOrDefault(device, List.of())));
        return new Parts(
                Stream.concat(changed.patients().stream(), bindings.stream().map(Binding::patient))
                        .distinct()
                        .flatMap(patient ->
                                Optional.ofNullable(snapshot.patients().get(patient)).stream())
                        .toList(),
                Stream.concat(changed.devices().stream(), bindings.stream().map(Binding::device))
                        .distinct()
                        .flatMap(
                                device -> Optional.ofNullable(snapshot.devices().get(device)).stream())
                        .toList(),
                List.copyOf(bindings));
    }
}
