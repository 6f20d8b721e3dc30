package org.fieldward.edge.ingest.door;

import java.util.concurrent.atomic.LongAdder;

/** What the door counts since its start. Thread-safe. */
record DoorCounters(
        LongAdder published, LongAdder denied, LongAdder violations, LongAdder refusedLogins, LongAdder turnedAway) {

    DoorCounters() {
        this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
    }
}
