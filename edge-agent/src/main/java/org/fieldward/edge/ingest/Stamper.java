package org.fieldward.edge.ingest;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.fieldward.edge.decode.Arrival;
import org.fieldward.proto.reading.ClockState;

/**
 * Says when something arrived. Two answers are at least a microsecond apart, in the order of asking, also when the clock
 * stands still or steps back a little: an instant of arrival names a reading that has no time of its own. A clock that is
 * put right by more than a second is followed: order is told by the sequence, and the time must be the
 * true one. Thread-safe.
 */
public final class Stamper implements Supplier<Arrival> {

    private static final long LARGEST_STEP_MICROS = 1_000_000;

    private final InstantSource clock;
    private final LongSupplier tickMillis;
    private final long boot;
    private final Supplier<ClockState> state;
    private final AtomicLong lastMicros = new AtomicLong(Long.MIN_VALUE);

    /**
     * @param tickMillis monotonic, never negative
     * @param boot random per start of the agent
     */
    public Stamper(InstantSource clock, LongSupplier tickMillis, long boot, Supplier<ClockState> state) {
        this.clock = clock;
        this.tickMillis = tickMillis;
        this.boot = boot;
        this.state = state;
    }

    @Override
    public Arrival get() {
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
        long micros = lastMicros.accumulateAndGet(now, Stamper::after);
        Instant receivedAt =
                Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000L);
        return new Arrival(receivedAt, tickMillis.getAsLong(), boot, state.get());
    }

    private static long after(long last, long given) {
        return given > last || given < last - LARGEST_STEP_MICROS ? given : last + 1;
    }

    public long tickMillis() {
        return tickMillis.getAsLong();
    }
}
