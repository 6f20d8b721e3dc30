package org.fieldward.edge.decode;

import java.util.List;
import java.util.function.Supplier;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Reading;

/** Reads one format. Stateless, so that every event loop may use it. */
interface PayloadParser {

    /**
     * All readings of the payload, at least one, in its order; each with an arrival of its own.
     *
     * @throws Fault if any of it cannot be used
     */
    List<Reading> parse(DeviceId device, byte[] payload, Supplier<Arrival> arrivals);
}
