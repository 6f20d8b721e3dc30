package org.fieldward.core.distribution.outbox;

import java.time.Duration;

/**
 * How long the core tries, and remembers.
 *
 * @param retryFor {@code subscription.retry-for}, how long a receiver may take nothing before it is given up; 72 hours by
 *     default
 * @param keep {@code subscription.keep}, how long events are kept for {@code $events} and for who comes back; 14 days by
 *     default, and not less than {@code retryFor}
 * @param patience {@code subscription.patience}, how long an answer may take; 10 seconds by default
 * @param maxReceivers {@code subscription.max}, Subscriptions and targets together; 500 by default
 */
public record OutboxSettings(Duration retryFor, Duration keep, Duration patience, int maxReceivers) {

    public OutboxSettings {
        if (retryFor.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("subscription.retry-for must be at least 1s, was " + retryFor);
        }
        if (keep.compareTo(retryFor) < 0) {
            throw new IllegalArgumentException(
                    "subscription.keep must not be shorter than subscription.retry-for, was " + keep);
        }
        if (patience.compareTo(Duration.ofMillis(100)) < 0 || patience.compareTo(Duration.ofSeconds(60)) > 0) {
            throw new IllegalArgumentException("subscription.patience must be 100ms to 60s, was " + patience);
        }
        if (maxReceivers < 1 || maxReceivers > 10_000) {
            throw new IllegalArgumentException("subscription.max must be 1 to 10000, was " + maxReceivers);
        }
    }

    public static OutboxSettings standard() {
        return new OutboxSettings(Duration.ofHours(72), Duration.ofDays(14), Duration.ofSeconds(10), 500);
    }
}
