package org.fieldward.edge.sync;

import java.time.Duration;
import java.time.Instant;
import org.fieldward.proto.reading.ClockState;
import org.jspecify.annotations.Nullable;

/**
 * What time it is, as well as this gateway can know. Until the core has told its time the wall clock is believed; after
 * that, a wall clock that agrees is followed, and one that does not is replaced by the core's time counted on by the
 * monotonic clock. Pure: both clocks are given. Thread-safe.
 */
public final class GatewayClock {

    /** Delay of the link, and what nobody minds in a vital sign. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    /** A cheap crystal is off by up to 100 millionths. */
    private static final long DRIFT_DIVISOR = 10_000;

    private final Instant built;
    private volatile @Nullable Sample sample;

    private record Sample(Instant core, long tickMillis) {}

    /** The best time there is, and how far to trust it. */
    public record Told(Instant time, ClockState state) {}

    /** @param built when the software was built: an earlier time cannot be right */
    public GatewayClock(Instant built) {
        this.built = built;
    }

    /** The core said its time just now. */
    public void coreSaid(Instant core, long tickMillis) {
        sample = new Sample(core, tickMillis);
    }

    public Told tell(Instant wall, long tickMillis) {
        Sample last = sample;
        if (last == null) {
            return new Told(wall, wall.isBefore(built) ? ClockState.IMPLAUSIBLE : ClockState.UNCONFIRMED);
        }
        long passed = tickMillis - last.tickMillis();
        Instant expected = last.core().plusMillis(passed);
        Duration allowed = TOLERANCE.plusMillis(passed / DRIFT_DIVISOR);
        boolean agrees = Duration.between(expected, wall).abs().compareTo(allowed) <= 0;
        return new Told(agrees ? wall : expected, ClockState.SYNCHRONISED);
    }
}
