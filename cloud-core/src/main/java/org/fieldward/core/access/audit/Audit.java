package org.fieldward.core.access.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The audit, to write and to read. Thread-safe. */
public interface Audit {

    /**
     * Takes an entry.
     *
     * @return done when it would survive a power cut: whoever answers a request waits for that first
     */
    CompletableFuture<Void> record(Entry entry);

    /** @param number its place, from 1 without a hole */
    record Stored(long number, Entry entry) {}

    /**
     * What is asked for; empty: all.
     *
     * @param before only smaller numbers
     */
    record Query(
            Optional<Long> before,
            Optional<Long> number,
            Optional<Instant> from,
            Optional<Instant> until,
            Optional<String> agent,
            Optional<String> patient,
            int limit) {

        public static Query newest(int limit) {
            return new Query(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    limit);
        }
    }

    /** Newest first. */
    List<Stored> page(Query query);
}
