package org.fieldward.core.delivery;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a message is tried again: doubling, and anything between half of that and all of it, so that
 * what failed together does not come back together. Pure but for its dice; as thread-safe as they are.
 */
public record Backoff(Duration first, Duration most, RandomGenerator random) {

    private static final int DOUBLINGS = 20;

    /** @param failures in a row, from 1 on */
    public Duration after(int failures) {
        long wait = first.toMillis() << Math.min(failures - 1, DOUBLINGS);
        long bound = Math.min(wait, most.toMillis());
        return Duration.ofMillis(bound / 2 + random.nextLong(bound / 2 + 1));
    }
}
