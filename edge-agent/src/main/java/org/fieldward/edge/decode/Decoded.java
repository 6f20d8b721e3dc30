package org.fieldward.edge.decode;

import java.util.List;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.proto.reading.Reading;

/** What a payload turned out to be: all of it, or nothing. */
public sealed interface Decoded {

    /** One to {@link Decoder#MAX_READINGS}, in the order of the payload. */
    record Readings(List<Reading> readings) implements Decoded {
        public Readings {
            readings = List.copyOf(readings);
        }
    }

    /**
     * Not one reading of the payload is used.
     *
     * @param detail names the field, the rule and what was found; may hold a measured value, so it is for the
     *     quarantine and never for a log
     */
    record Refused(RejectReason reason, String detail) implements Decoded {}
}
