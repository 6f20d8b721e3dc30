package org.fieldward.edge.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.fieldward.proto.batch.BatchCodec;

/**
 * How the uplink is, for people. The word "connected" is left out on purpose: {@code lastConfirmedAt} says more.
 *
 * @param problem the last reason why a session ended, empty before the first
 * @param held the link is up and readings wait for the transfer window
 * @param protocol the version that the core chose for the session; 0 while there is none
 * @param copyAt when the core last said that another copy of this buffer speaks too
 * @param caughtUpIn when nothing will wait any more if it goes on as now; empty while nobody can know
 */
public record SyncStatus(
        Link link,
        long session,
        Optional<Instant> lastConfirmedAt,
        long confirmed,
        long accepted,
        Map<String, Long> quarantined,
        Optional<String> problem,
        boolean held,
        Optional<Duration> caughtUpIn,
        Optional<Instant> copyAt,
        int protocol) {

    /** The protocol version from which on a core takes documents. */
    static final int FIRST_WITH_DOCUMENTS = BatchCodec.WITH_DOCUMENTS;

    /** Whether the core must be updated before documents can go there. */
    public boolean isTooOldForDocuments() {
        return link == Link.UP && protocol < FIRST_WITH_DOCUMENTS;
    }

    public enum Link {
        /** Nothing is tried: this gateway is not enrolled, or has no core. */
        NONE,
        WAITING,
        CONNECTING,
        UP
    }

    public SyncStatus {
        quarantined = Map.copyOf(quarantined);
    }
}
