package org.fieldward.simulator.fleet;

import java.time.Duration;
import org.fieldward.simulator.payload.PayloadFormat;

/**
 * How every device of a fleet talks to the gateway.
 *
 * @param qos 0, 1 or 2
 * @param window publishes that may be unacknowledged at once, per device
 * @param patience how long without an answer until the connection is taken for dead
 * @param retry bounds of the wait before connecting again
 */
public record FleetSettings(
        Gateway gateway, Logins logins, PayloadFormat format, int qos, int window, Duration patience, Retry retry) {

    /**
     * Bounds of the wait before connecting again.
     *
     * @param seed of the jitter
     */
    public record Retry(Duration min, Duration max, long seed) {
        public static final Retry USUAL = new Retry(Duration.ofMillis(200), Duration.ofSeconds(5), 1);
    }

    public FleetSettings {
        if (qos < 0 || qos > 2) {
            throw new IllegalArgumentException("qos must be 0, 1 or 2, was " + qos);
        }
        if (window < 1 || window > 60_000) {
            throw new IllegalArgumentException("window must be 1 to 60000, was " + window);
        }
        if (!patience.isPositive()) {
            throw new IllegalArgumentException("patience must be longer than nothing, was " + patience);
        }
    }

    /** JSON at QoS 1, 20 in flight, 20 seconds of patience. */
    public static FleetSettings usual(Gateway gateway, Logins logins) {
        return new FleetSettings(gateway, logins, PayloadFormat.JSON, 1, 20, Duration.ofSeconds(20), Retry.USUAL);
    }

    public FleetSettings withFormat(PayloadFormat other) {
        return new FleetSettings(gateway, logins, other, qos, window, patience, retry);
    }
}
