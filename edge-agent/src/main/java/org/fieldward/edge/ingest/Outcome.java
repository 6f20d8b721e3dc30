package org.fieldward.edge.ingest;

import org.fieldward.edge.buffer.RejectReason;

/** What became of one publish. */
public sealed interface Outcome {

    /** Durable. */
    record Accepted() implements Outcome {}

    /**
     * Durable in quarantine: it must not come back.
     *
     * @param detail for the device itself; may hold what it measured, so never for a log
     */
    record Refused(RejectReason reason, String detail) implements Outcome {
        @Override
        public String toString() {
            return "Refused[" + reason + "]";
        }
    }

    /** Not stored: no room for its lane. */
    record Full() implements Outcome {}

    /** Not stored: the disk failed. Nothing may be acknowledged. */
    record Failed() implements Outcome {}

    /** Not for the buffer: handed to subscribers in the ward. */
    record Delivered(int subscribers) implements Outcome {}

    /** Not stored: this client may not publish there. */
    record Denied() implements Outcome {}
}
