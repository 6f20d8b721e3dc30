package org.fieldward.core.access.person;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Makes guessing slow: after so many failures each further one doubles the time until the next try is looked at. Remembers a
 * bounded number of names. Thread-safe.
 */
final class Throttle {

    private static final int MAX_NAMES = 10_000;
    private static final int MAX_DOUBLINGS = 9;
    private static final Duration FIRST = Duration.ofSeconds(2);
    private static final Duration FORGET = Duration.ofHours(1);

    private record Failures(int count, Instant last) {}

    private final int free;
    private final Map<String, Failures> byName = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > MAX_NAMES;
        }
    };

    /** @param free failures that cost nothing yet */
    Throttle(int free) {
        this.free = free;
    }

    /** How long to wait before the next try; empty: it may be now. */
    synchronized Optional<Duration> pause(String name, Instant now) {
        Failures failures = present(name, now);
        if (failures.count() < free) {
            return Optional.empty();
        }
        Duration whole = FIRST.multipliedBy(1L << Math.min(failures.count() - free, MAX_DOUBLINGS));
        Duration left = Duration.between(now, failures.last().plus(whole));
        return left.isNegative() || left.isZero() ? Optional.empty() : Optional.of(left);
    }

    synchronized void failed(String name, Instant now) {
        byName.put(name, new Failures(present(name, now).count() + 1, now));
    }

    synchronized void succeeded(String name) {
        byName.remove(name);
    }

    private Failures present(String name, Instant now) {
        Failures failures = byName.getOrDefault(name, new Failures(0, now));
        return now.isAfter(failures.last().plus(FORGET)) ? new Failures(0, now) : failures;
    }
}
