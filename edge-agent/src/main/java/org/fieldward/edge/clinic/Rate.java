package org.fieldward.edge.clinic;

/** How many came in the last minute and the last hour: a ring of seconds and one of minutes. For one thread. */
final class Rate {

    private static final int SLOTS = 60;
    private static final long SECOND_MILLIS = 1_000;
    private static final long MINUTE_MILLIS = 60_000;

    private final Ring seconds = new Ring(SECOND_MILLIS);
    private final Ring minutes = new Ring(MINUTE_MILLIS);

    void count(long tickMillis) {
        seconds.count(tickMillis);
        minutes.count(tickMillis);
    }

    int lastMinute(long tickMillis) {
        return seconds.sum(tickMillis);
    }

    int lastHour(long tickMillis) {
        return minutes.sum(tickMillis);
    }

    /** Counts of the slot under way and the 59 before it. */
    private static final class Ring {
        private final int[] counts = new int[SLOTS];
        private final long slotMillis;
        private long current;

        Ring(long slotMillis) {
            this.slotMillis = slotMillis;
        }

        void count(long tickMillis) {
            moveTo(tickMillis / slotMillis);
            counts[(int) (current % SLOTS)]++;
        }

        int sum(long tickMillis) {
            moveTo(tickMillis / slotMillis);
            int sum = 0;
            for (int count : counts) {
                sum += count;
            }
            return sum;
        }

        private void moveTo(long slot) {
            long passed = Math.min(slot - current, SLOTS);
            for (long i = 1; i <= passed; i++) {
                counts[(int) ((current + i) % SLOTS)] = 0;
            }
            current = Math.max(current, slot);
        }
    }
}
