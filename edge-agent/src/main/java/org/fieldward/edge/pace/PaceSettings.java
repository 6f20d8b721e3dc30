package org.fieldward.edge.pace;

import java.time.Duration;
import java.util.Optional;

/**
 * How much of the link the gateway may take, and when.
 *
 * @param order of the backlog; alarms and events always go oldest first
 * @param maxBytesPerSecond of batches to the core, on average; 0 for no limit
 * @param window outside of it only alarms and events go; empty: always open
 * @param liveDelay how long what is new may wait on the link behind what went before it
 */
public record PaceSettings(
        BacklogOrder order, long maxBytesPerSecond, Optional<TransferWindow> window, Duration liveDelay) {

    public static final PaceSettings DEFAULT =
            new PaceSettings(BacklogOrder.OLDEST_FIRST, 0, Optional.empty(), Duration.ofSeconds(2));

    /** Which end of the backlog goes first. */
    public enum BacklogOrder {
        OLDEST_FIRST,
        NEWEST_FIRST
    }

    public PaceSettings {
        if (maxBytesPerSecond != 0 && maxBytesPerSecond < 100) {
            throw new IllegalArgumentException(
                    "core.max-bytes-per-second must be 0 or at least 100, was " + maxBytesPerSecond);
        }
        if (liveDelay.toMillis() < 100 || liveDelay.compareTo(Duration.ofSeconds(60)) > 0) {
            throw new IllegalArgumentException(
                    "core.live-delay-millis must be 100 to 60000, was " + liveDelay.toMillis());
        }
    }
}
