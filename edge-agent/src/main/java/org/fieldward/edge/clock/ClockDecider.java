package org.fieldward.edge.clock;

import java.util.Arrays;
import org.fieldward.proto.reading.Stamp;

/**
 * Decides how far one device's clock is off. Pure: each message's evidence in, the correction out. Not thread-safe.
 *
 * <p>A delay can only make a message look late, so its lag is the most that the clock may be behind. Hence what is certain:
 * a time later than arrival is wrong; so is one that does not go on from where a device was, that has been heard all the
 * time. What is likely: a lag that stays constant at the pace of real time is a wrong clock, for a backlog catches up.
 * Anything else is believed as before.
 */
final class ClockDecider {

    private static final long QUARTER_HOUR = 900_000;

    /** A clock that is off by a time zone is off by just that: so two gateways, and this one after a restart, agree. */
    private static final long SNAP = 30_000;

    /** Lags that differ by less are the same, once for what is measured and once for what is said while sending. */
    private static final long JITTER = 5_000;

    private static final long PAIR_JITTER = 2_000;

    /** Without a word for longer nobody knows whether the lag was constant. */
    private static final long LONGEST_SILENCE = 20 * 60_000;

    private static final int FEWEST_MESSAGES = 5;

    /** Sooner believed: a clock that is told while sending, and a lag that no store explains. */
    private static final long SOON = 20_000;

    private static final int FEWEST_SOON = 3;
    private static final long YEAR = 366L * 86_400_000;

    /** So many changes within the hour, and the clock is not believed to hold what it was put right by. */
    private static final int MANY_CHANGES = 4;

    private static final long CHANGES_WITHIN = 3_600_000;
    private static final long CALM = 600_000;
    private static final long NEVER = Long.MIN_VALUE / 2;

    private final long tolerance;
    private final long likely;
    private final long steady;
    private long correction;
    private boolean tellsWhenSending;

    private final Heard heard;

    /** A lag that may turn out to be constant. */
    private int candidates;

    private long candidate;
    private long least;
    private long candidateSince;
    private long candidateTick;
    private long candidateSaid;

    private final long[] changes = new long[MANY_CHANGES];
    private int nextChange;
    private boolean unsteady;
    private long calmLag;
    private long calmSince;

    /** @param known the correction that was in force before a restart, 0 for none; void if the device contradicts it */
    ClockDecider(ClockSettings settings, long known) {
        tolerance = settings.tolerance().toMillis();
        likely = settings.likely().toMillis();
        steady = settings.steady().toMillis();
        correction = known;
        heard = new Heard(tolerance / 2);
        Arrays.fill(changes, NEVER);
    }

    /** @throws IllegalArgumentException if no device can be put right by so many milliseconds */
    static long checked(long millis) {
        if (Math.abs(millis / 1000) >= Stamp.MAX_CORRECTION.toSeconds()) {
            throw new IllegalArgumentException(
                    "a correction must be at most " + Stamp.MAX_CORRECTION.toDays() + " days");
        }
        return millis;
    }

    /** In milliseconds, to be added to what the device says; 0 while it is believed. */
    long correction() {
        return correction;
    }

    /** Whether the device is as far off as it was known to be. */
    boolean holds(long lagMillis) {
        return correction != 0 && Math.abs(lagMillis - correction) <= tolerance;
    }

    /** Whether the clock jumps to and fro, so that it is not put right. */
    boolean isUnsteady() {
        return unsteady;
    }

    /** The correction for the message that told this. */
    long on(Evidence told) {
        if (unsteady && !calmedDown(told)) {
            return correction;
        }
        tellsWhenSending |= told.isPair();
        long beyond = told.lagMillis() - correction;
        if (tellsWhenSending && !told.isPair() && beyond >= -tolerance) {
            return correction;
        }
        boolean isHeard = heard.isGoingOn(told.tickMillis());
        if (Math.abs(beyond) <= tolerance) {
            candidates = 0;
        } else if (Math.abs(told.lagMillis()) <= tolerance) {
            // Set right again: that a delay is as long as the clock was ahead is less likely.
            change(0, told);
        } else if (beyond < 0
                && (told.lagMillis() < 0 || (isHeard && Math.abs(heard.lag() - correction) <= tolerance))) {
            change(told.lagMillis(), told);
        } else if (isHeard && heard.hasTold(told.saidMillis())) {
            change(correction + told.lagMillis() - heard.lag(), told);
        } else {
            if (beyond < 0) {
                // Less late than its clock was thought to be behind: that is void, and what is right is not known yet.
                change(0, told);
            }
            consider(told);
        }
        heard.add(told);
        return correction;
    }

    private void consider(Evidence told) {
        long jitter = told.isPair() ? PAIR_JITTER : JITTER;
        boolean goesOn = candidates > 0
                && told.tickMillis() - candidateTick <= LONGEST_SILENCE
                && told.saidMillis() >= candidateSaid
                && Math.abs(told.lagMillis() - candidate) <= jitter;
        if (!goesOn) {
            candidates = 1;
            candidate = told.lagMillis();
            least = told.lagMillis();
            candidateSince = told.tickMillis();
        } else {
            candidates += told.saidMillis() > candidateSaid ? 1 : 0;
            least = Math.min(least, told.lagMillis());
        }
        candidateTick = told.tickMillis();
        candidateSaid = told.saidMillis();
        if (isConstant(told)) {
            change(least, told);
        }
    }

    private boolean isConstant(Evidence told) {
        long lasted = told.tickMillis() - candidateSince;
        if (told.isPair() || least > YEAR) {
            return candidates >= FEWEST_SOON && lasted >= SOON;
        }
        return candidates >= FEWEST_MESSAGES && lasted >= steady && least - correction > likely;
    }

    private void change(long lag, Evidence told) {
        correction = Math.abs(lag) <= tolerance ? 0 : snapped(lag);
        candidates = 0;
        heard.end();
        long oldest = changes[nextChange];
        changes[nextChange] = told.tickMillis();
        nextChange = (nextChange + 1) % MANY_CHANGES;
        if (told.tickMillis() - oldest <= CHANGES_WITHIN) {
            unsteady = true;
            correction = 0;
            calmLag = told.lagMillis();
            calmSince = told.tickMillis();
        }
    }

    private boolean calmedDown(Evidence told) {
        if (Math.abs(told.lagMillis() - calmLag) > tolerance) {
            calmLag = told.lagMillis();
            calmSince = told.tickMillis();
        }
        if (told.tickMillis() - calmSince < CALM) {
            return false;
        }
        unsteady = false;
        heard.end();
        candidates = 0;
        Arrays.fill(changes, NEVER);
        return true;
    }

    private static long snapped(long lag) {
        long quarter = Math.round(lag / (double) QUARTER_HOUR) * QUARTER_HOUR;
        return Math.abs(lag - quarter) <= SNAP && quarter != 0 ? quarter : Math.round(lag / 1000.0) * 1000;
    }
}
