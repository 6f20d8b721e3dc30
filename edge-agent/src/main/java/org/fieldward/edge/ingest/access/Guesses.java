package org.fieldward.edge.ingest.access;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down whoever guesses passwords. Counts per address and name, so that a guesser at one address never locks out the
 * device itself at another; and per address over all names. Logic only: the time is given. Bounded in memory. Thread-safe.
 */
final class Guesses {

    /** Wrong passwords within {@link #WINDOW_MILLIS} that cost nothing but themselves. */
    static final int FREE = 5;

    static final long WINDOW_MILLIS = 60_000;
    static final long FIRST_WAIT_MILLIS = 1_000;
    static final long LONGEST_WAIT_MILLIS = 60_000;

    /** After so long without a wrong password a name and address begin anew. */
    static final long FORGET_MILLIS = 600_000;

    /** Wrong passwords that one address has at once, over all names, and how many it gets back each second. */
    static final int ADDRESS_BUDGET = 250;

    static final int ADDRESS_PER_SECOND = 5;

    /** More than one address can fill within {@link #FORGET_MILLIS}: it cannot push out what is held against it. */
    private static final int MAX_KEPT = 4_096;

    private final Map<Guesser, Tally> tallies = newest();
    private final Map<String, Budget> budgets = newest();

    /** What becomes of an attempt. */
    sealed interface Verdict {
        /** To be followed by one {@link #end}. */
        record Allowed() implements Verdict {}

        /** Not before so long. */
        record Wait(long millis) implements Verdict {}
    }

    /** How an allowed attempt ended. */
    enum Outcome {
        RIGHT,
        WRONG,
        /** Nobody looked. */
        UNCHECKED
    }

    private record Guesser(String address, String name) {}

    private static final class Tally {
        private final Deque<Long> wrong = new ArrayDeque<>();
        private int underWay;
        private int strikes;
        private long lockedUntil = Long.MIN_VALUE;

        private boolean isBlank() {
            return underWay == 0 && strikes == 0 && wrong.isEmpty();
        }

        private void clear() {
            wrong.clear();
            strikes = 0;
            lockedUntil = Long.MIN_VALUE;
        }
    }

    /** May go below zero: attempts that were under way together are all counted. */
    private static final class Budget {
        private double left = ADDRESS_BUDGET;
        private long atMillis;

        private Budget(long nowMillis) {
            atMillis = nowMillis;
        }

        private void refill(long nowMillis) {
            left = Math.min(ADDRESS_BUDGET, left + (nowMillis - atMillis) * ADDRESS_PER_SECOND / 1000.0);
            atMillis = nowMillis;
        }
    }

    /** Whether somebody at this address may say a password for this name now. */
    synchronized Verdict begin(String address, String name, long nowMillis) {
        var guesser = new Guesser(address, name);
        Tally tally = tallies.computeIfAbsent(guesser, key -> new Tally());
        forget(tally, nowMillis);
        if (nowMillis < tally.lockedUntil) {
            return new Verdict.Wait(tally.lockedUntil - nowMillis);
        }
        // Many at once must not get further than one after the other.
        int together = tally.strikes > 0 ? 1 : FREE - tally.wrong.size();
        if (tally.underWay >= together) {
            return new Verdict.Wait(FIRST_WAIT_MILLIS);
        }
        tally.underWay++;
        return new Verdict.Allowed();
    }

    /** Whether a password from this address is worth the price of checking it. */
    synchronized boolean hasBudget(String address, long nowMillis) {
        Budget budget = budgets.get(address);
        if (budget == null) {
            return true;
        }
        budget.refill(nowMillis);
        return budget.left >= 1;
    }

    /** Returns what the next attempt would hear. */
    synchronized Verdict end(String address, String name, Outcome outcome, long nowMillis) {
        var guesser = new Guesser(address, name);
        Tally tally = tallies.computeIfAbsent(guesser, key -> new Tally());
        tally.underWay = Math.max(0, tally.underWay - 1);
        switch (outcome) {
            case RIGHT -> tally.clear();
            case WRONG -> {
                wrong(tally, nowMillis);
                Budget budget = budgets.computeIfAbsent(address, key -> new Budget(nowMillis));
                budget.refill(nowMillis);
                budget.left = Math.max(-ADDRESS_BUDGET, budget.left - 1);
            }
            case UNCHECKED -> forget(tally, nowMillis);
        }
        if (tally.isBlank()) {
            tallies.remove(guesser);
        }
        return nowMillis < tally.lockedUntil ? new Verdict.Wait(tally.lockedUntil - nowMillis) : new Verdict.Allowed();
    }

    private static void wrong(Tally tally, long nowMillis) {
        forget(tally, nowMillis);
        tally.wrong.add(nowMillis);
        if (tally.strikes > 0 || tally.wrong.size() >= FREE) {
            long wait = FIRST_WAIT_MILLIS << Math.min(tally.strikes, 10);
            tally.lockedUntil = nowMillis + Math.min(LONGEST_WAIT_MILLIS, wait);
            tally.strikes++;
        }
        while (tally.wrong.size() > FREE) {
            tally.wrong.removeFirst();
        }
    }

    /** A name under lock is remembered for longer than one that only failed now and then. */
    private static void forget(Tally tally, long nowMillis) {
        Long last = tally.wrong.peekLast();
        if (last != null && nowMillis - last > FORGET_MILLIS) {
            tally.clear();
        }
        while (tally.strikes == 0 && !tally.wrong.isEmpty() && nowMillis - tally.wrong.getFirst() > WINDOW_MILLIS) {
            tally.wrong.removeFirst();
        }
    }

    /** Forgets what was not touched for the longest time. */
    private static <K, V> Map<K, V> newest() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > MAX_KEPT;
            }
        };
    }
}
