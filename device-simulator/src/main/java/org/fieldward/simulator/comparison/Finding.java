package org.fieldward.simulator.comparison;

import java.time.Instant;
import java.util.List;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.line.Shown;

/**
 * One value on which evidence and core do not agree, named by device, device time and key of the catalogue. A finding
 * holds a value and so a patient's data: it is for the report of a test, never for a log.
 */
public sealed interface Finding {

    DeviceId device();

    Instant time();

    String parameter();

    /** Acknowledged to the device, and not at the core. */
    record Missing(DeviceId device, Instant time, String parameter, List<Shown> expected) implements Finding {
        public Missing {
            expected = List.copyOf(expected);
        }
    }

    /** Twice or more at the core. */
    record Doubled(DeviceId device, Instant time, String parameter) implements Finding {}

    /** At the core with another number, precision, unit or reason than it was sent with. */
    record Differing(DeviceId device, Instant time, String parameter, List<Shown> expected, Shown found)
            implements Finding {
        public Differing {
            expected = List.copyOf(expected);
        }
    }

    /** At the core and never sent. */
    record Unexpected(DeviceId device, Instant time, String parameter, Shown found) implements Finding {}
}
