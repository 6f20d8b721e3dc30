package org.fieldward.core.webhook.source;

import java.time.Duration;
import java.time.Instant;

/** Lets so many a minute pass, and as many at once after a quiet minute. Not thread-safe. */
final class Pace {

    private static final double MINUTE = Duration.ofMinutes(1).toMillis();

    private final int perMinute;
    private double left;
    private Instant at;

    Pace(int perMinute, Instant now) {
        this.perMinute = perMinute;
        this.left = perMinute;
        this.at = now;
    }

    int perMinute() {
        return perMinute;
    }

    boolean take(Instant now) {
        double gained = Math.max(0, Duration.between(at, now).toMillis()) / MINUTE * perMinute;
        left = Math.min(perMinute, left + gained);
        at = now;
        if (left < 1) {
            return false;
        }
        left -= 1;
        return true;
    }
}
