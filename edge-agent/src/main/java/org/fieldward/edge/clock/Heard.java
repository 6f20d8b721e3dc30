package org.fieldward.edge.clock;

/**
 * The stretch of time, by a device's clock, of which the device has told everything: it is heard at its pace, with one lag.
 * What it says again of this stretch it did not keep back, so its clock was set. Where it missed a beat there is a hole,
 * and what was missed may still come. Not thread-safe.
 */
final class Heard {

    private static final int MAX_HOLES = 16;

    /** A lag that differs by more is of something that was kept. */
    private static final long JITTER = 10_000;

    private final long longestSilence;
    private final long[] holeFrom = new long[MAX_HOLES];
    private final long[] holeTo = new long[MAX_HOLES];
    private int holes;
    private boolean going;
    private long from;
    private long to;
    private long lag;
    private long firstLag;
    private long tick;
    private long beat;

    /** @param longestSilenceMillis a device that says nothing for longer is no longer heard */
    Heard(long longestSilenceMillis) {
        longestSilence = longestSilenceMillis;
    }

    boolean isGoingOn(long tickMillis) {
        return going && tickMillis - tick <= longestSilence;
    }

    /** By how much the gateway's clock was ahead of what it said last. */
    long lag() {
        return lag;
    }

    /** Whether it is well behind what was said last, and the device had no beat to tell there. */
    boolean hasTold(long saidMillis) {
        if (saidMillis < from || saidMillis >= to - longestSilence) {
            return false;
        }
        for (int i = 0; i < Math.min(holes, MAX_HOLES); i++) {
            if (saidMillis > holeFrom[i] && saidMillis < holeTo[i]) {
                return false;
            }
        }
        return true;
    }

    void end() {
        going = false;
    }

    void add(Evidence told) {
        if (!isGoingOn(told.tickMillis())) {
            begin(told);
            return;
        }
        if (Math.abs(told.lagMillis() - lag) > JITTER) {
            return;
        }
        if (Math.abs(told.lagMillis() - firstLag) > JITTER) {
            // A backlog that is catching up: of what is in flight any part may come again.
            begin(told);
            return;
        }
        long step = told.saidMillis() - to;
        if (step > 0) {
            if (beat == 0 || step <= beat) {
                if (step < beat * 0.55) {
                    // Faster than it seemed: before, beats were missed that nobody noticed.
                    begin(told);
                }
                beat = step;
            } else if (step > beat * 1.9) {
                hole(told.saidMillis());
            }
            to = told.saidMillis();
        }
        lag = told.lagMillis();
        tick = told.tickMillis();
    }

    private void begin(Evidence told) {
        going = true;
        from = told.saidMillis();
        to = told.saidMillis();
        lag = told.lagMillis();
        firstLag = told.lagMillis();
        tick = told.tickMillis();
        beat = 0;
        holes = 0;
    }

    /** Only so many are kept in mind: nothing is sure any more of what lies before the first of them. */
    private void hole(long until) {
        int at = holes % MAX_HOLES;
        if (holes >= MAX_HOLES) {
            from = Math.max(from, holeTo[at]);
        }
        holeFrom[at] = to;
        holeTo[at] = until;
        holes++;
    }
}
