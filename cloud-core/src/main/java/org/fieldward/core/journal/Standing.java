package org.fieldward.core.journal;

import java.util.List;
import org.fieldward.proto.sequence.SequenceSet;

/** What the journal holds of each gateway, and how far a follower is behind it. Thread-safe. */
public interface Standing {

    /** @param epoch the life of one buffer file of the gateway; its sequences begin at 1 */
    record Held(String gateway, long epoch, SequenceSet covered) {}

    /** Ordered by gateway, then epoch. */
    List<Held> held();

    /** How many entries are confirmed that this follower has not worked through. */
    long unread(String follower);
}
