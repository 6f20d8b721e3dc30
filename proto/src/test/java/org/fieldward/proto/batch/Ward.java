package org.fieldward.proto.batch;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Samples;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;
import org.fieldward.proto.reading.Waveform;
import org.fieldward.proto.reading.WaveformKind;

/** Makes records from a seed: steady wards to measure with, and wild ones to break things with. */
final class Ward {

    private static final long START = 1_795_255_200_000_000L;

    private final Random random;
    private final Catalogue catalogue = Catalogue.standard();
    private final boolean wrongClocks;
    private boolean waveforms;

    Ward(long seed) {
        this(seed, false);
    }

    /** @param wrongClocks whether some devices are put right */
    Ward(long seed, boolean wrongClocks) {
        random = new Random(seed);
        this.wrongClocks = wrongClocks;
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
                    ClockState.SYNCHRONISED,
                    wrongClocks ? Duration.ofHours(1) : Duration.ZERO);
            records.add(new Sequenced(1000 + i, new Reading(new DeviceId("monitor-" + device), stamp, values)));
        }
        return records;
    }

    /** Anything that is allowed, the odder the better. */
    List<Sequenced> wild(int count) {
        return wild(count, false);
    }

    /** @param blocks waveforms, too */
    List<Sequenced> wild(int count, boolean blocks) {
        waveforms = blocks;
        var records = new ArrayList<Sequenced>();
        long sequence = 0;
        for (int i = 0; i < count; i++) {
            sequence += 1 + (random.nextInt(10) == 0 ? random.nextInt(1_000_000) : 0);
            records.add(new Sequenced(sequence, entry()));
        }
        return records;
    }

    private Gap gap(DeviceId device) {
        Instant from = stamp().receivedAt();
        return new Gap(
                device,
                stamp(),
                pick(Lane.values()),
                from,
                from.plusSeconds(random.nextInt(100_000)),
                1 + random.nextInt(1_000_000),
                pick(Gap.Reason.values()));
    }

    private Entry entry() {
        DeviceId device = new DeviceId("d" + random.nextInt(9));
        return switch (random.nextInt(waveforms ? 9 : 6)) {
            case 8 -> gap(device);
            case 6, 7 -> waveform(device);
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

    private Waveform waveform(DeviceId device) {
        WaveformKind kind = pick(catalogue.waveforms().toArray(new WaveformKind[0]));
        int[] samples = new int[1 + random.nextInt(random.nextInt(20) == 0 ? Waveform.MAX_SAMPLES : 300)];
        int now = random.nextInt(5) - 2;
        for (int i = 0; i < samples.length; i++) {
            now = random.nextInt(50) == 0
                    ? random.nextInt(2 * Samples.MAX_SAMPLE + 1) - Samples.MAX_SAMPLE
                    : Math.clamp(now + random.nextInt(9) - 4L, -Samples.MAX_SAMPLE, Samples.MAX_SAMPLE);
            samples[i] = now;
        }
        for (int run = random.nextInt(4); run > 0; run--) {
            int from = random.nextInt(samples.length);
            int to = from + random.nextInt(samples.length - from + 1);
            Arrays.fill(samples, from, to, new int[] {Samples.MISSING, Samples.BELOW, Samples.ABOVE}[run - 1]);
        }
        var of = Samples.of(samples);
        boolean limits = random.nextBoolean();
        var scale = new Waveform.Scale(
                BigDecimal.valueOf(1 + random.nextInt(1000), random.nextInt(19)),
                BigDecimal.valueOf(random.nextLong(2000) - 1000, random.nextInt(19)),
                kind.unit(),
                limits || of.has(Samples.BELOW) ? Optional.of(new BigDecimal("-5.00")) : Optional.empty(),
                limits || of.has(Samples.ABOVE) ? Optional.of(new BigDecimal("5.0")) : Optional.empty());
        return new Waveform(device, stamp(), kind, new Waveform.Rate(50 + random.nextInt(951), 1_000_000), scale, of);
    }

    /** An ECG of 250 Hz with 2.5 µV a step, in blocks of so many samples, one device after the other. */
    static List<Sequenced> ecg(long seed, int devices, int blocks, int size) {
        var records = new ArrayList<Sequenced>();
        var kind = Catalogue.standard().findWaveform("ecg-ii").orElseThrow();
        var scale = new Waveform.Scale(
                new BigDecimal("0.0025"), BigDecimal.ZERO, kind.unit(), Optional.empty(), Optional.empty());
        for (int device = 0; device < devices; device++) {
            var noise = new Random(seed + device);
            for (int block = 0; block < blocks; block++) {
                int[] samples = new int[size];
                for (int i = 0; i < size; i++) {
                    double beat = (block * (double) size + i) / 250 * 1.2 % 1;
                    double millivolts = 0.12 * bump(beat, 0.2, 0.025)
                            - 0.1 * bump(beat, 0.36, 0.01)
                            + 1.1 * bump(beat, 0.39, 0.011)
                            - 0.2 * bump(beat, 0.42, 0.011)
                            + 0.3 * bump(beat, 0.68, 0.05);
                    samples[i] = (int) Math.round((millivolts + 0.008 * noise.nextGaussian()) / 0.0025);
                }
                long time = START + (long) block * size * 4000;
                var stamp = new Stamp(
                        Optional.of(micros(time)), micros(time + 2_000_000), time / 1000, 7, ClockState.SYNCHRONISED);
                records.add(new Sequenced(
                        records.size() + 1L,
                        new Waveform(
                                new DeviceId("monitor-" + device),
                                stamp,
                                kind,
                                new Waveform.Rate(250, 1_000_000),
                                scale,
                                Samples.of(samples))));
            }
        }
        return records;
    }

    private static double bump(double x, double at, double width) {
        return Math.exp(-(x - at) * (x - at) / (2 * width * width));
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
        var stamp = new Stamp(
                random.nextInt(3) == 0
                        ? Optional.empty()
                        : Optional.of(micros(base + random.nextLong(10_000_000_000L) - 5_000_000_000L)),
                micros(base + random.nextLong(1_000_000_000L)),
                random.nextLong(1L << 50),
                random.nextLong(),
                pick(ClockState.values()));
        return wrongClocks && random.nextBoolean()
                ? stamp.corrected(Duration.ofMillis(random.nextLong(-1L << 40, 1L << 40)))
                : stamp;
    }

    private <T> T pick(T[] from) {
        return from[random.nextInt(from.length)];
    }

    private static Instant micros(long micros) {
        return Micros.instant(micros);
    }
}
