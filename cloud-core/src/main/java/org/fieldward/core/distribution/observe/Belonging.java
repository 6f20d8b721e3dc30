package org.fieldward.core.distribution.observe;

import java.util.Set;
import org.fieldward.core.access.Territory;
import org.fieldward.core.registry.Registry;
import org.fieldward.proto.reading.DeviceId;

/** To which facilities devices and patients belong. Thread-safe. */
public interface Belonging {

    Set<String> ofDevice(DeviceId device);

    Set<String> ofPatient(String patient);

    /** As the registry and the settings say. */
    static Belonging of(Registry registry, Territory territory) {
        return new Belonging() {
            @Override
            public Set<String> ofDevice(DeviceId device) {
                return territory.ofDevice(device);
            }

            @Override
            public Set<String> ofPatient(String patient) {
                return registry.facilities(patient);
            }
        };
    }
}
