package org.fieldward.edge.sync;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How the uplink is, for people. The word "connected" is left out on purpose: {@code lastConfirmedAt} says more.
 *
 * @param problem the last reason why a session ended, empty before the first
 */
public record SyncStatus(
        Link link,
        long session,
        Optional<Instant> lastConfirmedAt,
        long confirmed,
        long accepted,
        Map<String, Long> quarantined,
        Optional<String> problem) {

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
