package org.fieldward.proto.batch;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;
import org.jspecify.annotations.Nullable;

/**
 * Readings, column by column. Three dictionaries (devices, boots with clock state, shapes) come first, then one column
 * for each of: device, boot, shape, time of arrival, tick, device time, its correction if any has one, and one for each parameter's numbers. A
 * <i>shape</i> is what a reading looks like without its numbers: parameters, units, decimal places, reasons of absence.
 */
final class ReadingColumns {

    private static final int MAX_SHAPES = 100_000;
    static final int PARAMETERS = highestParameter() + 1;

    private ReadingColumns() {}

    /** One slot of a shape as it is read: parameter, and either unit and scale or a reason of absence. Kept as numbers. */
    private record Slot(int parameter, int unit, int scale, int absent) {}

    private record Boot(long boot, ClockState clock) {}

    static final class Encoder {
        private final List<Reading> readings;
        private final Map<DeviceId, Integer> devices = new LinkedHashMap<>();
        private final Map<Boot, Integer> boots = new LinkedHashMap<>();
        private final Map<Shape, Integer> shapes = new LinkedHashMap<>();
        private final Sink deviceColumn = new Sink();
        private final Sink bootColumn = new Sink();
        private final Sink shapeColumn = new Sink();
        private final Sink receivedColumn = new Sink();
        private final Sink tickColumn = new Sink();
        private final Sink deviceTimeColumn = new Sink();
        private final Sink correctionColumn = new Sink();
        private final @Nullable Sink[] numberColumns = new @Nullable Sink[PARAMETERS];
        private final boolean withCorrections;

        /** The reading before most often looked the same, so it is asked first. */
        private long[] lastSlots = new long[0];

        private int lastShape;

        /** @param withCorrections whether the column of corrections is written */
        Encoder(List<Reading> readings, boolean withCorrections) {
            this.readings = readings;
            this.withCorrections = withCorrections;
        }

        void write(Sink out) {
            int[] deviceOf = new int[readings.size()];
            for (int i = 0; i < deviceOf.length; i++) {
                deviceOf[i] = devices.computeIfAbsent(readings.get(i).device(), name -> devices.size());
            }
            ReadingHistory history = new ReadingHistory(devices.size());
            int previousDevice = -1;
            for (int i = 0; i < deviceOf.length; i++) {
                Reading reading = readings.get(i);
                // Wards report in turn: the next device is most often the one after the last.
                deviceColumn.signed(deviceOf[i] - (previousDevice + 1L));
                previousDevice = deviceOf[i];
                times(reading.stamp(), deviceOf[i], history);
                values(reading.values(), deviceOf[i], history);
            }
            out.unsigned(devices.size());
            devices.keySet().forEach(device -> out.text(device.name()));
            out.unsigned(boots.size());
            boots.keySet().forEach(boot -> {
                out.signed(boot.boot());
                out.unsigned(boot.clock().number());
            });
            out.unsigned(shapes.size());
            shapes.keySet().forEach(shape -> shape.write(out));
            for (Sink column :
                    List.of(deviceColumn, bootColumn, shapeColumn, receivedColumn, tickColumn, deviceTimeColumn)) {
                out.append(column);
            }
            if (withCorrections) {
                out.append(correctionColumn);
            }
            for (int parameter = 1; parameter < PARAMETERS; parameter++) {
                Sink column = numberColumns[parameter];
                if (column != null) {
                    out.append(column);
                }
            }
        }

        private void times(Stamp stamp, int device, ReadingHistory history) {
            bootColumn.unsigned(boots.computeIfAbsent(new Boot(stamp.boot(), stamp.clock()), b -> boots.size()));
            long received = micros(stamp.receivedAt());
            receivedColumn.signed(received - history.received);
            history.received = received;
            // The tick runs beside the clock, so only their distance is worth writing down.
            long distance = Math.floorDiv(received, 1000) - stamp.tickMillis();
            tickColumn.signed(distance - history.tickDistance);
            history.tickDistance = distance;
            if (stamp.deviceTime().isEmpty()) {
                deviceTimeColumn.unsigned(0);
                return;
            }
            long time = micros(stamp.deviceTime().get());
            long surprise = time - history.expectedDeviceTime(device);
            if (surprise % 1000 == 0) {
                deviceTimeColumn.unsigned(1 + 2 * zigzag(surprise / 1000));
            } else {
                deviceTimeColumn.unsigned(2);
                deviceTimeColumn.signed(surprise);
            }
            history.deviceTime(device, time);
            correctionColumn.signed(
                    history.correctionStep(device, stamp.correction().toMillis()));
        }

        private void values(List<Value> values, int device, ReadingHistory history) {
            long[] slots = new long[values.size()];
            for (int i = 0; i < slots.length; i++) {
                switch (values.get(i)) {
                    case Value.Quantity quantity -> {
                        int parameter = quantity.parameter().number();
                        BigDecimal number = quantity.number();
                        slots[i] = Shape.slot(parameter, quantity.unit().number(), number.scale(), 0);
                        long unscaled = unscaled(number);
                        column(parameter).signed(unscaled - history.expectedNumber(device, parameter));
                        history.number(device, parameter, unscaled);
                    }
                    case Value.Absent absent ->
                        slots[i] = Shape.slot(
                                absent.parameter().number(),
                                0,
                                0,
                                absent.reason().number());
                }
            }
            if (!Arrays.equals(slots, lastSlots)) {
                lastShape = shapes.computeIfAbsent(new Shape(slots), shape -> shapes.size());
                lastSlots = slots;
            }
            shapeColumn.unsigned(lastShape);
        }

        /** {@code unscaledValue} would make a BigInteger of every number. */
        private static long unscaled(BigDecimal number) {
            return number.scaleByPowerOfTen(number.scale()).longValueExact();
        }

        private Sink column(int parameter) {
            Sink column = numberColumns[parameter];
            if (column == null) {
                column = new Sink();
                numberColumns[parameter] = column;
            }
            return column;
        }
    }

    /** The slots of one shape, packed, as one key. */
    private static final class Shape {
        private final long[] slots;

        Shape(long[] slots) {
            this.slots = slots;
        }

        static long slot(int parameter, int unit, int scale, int absent) {
            return (long) parameter << 24 | unit << 16 | scale << 8 | absent;
        }

        void write(Sink out) {
            out.unsigned(slots.length);
            for (long slot : slots) {
                out.unsigned(slot >>> 24);
                out.unsigned(slot & 0xff);
                if ((slot & 0xff) == 0) {
                    out.unsigned(slot >>> 16 & 0xff);
                    out.unsigned(slot >>> 8 & 0xff);
                }
            }
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Shape shape && Arrays.equals(slots, shape.slots);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(slots);
        }
    }

    static final class Decoder {
        private final Source in;
        private final int count;
        private final boolean withCorrections;
        private final Catalogue catalogue = Catalogue.standard();

        Decoder(Source in, int count, boolean withCorrections) {
            this.in = in;
            this.count = count;
            this.withCorrections = withCorrections;
        }

        List<Reading> read() {
            List<DeviceId> devices = list("devices", 2, () -> new DeviceId(in.text("device", DeviceId.MAX_LENGTH)));
            List<Boot> boots = list("boots", 2, () -> new Boot(in.signed(), ClockState.of(in.index("clock state", 4))));
            List<List<Slot>> shapes = list("shapes", 3, this::shape);
            int[] deviceOf = new int[count];
            int previous = -1;
            for (int i = 0; i < count; i++) {
                long device = previous + 1L + in.signed();
                if (device < 0 || device >= devices.size()) {
                    throw new BatchException("device must be below " + devices.size() + ", was " + device);
                }
                deviceOf[i] = previous = (int) device;
            }
            int[] bootOf = indexes("boot", boots.size());
            int[] shapeOf = indexes("shape", shapes.size());
            ReadingHistory history = new ReadingHistory(devices.size());
            Stamp[] stamps = stamps(deviceOf, bootOf, boots, history);
            long[][] numbers = numbers(deviceOf, shapeOf, shapes, history);
            var readings = new ArrayList<Reading>(count);
            for (int i = 0; i < count; i++) {
                readings.add(
                        new Reading(devices.get(deviceOf[i]), stamps[i], values(shapes.get(shapeOf[i]), numbers[i])));
            }
            return readings;
        }

        private Stamp[] stamps(int[] deviceOf, int[] bootOf, List<Boot> boots, ReadingHistory history) {
            long[] received = new long[count];
            for (int i = 0; i < count; i++) {
                received[i] = history.received += in.signed();
            }
            long[] ticks = new long[count];
            for (int i = 0; i < count; i++) {
                history.tickDistance += in.signed();
                ticks[i] = Math.floorDiv(received[i], 1000) - history.tickDistance;
            }
            List<Optional<Instant>> deviceTimes = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                deviceTimes.add(deviceTime(deviceOf[i], history));
            }
            Stamp[] stamps = new Stamp[count];
            for (int i = 0; i < count; i++) {
                Boot boot = boots.get(bootOf[i]);
                Optional<Instant> deviceTime = deviceTimes.get(i);
                Duration correction = withCorrections && deviceTime.isPresent()
                        ? history.correction(deviceOf[i], in.signed())
                        : Duration.ZERO;
                stamps[i] =
                        new Stamp(deviceTime, instant(received[i]), ticks[i], boot.boot(), boot.clock(), correction);
            }
            return stamps;
        }

        private Optional<Instant> deviceTime(int device, ReadingHistory history) {
            long head = in.unsigned();
            if (head == 0) {
                return Optional.empty();
            }
            if ((head & 1) == 0 && head != 2) {
                throw new BatchException("device time must be 0, 2 or odd, was " + head);
            }
            long surprise = head == 2 ? in.signed() : unzigzag((head - 1) >>> 1) * 1000;
            long time = history.expectedDeviceTime(device) + surprise;
            history.deviceTime(device, time);
            return Optional.of(instant(time));
        }

        private long[][] numbers(int[] deviceOf, int[] shapeOf, List<List<Slot>> shapes, ReadingHistory history) {
            long[][] numbers = new long[count][];
            boolean[] used = new boolean[PARAMETERS];
            for (int i = 0; i < count; i++) {
                List<Slot> shape = shapes.get(shapeOf[i]);
                numbers[i] = new long[shape.size()];
                for (Slot slot : shape) {
                    used[slot.parameter()] |= slot.absent() == 0;
                }
            }
            for (int parameter = 1; parameter < PARAMETERS; parameter++) {
                if (used[parameter]) {
                    for (int i = 0; i < count; i++) {
                        int slot = slotOf(shapes.get(shapeOf[i]), parameter);
                        if (slot >= 0) {
                            long number = history.expectedNumber(deviceOf[i], parameter) + in.signed();
                            history.number(deviceOf[i], parameter, number);
                            numbers[i][slot] = number;
                        }
                    }
                }
            }
            return numbers;
        }

        private static int slotOf(List<Slot> shape, int parameter) {
            for (int i = 0; i < shape.size(); i++) {
                if (shape.get(i).parameter() == parameter) {
                    return shape.get(i).absent() == 0 ? i : -1;
                }
            }
            return -1;
        }

        private List<Value> values(List<Slot> shape, long[] numbers) {
            Value[] values = new Value[shape.size()];
            for (int i = 0; i < values.length; i++) {
                Slot slot = shape.get(i);
                Parameter parameter = catalogue.parameter(slot.parameter());
                values[i] = slot.absent() == 0
                        ? new Value.Quantity(
                                parameter, BigDecimal.valueOf(numbers[i], slot.scale()), Unit.of(slot.unit()))
                        : new Value.Absent(parameter, AbsentReason.of(slot.absent()));
            }
            return List.of(values);
        }

        private List<Slot> shape() {
            int size = in.count("values", Reading.MAX_VALUES, 2);
            var shape = new ArrayList<Slot>(size);
            for (int i = 0; i < size; i++) {
                int parameter = in.index("parameter", PARAMETERS);
                int absent = in.index("absent reason", AbsentReason.values().length + 1);
                shape.add(
                        absent == 0
                                ? new Slot(
                                        parameter,
                                        in.index("unit", Unit.values().length + 1),
                                        in.index("scale", Value.MAX_DIGITS + 1),
                                        0)
                                : new Slot(parameter, 0, 0, absent));
            }
            return shape;
        }

        private int[] indexes(String field, int size) {
            int[] indexes = new int[count];
            for (int i = 0; i < count; i++) {
                indexes[i] = in.index(field, size);
            }
            return indexes;
        }

        private <T> List<T> list(String field, int bytesEach, Supplier<T> each) {
            int size = in.count(field, MAX_SHAPES, bytesEach);
            var list = new ArrayList<T>(size);
            for (int i = 0; i < size; i++) {
                list.add(each.get());
            }
            return list;
        }
    }

    static long micros(Instant instant) {
        long second = instant.getEpochSecond();
        int micros = instant.getNano() / 1000;
        // Counted from the next second down, or the earliest instant that a number can say would overflow on the way.
        return second < 0 && micros > 0
                ? Math.addExact(Math.multiplyExact(second + 1, 1_000_000L), micros - 1_000_000L)
                : Math.addExact(Math.multiplyExact(second, 1_000_000L), micros);
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
    }

    private static long zigzag(long value) {
        return (value << 1) ^ (value >> 63);
    }

    private static long unzigzag(long value) {
        return (value >>> 1) ^ -(value & 1);
    }

    private static int highestParameter() {
        return Catalogue.standard().all().stream()
                .mapToInt(Parameter::number)
                .max()
                .orElse(0);
    }
}
