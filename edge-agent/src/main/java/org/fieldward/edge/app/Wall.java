package org.fieldward.edge.app;

import java.time.Instant;
import java.util.Optional;
import org.fieldward.edge.decode.Arrival;
import org.fieldward.edge.sync.CloudLink.ClockReading;
import org.fieldward.edge.sync.GatewayClock;
import org.fieldward.proto.reading.ClockState;

/** The clocks of this machine, read here and nowhere else. Thread-safe. */
final class Wall {

    private final long startNanos = System.nanoTime();
    private final long boot;
    private final GatewayClock clock;

    Wall(long boot, Instant built) {
        this.boot = boot;
        clock = new GatewayClock(built);
    }

    GatewayClock clock() {
        return clock;
    }

    long boot() {
        return boot;
    }

    /** Milliseconds since the start; only goes forward. */
    long tickMillis() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }

    /** The best time there is. */
    Instant now() {
        return told().time();
    }

    ClockState state() {
        return told().state();
    }

    ClockReading read() {
        GatewayClock.Told told = told();
        return new ClockReading(told.time(), tickMillis(), boot, told.state());
    }

    /** As the stamp of what comes in now. */
    Arrival arrival() {
        long tick = tickMillis();
        GatewayClock.Told told = clock.tell(Instant.now(), tick);
        return new Arrival(told.time(), tick, boot, told.state());
    }

    /** Only a time that somebody vouched for may refuse a certificate. */
    Optional<Instant> certain() {
        GatewayClock.Told told = told();
        return told.state() == ClockState.SYNCHRONISED ? Optional.of(told.time()) : Optional.empty();
    }

    /** Empty while the clock is older than the software, as it is without a battery: then it says nothing. */
    Optional<Instant> plausible() {
        GatewayClock.Told told = told();
        return told.state() == ClockState.IMPLAUSIBLE ? Optional.empty() : Optional.of(told.time());
    }

    private GatewayClock.Told told() {
        return clock.tell(Instant.now(), tickMillis());
    }
}
