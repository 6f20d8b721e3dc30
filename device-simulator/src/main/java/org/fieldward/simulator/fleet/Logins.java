package org.fieldward.simulator.fleet;

import java.util.Optional;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.sample.Secret;

/** The password of each device. A device without one logs in with its name alone. */
public interface Logins {

    Optional<Secret> password(DeviceId device);

    static Logins none() {
        return device -> Optional.empty();
    }

    static Logins shared(Secret password) {
        return device -> Optional.of(password);
    }
}
