package org.fieldward.proto.clock;

import java.time.Duration;
import java.time.Instant;

/**
 * What a gateway's monotonic clock said at an instant of the core: by it the gateway tells the time where its wall clock is
 * wrong, and the core puts right what was stamped by such a clock (IEEE 11073-20601 knows it as the coincident timestamp).
 *
 * @param tickMillis comparable only within one boot
 */
public record Coincidence(long tickMillis, Instant core) {

    /** What the link may have delayed, and what nobody minds in a vital sign. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    /** A cheap crystal is off by up to 100 millionths. */
    private static final long DRIFT_DIVISOR = 10_000;

    /** The time at another tick of the same boot; right to the drift of a crystal. */
    public Instant at(long tick) {
        return core.plusMillis(tick - tickMillis);
    }

    /** Whether a wall clock that said this at that tick may be right. */
    public boolean agrees(Instant wall, long tick) {
        Duration allowed = TOLERANCE.plusMillis(Math.abs(tick - tickMillis) / DRIFT_DIVISOR);
        return Duration.between(at(tick), wall).abs().compareTo(allowed) <= 0;
    }
}
