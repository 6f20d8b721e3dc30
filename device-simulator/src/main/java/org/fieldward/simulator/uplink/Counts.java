package org.fieldward.simulator.uplink;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** What all simulated gateways together have seen. Thread-safe. */
final class Counts {

    private static final long MAX_NANOS = 600_000_000_000L;

    final LongAdder confirmed = new LongAdder();
    final LongAdder batches = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final LongAdder turnedAway = new LongAdder();
    final LongAdder quarantined = new LongAdder();
    final AtomicInteger welcomed = new AtomicInteger();
    final AtomicInteger finished = new AtomicInteger();
    private final Recorder latency = new Recorder(1, MAX_NANOS, 3);
    private final AtomicReference<Optional<UplinkException>> failure = new AtomicReference<>(Optional.empty());

    void confirmed(int readings, long nanos) {
        confirmed.add(readings);
        batches.increment();
        latency.recordValue(Math.clamp(nanos, 1, MAX_NANOS));
    }

    /** Since it was asked last. */
    Histogram latencies() {
        return latency.getIntervalHistogram();
    }

    void failed(UplinkException why) {
        failure.compareAndSet(Optional.empty(), Optional.of(why));
    }

    /** Throws what went wrong, if something did. */
    void check() {
        failure.get().ifPresent(why -> {
            throw why;
        });
    }
}
