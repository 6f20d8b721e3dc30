package org.fieldward.simulator.core;

import java.util.function.Consumer;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.line.StoredLine;

/** What the core has stored. */
public interface CoreExport {

    /** Calls the consumer with the current version of every stored reading of the device, in any order. */
    void readings(DeviceId device, TimeSpan span, Consumer<StoredLine> each);
}
