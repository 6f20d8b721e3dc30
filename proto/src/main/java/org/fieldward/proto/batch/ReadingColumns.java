package org.fieldward.proto.batch;

import org.fieldward.proto.batch.ReadingTable.Shape;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;

/**
 * Readings, column by column. Three dictionaries (devices, boots with clock state, shapes) come first, then one column
 * for each of: device, boot, shape, time of arrival, tick, device time, its correction if any has one, and one for each parameter's numbers. A
 * <i>shape</i> is what a reading looks like without its numbers: parameters, units, decimal places, reasons of absence.
 */
final class ReadingColumns {

    private static final int MAX_SHAPES = 100_000;
    private static final int PARAMETERS = highestParameter() + 1;

    private ReadingColumns() {}

    /** @param withCorrections whether the column of corrections is written */
    static void write(ReadingTable table, boolean withCorrections, Sink out) {
        dictionaries(table, out);
        int previousDevice = -1;
        for (int row = 0; row < table.size; row++) {
            // Wards report in turn: the next device is most often the one after the last.
            out.signed(table.device[row] - (previousDevice + 1L));
            previousDevice = table.device[row];
        }
        for (int row = 0; row < table.size; row++) {
            out.unsigned(table.boot[row]);
        }
        for (int row = 0; row < table.size; row++) {
            out.unsigned(table.shape[row]);
        }
        var history = new ReadingHistory();
        history.begin(table.devices.size());
        times(table, history, out);
        if (withCorrections) {
            for (int row = 0; row < table.size; row++) {
                if (table.hasDeviceTime[row]) {
                    out.signed(history.correctionStep(table.device[row], table.correction[row]));
                }
            }
        }
        numbers(table, history, out);
    }

    private static void dictionaries(ReadingTable table, Sink out) {
        out.unsigned(table.devices.size());
        table.devices.forEach(out::text);
        out.unsigned(table.boots.size());
        table.boots.forEach(boot -> {
            out.signed(boot.boot());
            out.unsigned(boot.clock().number());
        });
        out.unsigned(table.shapes.size());
        for (Shape shape : table.shapes) {
            out.unsigned(shape.slots.length);
            for (long slot : shape.slots) {
                out.unsigned(Shape.parameter(slot));
                out.unsigned(Shape.absent(slot));
                if (Shape.absent(slot) == 0) {
                    out.unsigned(Shape.unit(slot));
                    out.unsigned(Shape.scale(slot));
                }
            }
        }
    }

    private static void times(ReadingTable table, ReadingHistory history, Sink out) {
        for (int row = 0; row < table.size; row++) {
            out.signed(table.received[row] - history.received);
            history.received = table.received[row];
        }
        for (int row = 0; row < table.size; row++) {
            // The tick runs beside the clock, so only their distance is worth writing down.
            long distance = Math.floorDiv(table.received[row], 1000) - table.tick[row];
            out.signed(distance - history.tickDistance);
            history.tickDistance = distance;
        }
        for (int row = 0; row < table.size; row++) {
            if (!table.hasDeviceTime[row]) {
                out.unsigned(0);
                continue;
            }
            long time = table.deviceTime[row];
            long surprise = time - history.expectedDeviceTime(table.device[row]);
            if (surprise % 1000 == 0) {
                out.unsigned(1 + 2 * zigzag(surprise / 1000));
            } else {
                out.unsigned(2);
                out.signed(surprise);
            }
            history.deviceTime(table.device[row], time);
        }
    }

    private static void numbers(ReadingTable table, ReadingHistory history, Sink out) {
        boolean[] used = new boolean[PARAMETERS];
        table.shapes.forEach(shape -> use(shape, used));
        int[] slotOf = new int[table.shapes.size()];
        for (int parameter = 1; parameter < PARAMETERS; parameter++) {
            if (used[parameter]) {
                for (int shape = 0; shape < slotOf.length; shape++) {
                    slotOf[shape] = table.shapes.get(shape).slotOf(parameter);
                }
                history.beginNumbers();
                for (int row = 0; row < table.size; row++) {
                    int slot = slotOf[table.shape[row]];
                    if (slot >= 0) {
                        long number = table.numbers[table.start[row] + slot];
                        out.signed(number - history.expectedNumber(table.device[row]));
                        history.number(table.device[row], number);
                    }
                }
            }
        }
    }

    private static void use(Shape shape, boolean[] used) {
        for (long slot : shape.slots) {
            used[Shape.parameter(slot)] = true;
        }
    }

    /** Reads columns into a table, behind what is there. Many batches may be read by one, each with a history of its own. */
    static final class Reader {
        private final ReadingTable table;
        private final ReadingHistory history = new ReadingHistory();
        private final long[] slots = new long[Reading.MAX_VALUES];
        private int[] devices = {};
        private int[] boots = {};
        private int[] shapes = {};
        private int[] deviceOf = {};

        Reader(ReadingTable table) {
            this.table = table;
        }

        /** @param count of readings in these columns */
        void read(Source in, int count, boolean withCorrections) {
            int deviceCount = devices(in);
            int bootCount = boots(in);
            int shapeCount = shapes(in);
            int from = table.size;
            table.reserve(count);
            deviceOf = room(deviceOf, count);
            int previous = -1;
            for (int i = 0; i < count; i++) {
                long device = previous + 1L + in.signed();
                if (device < 0 || device >= deviceCount) {
                    throw new BatchException("device must be below " + deviceCount + ", was " + device);
                }
                deviceOf[i] = previous = (int) device;
                table.device[from + i] = devices[previous];
            }
            for (int i = 0; i < count; i++) {
                table.boot[from + i] = boots[in.index("boot", bootCount)];
            }
            for (int i = 0; i < count; i++) {
                table.shape(from + i, shapes[in.index("shape", shapeCount)]);
            }
            history.begin(deviceCount);
            times(in, from, count, withCorrections);
            numbers(in, from, count, shapeCount);
            table.size += count;
        }

        private int devices(Source in) {
            int count = in.count("devices", MAX_SHAPES, 2);
            devices = room(devices, count);
            for (int i = 0; i < count; i++) {
                devices[i] = table.deviceNumber(in.text("device", DeviceId.MAX_LENGTH));
            }
            return count;
        }

        private int boots(Source in) {
            int count = in.count("boots", MAX_SHAPES, 2);
            boots = room(boots, count);
            for (int i = 0; i < count; i++) {
                boots[i] = table.bootNumber(in.signed(), ClockState.of(in.index("clock state", 4)));
            }
            return count;
        }

        private int shapes(Source in) {
            int count = in.count("shapes", MAX_SHAPES, 3);
            shapes = room(shapes, count);
            for (int i = 0; i < count; i++) {
                int size = in.count("values", Reading.MAX_VALUES, 2);
                for (int k = 0; k < size; k++) {
                    int parameter = in.index("parameter", PARAMETERS);
                    int absent = in.index("absent reason", AbsentReason.values().length + 1);
                    slots[k] = absent == 0
                            ? Shape.slot(
                                    parameter,
                                    in.index("unit", Unit.values().length + 1),
                                    in.index("scale", Value.MAX_DIGITS + 1),
                                    0)
                            : Shape.slot(parameter, 0, 0, absent);
                }
                shapes[i] = table.shapeNumber(slots, size);
            }
            return count;
        }

        private void times(Source in, int from, int count, boolean withCorrections) {
            for (int row = from; row < from + count; row++) {
                table.received[row] = history.received += in.signed();
            }
            for (int row = from; row < from + count; row++) {
                history.tickDistance += in.signed();
                table.tick[row] = Math.floorDiv(table.received[row], 1000) - history.tickDistance;
            }
            for (int row = from; row < from + count; row++) {
                deviceTime(in, row, deviceOf[row - from]);
            }
            for (int row = from; row < from + count; row++) {
                table.correction[row] = withCorrections && table.hasDeviceTime[row]
                        ? history.correction(deviceOf[row - from], in.signed())
                        : 0;
            }
        }

        private void deviceTime(Source in, int row, int device) {
            long head = in.unsigned();
            table.hasDeviceTime[row] = head != 0;
            if (head == 0) {
                return;
            }
            if ((head & 1) == 0 && head != 2) {
                throw new BatchException("device time must be 0, 2 or odd, was " + head);
            }
            long surprise = head == 2 ? in.signed() : unzigzag((head - 1) >>> 1) * 1000;
            long time = history.expectedDeviceTime(device) + surprise;
            history.deviceTime(device, time);
            table.deviceTime[row] = time;
        }

        private void numbers(Source in, int from, int count, int shapeCount) {
            boolean[] used = new boolean[PARAMETERS];
            for (int shape = 0; shape < shapeCount; shape++) {
                use(table.shapes.get(shapes[shape]), used);
            }
            int[] slotOf = new int[table.shapes.size()];
            for (int parameter = 1; parameter < PARAMETERS; parameter++) {
                if (used[parameter]) {
                    for (int shape = 0; shape < shapeCount; shape++) {
                        slotOf[shapes[shape]] = table.shapes.get(shapes[shape]).slotOf(parameter);
                    }
                    history.beginNumbers();
                    for (int row = from; row < from + count; row++) {
                        int slot = slotOf[table.shape[row]];
                        if (slot >= 0) {
                            int device = deviceOf[row - from];
                            long number = history.expectedNumber(device) + in.signed();
                            history.number(device, number);
                            table.numbers[table.start[row] + slot] = number;
                        }
                    }
                }
            }
        }

        private static int[] room(int[] known, int count) {
            return known.length >= count ? known : new int[Math.max(count, 2 * known.length)];
        }
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
