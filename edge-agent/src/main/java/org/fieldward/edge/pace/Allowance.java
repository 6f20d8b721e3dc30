package org.fieldward.edge.pace;

/**
 * A cap on bytes per second: a bucket that fills with time. Whoever finds it not empty may take more than is in it, and the
 * next waits until the debt is paid: so the average holds whatever the size of a batch. For one thread.
 */
public final class Allowance {

    /** What may be saved up while nothing is sent. */
    private static final double MOST_SECONDS = 1;

    private final long bytesPerSecond;
    private double left;
    private long at;

    /** @param bytesPerSecond 0 for no limit */
    public Allowance(long bytesPerSecond, long now) {
        this.bytesPerSecond = bytesPerSecond;
        left = bytesPerSecond * MOST_SECONDS;
        at = now;
    }

    public boolean isOpen(long now) {
        return openAt(now) <= now;
    }

    private long openAt(long now) {
        if (bytesPerSecond == 0) {
            return now;
        }
        fill(now);
        return left > 0 ? now : now + 1 + (long) (-left * 1000 / bytesPerSecond);
    }

    /** When to look again because of the cap alone: never if nothing is held back now. */
    public long wakeAt(long now) {
        long open = openAt(now);
        return open > now ? open : Long.MAX_VALUE;
    }

    public void take(long bytes, long now) {
        if (bytesPerSecond > 0) {
            fill(now);
            left -= bytes;
        }
    }

    private void fill(long now) {
        left = Math.min(bytesPerSecond * MOST_SECONDS, left + (now - at) * bytesPerSecond / 1000.0);
        at = now;
    }
}
