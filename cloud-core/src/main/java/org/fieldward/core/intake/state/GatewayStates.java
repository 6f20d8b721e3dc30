package org.fieldward.core.intake.state;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.proto.reading.Lane;

/** How each gateway is doing, by what it said last. Thread-safe. */
public interface GatewayStates {

    /**
     * @param connected a session is open now
     * @param backlog records per lane that the core has not confirmed, by the last heartbeat
     * @param lastConfirmedAt when the core last confirmed something of it
     * @param copyAt when another copy of this gateway's buffer was last noticed
     * @param clockOffset the gateway's clock minus the core's, empty while nobody knows
     */
    record GatewayState(
            String gateway,
            boolean connected,
            Optional<Instant> lastSeenAt,
            Optional<Instant> lastConfirmedAt,
            Map<Lane, Long> backlog,
            Optional<Duration> clockOffset,
            Optional<Instant> copyAt) {
        public GatewayState {
            backlog = Map.copyOf(backlog);
        }
    }

    /** Ordered by the gateway's name. */
    List<GatewayState> all();
}
