package org.fieldward.proto.batch;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;

/**
 * Readings as numbers: one row each, and three dictionaries, of devices, of boots with clock state, of shapes. It is made of
 * readings or of the columns of batches, and gives either, so that batches become one without an object for each value.
 * Grows; for one thread.
 */
final class ReadingTable {

    private static final int[] NONE = {};
    private static final long[] NO_NUMBERS = {};

    private final Map<String, Integer> deviceNumbers = new HashMap<>();
    private final Map<Boot, Integer> bootNumbers = new HashMap<>();
    private final Map<Shape, Integer> shapeNumbers = new HashMap<>();
    private final long[] slots = new long[Reading.MAX_VALUES];
    private int lastBoot = -1;
    private int lastShape = -1;
    private int numberCount;

    final List<String> devices = new ArrayList<>();
    final List<Boot> boots = new ArrayList<>();
    final List<Shape> shapes = new ArrayList<>();

    /** Rows in use; the columns are as long or longer. */
    int size;

    int[] device = NONE;
    int[] boot = NONE;
    int[] shape = NONE;

    /** Microseconds. */
    long[] received = NO_NUMBERS;

    /** Milliseconds. */
    long[] tick = NO_NUMBERS;

    boolean[] hasDeviceTime = {};

    /** Microseconds. */
    long[] deviceTime = NO_NUMBERS;

    /** Milliseconds. */
    long[] correction = NO_NUMBERS;

    /** Where the numbers of a row begin: one for each slot of its shape, also where that has none. */
    int[] start = NONE;

    long[] numbers = NO_NUMBERS;

    record Boot(long boot, ClockState clock) {}

    /**
     * What a reading looks like without its numbers: of each value the parameter, and either unit and scale or a reason of
     * absence, packed into one number.
     */
    static final class Shape {
        final long[] slots;

        Shape(long[] slots) {
            this.slots = slots;
        }

        static long slot(int parameter, int unit, int scale, int absent) {
            return (long) parameter << 24 | unit << 16 | scale << 8 | absent;
        }

        static int parameter(long slot) {
            return (int) (slot >>> 24);
        }

        static int unit(long slot) {
            return (int) (slot >>> 16 & 0xff);
        }

        static int scale(long slot) {
            return (int) (slot >>> 8 & 0xff);
        }

        static int absent(long slot) {
            return (int) (slot & 0xff);
        }

        /** Which of the slots has a number of this parameter, or -1. */
        int slotOf(int parameter) {
            for (int i = 0; i < slots.length; i++) {
                if (parameter(slots[i]) == parameter) {
                    return absent(slots[i]) == 0 ? i : -1;
                }
            }
            return -1;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Shape one && Arrays.equals(slots, one.slots);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(slots);
        }
    }

    /** Makes room for more rows behind those in use. */
    void reserve(int more) {
        int least = size + more;
        if (device.length >= least) {
            return;
        }
        int rows = device.length == 0 ? least : Math.max(least, 2 * device.length);
        device = Arrays.copyOf(device, rows);
        boot = Arrays.copyOf(boot, rows);
        shape = Arrays.copyOf(shape, rows);
        received = Arrays.copyOf(received, rows);
        tick = Arrays.copyOf(tick, rows);
        hasDeviceTime = Arrays.copyOf(hasDeviceTime, rows);
        deviceTime = Arrays.copyOf(deviceTime, rows);
        correction = Arrays.copyOf(correction, rows);
        start = Arrays.copyOf(start, rows);
    }

    /** Gives a row its shape, and a place for its numbers. */
    void shape(int row, int number) {
        int count = shapes.get(number).slots.length;
        if (numbers.length < numberCount + count) {
            numbers = Arrays.copyOf(
                    numbers,
                    Math.max(numberCount + count, Math.max(2 * numbers.length, (device.length - row) * count)));
        }
        shape[row] = number;
        start[row] = numberCount;
        numberCount += count;
    }

    int deviceNumber(String name) {
        Integer known = deviceNumbers.get(name);
        if (known != null) {
            return known;
        }
        deviceNumbers.put(name, devices.size());
        devices.add(name);
        return devices.size() - 1;
    }

    int bootNumber(long number, ClockState clock) {
        // Most often there is one, and it is the one before.
        if (lastBoot >= 0
                && boots.get(lastBoot).boot() == number
                && boots.get(lastBoot).clock() == clock) {
            return lastBoot;
        }
        var one = new Boot(number, clock);
        Integer known = bootNumbers.putIfAbsent(one, boots.size());
        if (known != null) {
            return lastBoot = known;
        }
        lastBoot = boots.size();
        boots.add(one);
        return lastBoot;
    }

    /** @param packed its slots, and perhaps more behind them */
    int shapeNumber(long[] packed, int count) {
        // The reading before most often looked the same, so it is asked first.
        if (lastShape >= 0) {
            long[] last = shapes.get(lastShape).slots;
            if (Arrays.equals(last, 0, last.length, packed, 0, count)) {
                return lastShape;
            }
        }
        var one = new Shape(Arrays.copyOf(packed, count));
        Integer known = shapeNumbers.putIfAbsent(one, shapes.size());
        if (known != null) {
            return lastShape = known;
        }
        lastShape = shapes.size();
        shapes.add(one);
        return lastShape;
    }

    static ReadingTable of(List<Reading> readings) {
        var table = new ReadingTable();
        table.reserve(readings.size());
        for (int i = 0; i < readings.size(); i++) {
            table.add(readings.get(i));
        }
        return table;
    }

    private void add(Reading reading) {
        int row = size++;
        Stamp stamp = reading.stamp();
        device[row] = deviceNumber(reading.device().name());
        boot[row] = bootNumber(stamp.boot(), stamp.clock());
        received[row] = Micros.of(stamp.receivedAt());
        tick[row] = stamp.tickMillis();
        if (stamp.deviceTime().isPresent()) {
            hasDeviceTime[row] = true;
            deviceTime[row] = Micros.of(stamp.deviceTime().get());
            correction[row] = stamp.correction().toMillis();
        }
        List<Value> values = reading.values();
        for (int i = 0; i < values.size(); i++) {
            slots[i] = switch (values.get(i)) {
                case Value.Quantity quantity ->
                    Shape.slot(
                            quantity.parameter().number(),
                            quantity.unit().number(),
                            quantity.number().scale(),
                            0);
                case Value.Absent absent ->
                    Shape.slot(
                            absent.parameter().number(), 0, 0, absent.reason().number());
            };
        }
        shape(row, shapeNumber(slots, values.size()));
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) instanceof Value.Quantity quantity) {
                numbers[start[row] + i] = unscaled(quantity.number());
            }
        }
    }

    /** {@code unscaledValue} would make a BigInteger of every number. */
    private static long unscaled(BigDecimal number) {
        return number.scaleByPowerOfTen(number.scale()).longValueExact();
    }

    boolean hasCorrections() {
        for (int row = 0; row < size; row++) {
            if (correction[row] != 0) {
                return true;
            }
        }
        return false;
    }

    /** Every row as what it was; throws {@link IllegalArgumentException} if it cannot have been. */
    List<Reading> readings() {
        Catalogue catalogue = Catalogue.standard();
        List<DeviceId> ids = devices.stream().map(DeviceId::new).toList();
        var readings = new ArrayList<Reading>(size);
        for (int row = 0; row < size; row++) {
            Boot known = boots.get(boot[row]);
            var stamp = new Stamp(
                    hasDeviceTime[row] ? Optional.of(Micros.instant(deviceTime[row])) : Optional.empty(),
                    Micros.instant(received[row]),
                    tick[row],
                    known.boot(),
                    known.clock(),
                    correction[row] == 0 ? Duration.ZERO : Duration.ofMillis(correction[row]));
            readings.add(new Reading(ids.get(device[row]), stamp, values(row, catalogue)));
        }
        return readings;
    }

    private List<Value> values(int row, Catalogue catalogue) {
        long[] packed = shapes.get(shape[row]).slots;
        Value[] values = new Value[packed.length];
        for (int i = 0; i < values.length; i++) {
            long slot = packed[i];
            Parameter parameter = catalogue.parameter(Shape.parameter(slot));
            values[i] = Shape.absent(slot) == 0
                    ? new Value.Quantity(
                            parameter,
                            BigDecimal.valueOf(numbers[start[row] + i], Shape.scale(slot)),
                            Unit.of(Shape.unit(slot)))
                    : new Value.Absent(parameter, AbsentReason.of(Shape.absent(slot)));
        }
        return List.of(values);
    }
}
