package org.fieldward.edge.sync;

import java.time.Instant;
import org.fieldward.proto.clock.Coincidence;
import org.fieldward.proto.reading.ClockState;
import org.jspecify.annotations.Nullable;

/**
 * What time it is, as well as this gateway can know. Until the core has told its time the wall clock is believed; after
 * that, a wall clock that agrees is followed, and one that does not is replaced by the core's time counted on by the
 * monotonic clock. A core whose own clock jumps is believed when it says so twice, and never before the software was built:
 * by one wrong word every device would be put wrong. Pure: both clocks are given. Thread-safe.
 */
public final class GatewayClock {

    private final Instant built;
    private volatile @Nullable Coincidence last;
    private @Nullable Coincidence doubted;

    /** The best time there is, and how far to trust it. */
    public record Told(Instant time, ClockState state) {}

    /** @param built when the software was built: an earlier time cannot be right */
    public GatewayClock(Instant built) {
        this.built = built;
    }

    /** The core said its time just now. */
    public synchronized void coreSaid(Instant core, long tickMillis) {
        if (core.isBefore(built)) {
            return;
        }
        var said = new Coincidence(tickMillis, core);
        if (last == null || isExpected(last, said) || isExpected(doubted, said)) {
            last = said;
            doubted = null;
        } else {
            doubted = said;
        }
    }

    private static boolean isExpected(@Nullable Coincidence before, Coincidence said) {
        return before != null && before.agrees(said.core(), said.tickMillis());
    }

    public Told tell(Instant wall, long tickMillis) {
        Coincidence known = last;
        if (known == null) {
            return new Told(wall, wall.isBefore(built) ? ClockState.IMPLAUSIBLE : ClockState.UNCONFIRMED);
        }
        return new Told(known.agrees(wall, tickMillis) ? wall : known.at(tickMillis), ClockState.SYNCHRONISED);
    }
}
