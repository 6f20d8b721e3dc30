package org.fieldward.edge.ingest.session.sqlite;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.fieldward.proto.reading.Micros;

/**
 * Between the monotonic clock, which dies with a run, and the wall clock, which may be wrong.
 *
 * @param plausibleFrom a wall clock that says less was not set; a time written by it says nothing about how long ago it was
 */
public record Moments(InstantSource clock, LongSupplier tickMillis, Instant plausibleFrom) {

    long nowMicros() {
        return Micros.of(clock.instant());
    }

    long millisUntil(long deadlineMillis) {
        return Math.max(0, deadlineMillis - tickMillis.getAsLong());
    }

    /** How long ago something was written; 0 where nobody can know. */
    long millisSince(long writtenMicros) {
        long from = Micros.of(plausibleFrom);
        long now = nowMicros();
        return writtenMicros < from || now < writtenMicros ? 0 : (now - writtenMicros) / 1000;
    }

    /** A deadline on this run's monotonic clock. */
    long deadline(long writtenMicros, long goodForMillis) {
        return tickMillis.getAsLong() + Math.max(0, goodForMillis - millisSince(writtenMicros));
    }
}
