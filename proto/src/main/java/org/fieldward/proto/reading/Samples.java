package org.fieldward.proto.reading;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The samples of one block, as the device counts them: whole numbers from -1,000,000,000 to 1,000,000,000, or one of
 * three marks. Immutable; equal by content.
 */
public final class Samples {

    public static final int MAX_SAMPLE = 1_000_000_000;

    /** There is no sample: the sensor is off, or nobody knows. */
    public static final int MISSING = Integer.MIN_VALUE;

    /** Below what the device can measure. */
    public static final int BELOW = Integer.MIN_VALUE + 1;

    /** Above what the device can measure. */
    public static final int ABOVE = Integer.MAX_VALUE;

    private final int[] values;

    private Samples(int[] values) {
        this.values = values;
    }

    public static Samples of(int... values) {
        for (int value : values) {
            if (!isMark(value) && (value > MAX_SAMPLE || value < -MAX_SAMPLE)) {
                throw new IllegalArgumentException(
                        "samples must be -" + MAX_SAMPLE + " to " + MAX_SAMPLE + " or a mark, had " + value);
            }
        }
        return new Samples(values.clone());
    }

    public static boolean isMark(int value) {
        return value == MISSING || value == BELOW || value == ABOVE;
    }

    public int size() {
        return values.length;
    }

    public int get(int index) {
        return values[index];
    }

    public boolean has(int mark) {
        return Arrays.stream(values).anyMatch(value -> value == mark);
    }

    public IntStream stream() {
        return Arrays.stream(values);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Samples samples && Arrays.equals(values, samples.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    /** How many, and none of them: they are a patient's. */
    @Override
    public String toString() {
        return values.length + " samples";
    }
}
