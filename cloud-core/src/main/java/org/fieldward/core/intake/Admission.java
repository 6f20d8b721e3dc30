package org.fieldward.core.intake;

import java.time.Duration;
import java.util.Optional;

/**
 * How many gateways come in at a time, so that five hundred that return at once are taken one after the other. Who finds no
 * place is given a time at which there will be one: each the next free one, and not all the same. Pure: times are
 * milliseconds; a clock that is set back costs a moment, no more. Thread-safe.
 */
public final class Admission {

    /** A core that is busy has more to do than to open sessions. */
    private static final Duration BUSY = Duration.ofSeconds(10);

    /** Nobody is sent away for longer: much may have changed by then. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final int perSecond;
    private final int most;
    private double places;
    private long at;
    private double nextFree;

    /**
     * @param perSecond sessions that are opened a second; as many may come in the first moment
     * @param most sessions that may be open at once
     */
    public Admission(int perSecond, int most, long now) {
        this.perSecond = perSecond;
        this.most = most;
        places = perSecond;
        at = now;
        nextFree = now;
    }

    /**
     * @param open sessions that are open now
     * @param busy the journal has more waiting than it should
     * @return empty if the caller may come in; else how long it should stay away
     */
    public synchronized Optional<Duration> turnedAway(int open, boolean busy, long now) {
        places = Math.min(perSecond, places + Math.max(0, now - at) * perSecond / 1000.0);
        at = now;
        if (!busy && open < most && places >= 1) {
            places--;
            return Optional.empty();
        }
        // Who is sent away has a place of its own reserved, so that they do not all find the same one.
        nextFree = Math.max(nextFree, now) + 1000.0 / perSecond;
        Duration wait = Duration.ofMillis((long) Math.ceil(nextFree - now));
        if (busy || open >= most) {
            wait = wait.plus(BUSY);
        }
        if (wait.compareTo(LONGEST) > 0) {
            nextFree = now;
            wait = LONGEST;
        }
        return Optional.of(wait);
    }
}
