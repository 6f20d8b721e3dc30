package org.fieldward.simulator.comparison;

import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.fieldward.proto.reading.Micros;
import org.fieldward.simulator.sample.Spoken;

/**
 * What one device sent, as columns of numbers: 32 bytes a message, so that millions fit. A row says where in the
 * evidence file the message is; the values stay there. Afterwards sorted by device time.
 */
final class DeviceClaims {

    private long[] micros = new long[64];
    private long[] offsets = new long[64];
    private long[] parameters = new long[64];
    private int[] lengths = new int[64];
    private int[] numbers = new int[64];
    private int size;

    void add(Instant time, long number, Iterable<Spoken> values, long offset, int length) {
        if (size == micros.length) {
            grow(size * 2);
        }
        micros[size] = Micros.of(time);
        numbers[size] = Math.toIntExact(number);
        parameters[size] = bits(values);
        offsets[size] = offset;
        lengths[size] = length;
        size++;
    }

    private void grow(int capacity) {
        micros = Arrays.copyOf(micros, capacity);
        offsets = Arrays.copyOf(offsets, capacity);
        parameters = Arrays.copyOf(parameters, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
        numbers = Arrays.copyOf(numbers, capacity);
    }

    /** One bit per parameter; the catalogue's numbers are below 64. */
    private static long bits(Iterable<Spoken> values) {
        long bits = 0;
        for (Spoken value : values) {
            bits |= bit(value.parameter().number());
        }
        return bits;
    }

    static long bit(int parameter) {
        if (parameter > 63) {
            throw new IllegalArgumentException("parameter must be a number below 64, was " + parameter);
        }
        return 1L << parameter;
    }

    /** By device time; among equal times in the order of sending. */
    void sort() {
        if (IntStream.range(1, size).allMatch(row -> micros[row - 1] <= micros[row])) {
            return;
        }
        int[] order = IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparingLong(row -> micros[row]))
                .mapToInt(Integer::intValue)
                .toArray();
        micros = Arrays.stream(order).mapToLong(row -> micros[row]).toArray();
        offsets = Arrays.stream(order).mapToLong(row -> offsets[row]).toArray();
        parameters = Arrays.stream(order).mapToLong(row -> parameters[row]).toArray();
        lengths = Arrays.stream(order).map(row -> lengths[row]).toArray();
        numbers = Arrays.stream(order).map(row -> numbers[row]).toArray();
    }

    int size() {
        return size;
    }

    /** The first row with this device time, or -1. */
    int first(Instant time) {
        int row = Arrays.binarySearch(micros, 0, size, Micros.of(time));
        if (row < 0) {
            return -1;
        }
        while (row > 0 && micros[row - 1] == micros[row]) {
            row--;
        }
        return row;
    }

    /** The row after the last with the same device time. */
    int after(int row) {
        int next = row + 1;
        while (next < size && micros[next] == micros[row]) {
            next++;
        }
        return next;
    }

    long parameters(int row) {
        return parameters[row];
    }

    int number(int row) {
        return numbers[row];
    }

    long offset(int row) {
        return offsets[row];
    }

    int length(int row) {
        return lengths[row];
    }

    long micros(int row) {
        return micros[row];
    }
}
