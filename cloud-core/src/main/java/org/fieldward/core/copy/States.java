package org.fieldward.core.copy;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.chart.Key;

/** What is known of the copies, whichever core keeps them. Thread-safe. */
public interface States {

    /**
     * How a copy is.
     *
     * @param position number of the chart's version up to which it has everything
     * @param failures in a row
     * @param refused how many documents its store could not take
     */
    record State(
            long position,
            Optional<Instant> copiedAt,
            int failures,
            Optional<Instant> failingSince,
            Optional<Failure> last,
            long refused,
            Optional<Verification> verification) {}

    /** @param error without content or credentials */
    record Failure(String error, Instant at) {}

    /** When it ended, and what was found. */
    record Verification(Instant at, long millis, Drift drift) {}

    State of(String copy);

    void worked(String copy, Instant at);

    void failed(String copy, String error, Instant at);

    void refused(String copy, Set<Key> keys, Instant at);

    /** What was refused before then is there by now, or no longer wanted. */
    void accepted(String copy, Instant before);

    void verified(String copy, Verification verification);
}
