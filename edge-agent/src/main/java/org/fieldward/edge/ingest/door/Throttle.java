package org.fieldward.edge.ingest.door;

/** Lets something happen so many times a second, after a burst. Pure; used by one thread at a time. */
final class Throttle {

    private final long perSecond;
    private final long burst;
    private double tokens;
    private long asOfMillis;

    Throttle(int perSecond, int burst, long nowMillis) {
        this.perSecond = perSecond;
        this.burst = burst;
        tokens = burst;
        asOfMillis = nowMillis;
    }

    /** What happens all the same is a debt, but none deeper than a burst. */
    void spend() {
        tokens = Math.max(tokens - 1, -burst);
    }

    /** How long to wait before it may happen again, in milliseconds; 0 for not at all. */
    long waitMillis(long nowMillis) {
        if (tokens > 0) {
            return 0;
        }
        tokens = Math.min(burst, tokens + (nowMillis - asOfMillis) * perSecond / 1000.0);
        asOfMillis = nowMillis;
        return tokens > 0 ? 0 : Math.max(1, (long) Math.ceil((1 - tokens) * 1000 / perSecond));
    }
}
