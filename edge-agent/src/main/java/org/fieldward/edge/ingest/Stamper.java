package org.fieldward.edge.ingest;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.fieldward.edge.decode.Arrival;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.Micros;

/**
 * Says when something arrived. Two answers are at least a microsecond apart, in the order of asking, also when the clock
 * stands still or steps back a little: an instant of arrival names a reading that has no time of its own. A clock that is
 * put right by more than a second is followed: order is told by the sequence, and the time must be the
 * true one. Thread-safe.
 */
public final class Stamper implements Supplier<Arrival> {

    private static final long LARGEST_STEP_MICROS = 1_000_000;

    private final Supplier<Arrival> clocks;
    private final LongSupplier tickMillis;
    private final AtomicLong lastMicros = new AtomicLong(Long.MIN_VALUE);

    /**
     * @param clocks what all of them say now
     * @param tickMillis the monotonic one alone, never negative
     */
    public Stamper(Supplier<Arrival> clocks, LongSupplier tickMillis) {
        this.clocks = clocks;
        this.tickMillis = tickMillis;
    }

    /**
     * Of clocks that are asked one by one.
     *
     * @param boot random per start of the agent
     */
    public Stamper(InstantSource clock, LongSupplier tickMillis, long boot, Supplier<ClockState> state) {
        this(() -> new Arrival(clock.instant(), tickMillis.getAsLong(), boot, state.get()), tickMillis);
    }

    @Override
    public Arrival get() {
        Arrival now = clocks.get();
        long micros = lastMicros.accumulateAndGet(Micros.of(now.receivedAt()), Stamper::after);
        return new Arrival(Micros.instant(micros), now.tickMillis(), now.boot(), now.clock());
    }

    private static long after(long last, long given) {
        return given > last || given < last - LARGEST_STEP_MICROS ? given : last + 1;
    }

    public long tickMillis() {
        return tickMillis.getAsLong();
    }
}
