package org.fieldward.edge.alarm;

import java.util.Arrays;

/**
 * Since when something holds for each parameter of one device. Most hold for none, and a gateway has thousands of devices:
 * it takes room for what was remembered once, not for what might be. For one thread.
 */
final class Since {

    private static final long[] NOTHING = {};

    private long[] millis = NOTHING;

    /** In milliseconds, or -1. */
    long at(int number) {
        return number < millis.length ? millis[number] : -1;
    }

    /** @param tick in milliseconds, 0 or more */
    void remember(int number, long tick) {
        if (number >= millis.length) {
            int before = millis.length;
            millis = Arrays.copyOf(millis, number + 1);
            Arrays.fill(millis, before, number + 1, -1);
        }
        millis[number] = tick;
    }

    void forget(int number) {
        if (number < millis.length) {
            millis[number] = -1;
        }
    }

    void forgetAll() {
        millis = NOTHING;
    }
}
