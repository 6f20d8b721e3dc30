package org.fieldward.edge.sync;

import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** What the uplink does next. */
public sealed interface SyncAction {

    record Nothing() implements SyncAction {}

    record Connect(long session) implements SyncAction {}

    /** End this session, whatever TCP says about it. */
    record Hangup(long session) implements SyncAction {}

    /** Read so many records from the buffer and send them; answered with Sent or NothingThere at once. */
    record Send(Source source, SequenceRange within, SequenceSet excluding, int max) implements SyncAction {}

    /**
     * Where records come from.
     *
     * @param late true for the backlog, false for what was just stored
     */
    record Source(Lane lane, boolean late) {}
}
