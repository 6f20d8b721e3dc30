package org.fieldward.core.journal;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.fieldward.proto.sequence.SequenceSet;

/** What the journal holds of each gateway, and how far a follower is behind it. Thread-safe. */
public interface Standing {

    /**
     * @param epoch one life of a buffer file of the gateway
     * @param first its first sequence
     */
    record Held(String gateway, long epoch, SequenceSet covered, long first) {}

    /** Ordered by gateway, then epoch. */
    List<Held> held();

    /** When it was last noticed that a gateway's buffer speaks from two copies, by gateway. */
    Map<String, Instant> copies();

    /** How many entries are confirmed that this follower has not worked through. */
    long unread(String follower);
}
