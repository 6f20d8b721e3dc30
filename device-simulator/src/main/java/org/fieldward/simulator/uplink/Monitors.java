package org.fieldward.simulator.uplink;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Value;

/** The monitors behind one gateway, which take turns: what they measure wanders a little, as a steady patient's does. */
final class Monitors {

    private static final long NANOS_A_SECOND = 1_000_000_000L;

    private static final List<Sign> SIGNS = List.of(
            new Sign("heart-rate", 0, 55, 95),
            new Sign("respiratory-rate", 0, 11, 22),
            new Sign("spo2", 0, 93, 99),
            new Sign("systolic", 0, 105, 145),
            new Sign("diastolic", 0, 60, 90),
            new Sign("temperature", 1, 361, 379));

    /** One number of a monitor, and between what it wanders. */
    private record Sign(Parameter parameter, int scale, int lowest, int highest) {
        Sign(String key, int scale, int lowest, int highest) {
            this(Catalogue.standard().key(key), scale, lowest, highest);
        }

        Value value(long unscaled) {
            return new Value.Quantity(
                    parameter,
                    BigDecimal.valueOf(unscaled, scale),
                    parameter.unit().orElseThrow());
        }
    }

    private final List<DeviceId> devices = new ArrayList<>();
    private final long[][] now;
    private final SplittableRandom random;
    private final Instant start;
    private final long boot;
    private long made;

    Monitors(String gateway, int count, Instant start) {
        this.start = start.truncatedTo(ChronoUnit.MILLIS);
        random = new SplittableRandom(gateway.hashCode());
        boot = random.nextLong();
        now = new long[count][SIGNS.size()];
        for (int device = 0; device < count; device++) {
            devices.add(new DeviceId(UplinkPlan.device(gateway, device + 1)));
            for (int sign = 0; sign < SIGNS.size(); sign++) {
                Sign of = SIGNS.get(sign);
                now[device][sign] = random.nextInt(of.lowest(), of.highest() + 1);
            }
        }
    }

    long boot() {
        return boot;
    }

    /** The next readings, their sequences right after those of the last call, from 1 on. */
    List<Sequenced> next(int count) {
        var readings = new ArrayList<Sequenced>(count);
        for (int i = 0; i < count; i++) {
            readings.add(next());
        }
        return readings;
    }

    private Sequenced next() {
        int device = (int) (made % devices.size());
        Duration since = Duration.ofNanos(made / devices.size() * NANOS_A_SECOND)
                .plusNanos(device * NANOS_A_SECOND / devices.size());
        Instant arrived = start.plus(since);
        var values = new ArrayList<Value>(SIGNS.size());
        for (int sign = 0; sign < SIGNS.size(); sign++) {
            Sign of = SIGNS.get(sign);
            if (random.nextInt(3) == 0) {
                now[device][sign] = Math.clamp(now[device][sign] + random.nextInt(-1, 2), of.lowest(), of.highest());
            }
            values.add(of.value(now[device][sign]));
        }
        var stamp = new Stamp(
                Optional.of(arrived.truncatedTo(ChronoUnit.MILLIS)),
                arrived,
                since.toMillis(),
                boot,
                ClockState.SYNCHRONISED);
        made++;
        return new Sequenced(made, new Reading(devices.get(device), stamp, values));
    }
}
