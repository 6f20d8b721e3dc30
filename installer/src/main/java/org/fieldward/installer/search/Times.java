package org.fieldward.installer.search;

import java.util.Arrays;
import java.util.Locale;

/** How long answers took, in nanoseconds, in the order asked. */
record Times(long[] nanos) {

    double millis(double part) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(part * sorted.length) - 1)] / 1e6;
    }

    /** The first answer apart, because nobody had warmed anything for it. */
    String told() {
        return String.format(Locale.ROOT, "%.1f / %.1f (first %.0f)", millis(0.5), millis(0.99), nanos[0] / 1e6);
    }
}
