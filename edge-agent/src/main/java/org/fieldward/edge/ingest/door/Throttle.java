package org.fieldward.edge.ingest.door;

/** Lets a client publish so many times a second, after a burst of as many. Pure; used by one thread. */
final class Throttle {

    private final long perSecond;
    private double tokens;
    private long asOfMillis;

    Throttle(int perSecond, long nowMillis) {
        this.perSecond = perSecond;
        tokens = perSecond;
        asOfMillis = nowMillis;
    }

    void spend() {
        tokens--;
    }

    /** How long the client has to wait before it may go on; 0 for not at all. */
    long waitMillis(long nowMillis) {
        if (tokens > 0) {
            return 0;
        }
        tokens = Math.min(perSecond, tokens + (nowMillis - asOfMillis) * perSecond / 1000.0);
        asOfMillis = nowMillis;
        return tokens > 0 ? 0 : Math.max(1, (long) Math.ceil((1 - tokens) * 1000 / perSecond));
    }
}
