package org.fieldward.core.distribution.window;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Unit;

/** What one device measured of one patient in one span of time. Not thread-safe. */
public final class Window {

    /** One value as it was reported: a number with its unit, or a reason. */
    public record Sample(long unscaled, int scale, int unit, int absent) {
        public BigDecimal number() {
            return BigDecimal.valueOf(unscaled, scale);
        }
    }

    /** What of one parameter. */
    public final class Series {
        private final Map<Unit, Spread> spreads = new EnumMap<>(Unit.class);
        private final Map<AbsentReason, Integer> absent = new EnumMap<>(AbsentReason.class);
        private final BitSet covered = new BitSet();
        private final TreeMap<Integer, Sample> samples = new TreeMap<>();
        private long values;

        private void add(int slot, Sample sample) {
            values++;
            if (sample.absent() == 0) {
                spreads.computeIfAbsent(Unit.of(sample.unit()), unseen -> new Spread())
                        .add(sample.unscaled(), sample.scale());
                covered.set(slot);
            } else {
                absent.merge(AbsentReason.of(sample.absent()), 1, Integer::sum);
            }
            if (sampled) {
                samples.merge(slot, sample, (there, other) -> there.absent() == 0 ? there : other);
            }
        }

        Map<Unit, Spread> spreads() {
            return spreads;
        }

        Map<AbsentReason, Integer> absent() {
            return absent;
        }

        /** Slots with at least one number. */
        int covered() {
            return covered.cardinality();
        }

        /** Numbers and reasons. */
        public long values() {
            return values;
        }

        /** By slot the first number in it, or a reason where there is none; empty unless they are kept. */
        TreeMap<Integer, Sample> samples() {
            return samples;
        }
    }

    private final DeviceId device;
    private final String patient;
    private final Instant from;
    private final Instant until;
    private final Duration every;
    private final boolean sampled;
    private final long fromMicros;
    private final long everyMicros;
    private final Map<Integer, Series> series = new TreeMap<>();

    /**
     * @param until excluded
     * @param every how long a slot lasts
     * @param sampled keep values in their order
     */
    Window(DeviceId device, String patient, Instant from, Instant until, Duration every, boolean sampled) {
        this.device = device;
        this.patient = patient;
        this.from = from;
        this.until = until;
        this.every = every;
        this.sampled = sampled;
        fromMicros = Micros.of(from);
        everyMicros = every.toNanos() / 1_000;
    }

    void add(StoredReading reading, long parameters) {
        int slot = (int) ((reading.getMeasuredMicros() - fromMicros) / everyMicros);
        for (int i = 0; i < reading.getParameterCount(); i++) {
            int number = reading.getParameter(i);
            if ((parameters & 1L << number) != 0) {
                series.computeIfAbsent(number, unseen -> new Series())
                        .add(
                                slot,
                                new Sample(
                                        reading.getUnscaled(i),
                                        reading.getScale(i),
                                        reading.getUnit(i),
                                        reading.getAbsent(i)));
            }
        }
    }

    DeviceId device() {
        return device;
    }

    String patient() {
        return patient;
    }

    Instant from() {
        return from;
    }

    Instant until() {
        return until;
    }

    Duration every() {
        return every;
    }

    /** How many slots it has; the last may be shorter. */
    int slots() {
        return (int) Math.ceilDiv(Duration.between(from, until).toNanos(), every.toNanos());
    }

    /** By the parameter's number. */
    Map<Integer, Series> series() {
        return series;
    }
}
