package org.fieldward.edge.sync;

import java.time.Duration;
import java.util.Optional;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceSet;

/** What happens to the uplink. */
public sealed interface SyncEvent {

    /** Time passed. */
    record Tick() implements SyncEvent {}

    /** Records became durable. */
    record Stored(Lane lane, long count) implements SyncEvent {}

    /** Records came to light that are older than all that was looked for. */
    record Salvaged() implements SyncEvent {}

    /** The core takes this session; what it already held was forgotten before. */
    record Welcomed(long session, int window, int protocol) implements SyncEvent {}

    /** The core has these, and the buffer durably forgot them. */
    record Confirmed(long session, SequenceSet sequences) implements SyncEvent {}

    record Refused(long session, Optional<Duration> retryAfter) implements SyncEvent {}

    record LinkDown(long session) implements SyncEvent {}

    /**
     * Answer to {@link SyncAction.Send}: this went out.
     *
     * @param bytes of its content
     */
    record Sent(SyncAction.Source source, SequenceSet sequences, long bytes) implements SyncEvent {}

    /** Answer to {@link SyncAction.Send}: the buffer has nothing there. */
    record NothingThere(SyncAction.Source source) implements SyncEvent {}
}
