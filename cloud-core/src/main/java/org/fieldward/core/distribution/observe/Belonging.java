package org.fieldward.core.distribution.observe;

import java.util.Set;
import java.util.stream.Collectors;
import org.fieldward.core.registry.Registry;
import org.fieldward.proto.reading.DeviceId;

/** To which facilities devices and patients belong. Thread-safe. */
public interface Belonging {

    Set<String> ofDevice(DeviceId device);

    Set<String> ofPatient(String patient);

    /** Where nothing else is known: a gateway is its own facility, and a patient belongs to those that served them. */
    static Belonging of(Registry registry) {
        return new Belonging() {
            @Override
            public Set<String> ofDevice(DeviceId device) {
                return registry.device(device).flatMap(Registry.Device::gateway).stream()
                        .collect(Collectors.toSet());
            }

            @Override
            public Set<String> ofPatient(String patient) {
                return registry.bindings().stream()
                        .filter(binding -> binding.patient().equals(patient))
                        .flatMap(binding -> ofDevice(binding.device()).stream())
                        .collect(Collectors.toSet());
            }
        };
    }
}
