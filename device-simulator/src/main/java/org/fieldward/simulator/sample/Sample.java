package org.fieldward.simulator.sample;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.fieldward.proto.reading.DeviceId;

/**
 * What one device says it measured at one instant.
 *
 * @param time by the device's own clock, in whole microseconds
 * @param values one or more, each parameter at most once
 */
public record Sample(DeviceId device, Instant time, List<Spoken> values) {

    public Sample {
        time = time.truncatedTo(ChronoUnit.MICROS);
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a sample must have a value, had none");
        }
    }

    public Sample at(Instant other) {
        return new Sample(device, other, values);
    }
}
