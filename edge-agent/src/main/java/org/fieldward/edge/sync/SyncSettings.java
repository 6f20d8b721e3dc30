package org.fieldward.edge.sync;

import java.time.Duration;
import org.fieldward.edge.pace.PaceSettings;

/**
 * How the backlog moves up.
 *
 * @param maxBatch records in one batch
 * @param linger how long live readings wait for company while a batch of theirs is under way; alarms never wait
 * @param liveFor how long after its storage a record counts as live and goes before the backlog
 * @param ackTimeout with records under way and no confirmation for so long, the link is dead
 * @param connectTimeout from dialling to the core's welcome
 * @param backoff how long to wait before dialling again
 * @param pace how much of the link may be taken, and when
 */
public record SyncSettings(
        int maxBatch,
        Duration linger,
        Duration liveFor,
        Duration ackTimeout,
        Duration connectTimeout,
        Backoff backoff,
        PaceSettings pace) {

    public static final SyncSettings DEFAULT = new SyncSettings(
            1000,
            Duration.ofMillis(50),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(20),
            new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(2), Duration.ofMinutes(1)),
            PaceSettings.DEFAULT);

    /**
     * Full jitter: a random part of a time that doubles with each failure.
     *
     * @param min after the first failure
     * @param max the most it grows to
     * @param stableAfter a session of at least this length makes the next failure the first again
     */
    public record Backoff(Duration min, Duration max, Duration stableAfter) {

        private static final int MAX_DOUBLINGS = 20;

        public Backoff {
            positive("core.retry-min", min);
            positive("core.stable-after", stableAfter);
            if (max.compareTo(min) < 0) {
                throw new IllegalArgumentException("core.retry-max must be at least core.retry-min, was " + max);
            }
        }

        /**
         * How many milliseconds to wait: gateways that fell together do not come back together.
         *
         * @param failures in a row, from 1 on
         * @param chance uniform in [0, 1)
         */
        long millis(int failures, double chance) {
            long doubled = min.toMillis() << Math.min(failures - 1, MAX_DOUBLINGS);
            return (long) (chance * Math.min(doubled, max.toMillis()));
        }
    }

    public SyncSettings {
        if (maxBatch < 1 || maxBatch > 10_000) {
            throw new IllegalArgumentException("core.max-batch must be 1 to 10000, was " + maxBatch);
        }
        if (linger.isNegative() || linger.compareTo(Duration.ofSeconds(10)) > 0) {
            throw new IllegalArgumentException("core.linger must be 0s to 10s, was " + linger);
        }
        positive("core.live-for", liveFor);
        positive("core.ack-timeout", ackTimeout);
        positive("core.connect-timeout", connectTimeout);
    }

    private static void positive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(key + " must be more than nothing, was " + value);
        }
    }
}
