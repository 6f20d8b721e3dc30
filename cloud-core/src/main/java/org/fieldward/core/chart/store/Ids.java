package org.fieldward.core.chart.store;

import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Ids of new resources: UUIDs of version 7 (RFC 9562 section 5.7), which ascend with time and so stand side by side in an
 * index. Thread-safe if its random generator is.
 */
final class Ids {

    private final InstantSource clock;
    private final RandomGenerator random;

    Ids(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    String next() {
        long high = clock.millis() << 16 | 0x7000 | random.nextLong() & 0x0fff;
        long low = Long.MIN_VALUE | random.nextLong() >>> 2;
        return new UUID(high, low).toString();
    }
}
