package org.fieldward.simulator.line;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One stored reading as the core exports it.
 *
 * @param deviceTime what the device's clock said, empty if it said nothing
 * @param values by key of the catalogue
 */
public record StoredLine(String device, Instant measured, Optional<Instant> deviceTime, Map<String, Shown> values) {

    public StoredLine {
        values = Map.copyOf(values);
    }

    /** By how much the core put the device's time right. */
    public Duration correction() {
        return deviceTime.map(said -> Duration.between(said, measured)).orElse(Duration.ZERO);
    }

    /** The instant that names the reading among those of its device. */
    public Instant time() {
        return deviceTime.orElse(measured);
    }
}
