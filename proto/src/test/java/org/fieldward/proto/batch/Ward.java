package org.fieldward.proto.batch;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;

/** Makes records from a seed: steady wards to measure with, and wild ones to break things with. */
final class Ward {

    private static final long START = 1_795_255_200_000_000L;

    private final Random random;
    private final Catalogue catalogue = Catalogue.standard();

    Ward(long seed) {
        random = new Random(seed);
    }

    /** Six vital signs at 1 Hz from so many devices, as monitors send them. */
    List<Sequenced> steady(int devices, int count) {
        String[] keys = {"heart-rate", "pulse-rate", "respiratory-rate", "spo2", "arterial-systolic", "temperature"};
        int[] scale = {0, 0, 0, 0, 0, 1};
        long[][] now = new long[devices][];
        for (int device = 0; device < devices; device++) {
            now[device] = new long[] {
                60 + random.nextInt(40),
                0,
                12 + random.nextInt(8),
                94 + random.nextInt(5),
                100 + random.nextInt(40),
                362 + random.nextInt(15)
            };
            now[device][1] = now[device][0];
        }
        long[] phase = random.longs(devices, 0, 1000).toArray();
        var records = new ArrayList<Sequenced>();
        long received = 0;
        for (int i = 0; i < count; i++) {
            int device = i % devices;
            long deviceTime = START + (i / devices) * 1_000_000L + phase[device] * 1000;
            received = Math.max(received + 1, START + (long) i * 1_000_000 / devices / 1000 * 1000);
            var values = new ArrayList<Value>();
            for (int k = 0; k < keys.length; k++) {
                if (random.nextInt(3) == 0) {
                    now[device][k] += random.nextInt(3) - 1;
                }
                Parameter parameter = catalogue.key(keys[k]);
                values.add(new Value.Quantity(
                        parameter,
                        BigDecimal.valueOf(now[device][k], scale[k]),
                        parameter.unit().orElseThrow()));
            }
            Stamp stamp = new Stamp(
                    Optional.of(micros(deviceTime)),
                    micros(received),
                    received / 1000 - START / 1000 + 5000,
                    77,
                    ClockState.SYNCHRONISED);
            records.add(new Sequenced(1000 + i, new Reading(new DeviceId("monitor-" + device), stamp, values)));
        }
        return records;
    }

    /** Anything that is allowed, the odder the better. */
    List<Sequenced> wild(int count) {
        var records = new ArrayList<Sequenced>();
        long sequence = 0;
        for (int i = 0; i < count; i++) {
            sequence += 1 + (random.nextInt(10) == 0 ? random.nextInt(1_000_000) : 0);
            records.add(new Sequenced(sequence, entry()));
        }
        return records;
    }

    private Entry entry() {
        DeviceId device = new DeviceId("d" + random.nextInt(9));
        return switch (random.nextInt(6)) {
            case 0 ->
                new AlarmChange(
                        device,
                        stamp(),
                        "alarm-" + random.nextInt(100),
                        pick(AlarmChange.Kind.values()),
                        pick(AlarmChange.Priority.values()),
                        pick(AlarmChange.Phase.values()),
                        random.nextBoolean() ? Optional.empty() : Optional.of(catalogue.key("spo2")),
                        "below 90 %");
            case 1 -> new DeviceStatus(device, stamp(), pick(DeviceStatus.Status.values()));
            default -> new Reading(device, stamp(), values());
        };
    }

    private List<Value> values() {
        var values = new ArrayList<Value>();
        for (Parameter parameter : catalogue.all()) {
            if (!parameter.isPanel() && (values.isEmpty() || random.nextInt(4) == 0)) {
                if (random.nextInt(5) == 0) {
                    values.add(new Value.Absent(parameter, pick(AbsentReason.values())));
                } else {
                    long unscaled = 1 + random.nextLong(random.nextBoolean() ? 200 : 999_999_999_999_999_999L);
                    Unit unit = random.nextBoolean() || parameter.unitsAlso().isEmpty()
                            ? parameter.unit().orElseThrow()
                            : parameter.unitsAlso().getFirst();
                    values.add(new Value.Quantity(
                            parameter,
                            BigDecimal.valueOf(random.nextBoolean() ? unscaled : -unscaled, random.nextInt(19)),
                            unit));
                }
            }
        }
        return values;
    }

    private Stamp stamp() {
        long base = random.nextInt(8) == 0 ? 0 : START;
        return new Stamp(
                random.nextInt(3) == 0
                        ? Optional.empty()
                        : Optional.of(micros(base + random.nextLong(10_000_000_000L) - 5_000_000_000L)),
                micros(base + random.nextLong(1_000_000_000L)),
                random.nextLong(1L << 50),
                random.nextLong(),
                pick(ClockState.values()));
    }

    private <T> T pick(T[] from) {
        return from[random.nextInt(from.length)];
    }

    private static Instant micros(long micros) {
        return ReadingColumns.instant(micros);
    }
}
