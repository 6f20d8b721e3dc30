package org.fieldward.simulator.device;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before connecting again: anything between nothing and a bound that doubles with every failure (full
 * jitter), so that a ward does not return all at once. Pure but for the random numbers that it is given.
 */
public final class Backoff {

    private final Duration min;
    private final Duration max;
    private final RandomGenerator random;
    private int failures;

    public Backoff(Duration min, Duration max, RandomGenerator random) {
        if (!min.isPositive() || min.compareTo(max) > 0) {
            throw new IllegalArgumentException("retry-min must be positive and at most retry-max, was " + min);
        }
        this.min = min;
        this.max = max;
        this.random = random;
    }

    public Duration next() {
        long bound = min.toMillis() << Math.min(failures++, 20);
        return Duration.ofMillis(1 + random.nextLong(Math.min(bound, max.toMillis())));
    }

    public void succeeded() {
        failures = 0;
    }
}
