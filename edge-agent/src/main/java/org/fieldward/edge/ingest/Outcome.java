package org.fieldward.edge.ingest;

import org.fieldward.edge.buffer.RejectReason;

/** What became of one publish. */
public sealed interface Outcome {

    /** Durable. */
    record Accepted() implements Outcome {}

    /** Durable in quarantine: it must not come back. */
    record Refused(RejectReason reason) implements Outcome {}

    /** Not stored: no room for its lane. */
    record Full() implements Outcome {}

    /** Not stored: the disk failed. Nothing may be acknowledged. */
    record Failed() implements Outcome {}

    /** Not for the buffer: handed to subscribers in the ward. */
    record Delivered(int subscribers) implements Outcome {}

    /** Not stored: this client may not publish there. */
    record Denied() implements Outcome {}
}
