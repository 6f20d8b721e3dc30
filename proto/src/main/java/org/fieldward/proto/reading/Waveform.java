package org.fieldward.proto.reading;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A block of samples of one signal. The first sample is of {@code stamp.measuredAt()}.
 *
 * @param samples 1 to 10,000, lasting at most ten minutes
 */
public record Waveform(
        DeviceId device, Stamp stamp, WaveformKind kind, Rate rate, Scale scale, Samples samples, Form form)
        implements Entry {

    /** What the samples are. The number is on the wire. */
    public enum Form {
        /** As the device measured them. */
        MEASURED,
        /** In pairs: the lowest and the highest that was measured in two samples' time. What is left to save room. */
        EXTREMES
    }

    /** As measured. */
    public Waveform(DeviceId device, Stamp stamp, WaveformKind kind, Rate rate, Scale scale, Samples samples) {
        this(device, stamp, kind, rate, scale, samples, Form.MEASURED);
    }

    public static final int MAX_SAMPLES = 10_000;

    public static final Duration MAX_DURATION = Duration.ofMinutes(10);

    /**
     * So many samples in so many microseconds: exact also where the time between two samples is no whole number, as in
     * 360 Hz, which is 9 in 25,000 µs. Always in lowest terms. At most 100,000 Hz, at least one sample a minute.
     */
    public record Rate(long samples, long micros) {

        /** Small enough that no product below leaves a long. */
        private static final long MAX_TERM = 100_000_000_000L;

        private static final long MIN_PERIOD_MICROS = 10;
        private static final long MAX_PERIOD_MICROS = 60_000_000;

        public Rate {
            if (samples < 1 || samples > MAX_TERM || micros < 1 || micros > MAX_TERM) {
                throw new IllegalArgumentException(
                        "rate must be 1 to " + MAX_TERM + " samples in 1 to " + MAX_TERM + " microseconds");
            }
            long divisor =
                    BigInteger.valueOf(samples).gcd(BigInteger.valueOf(micros)).longValueExact();
            samples /= divisor;
            micros /= divisor;
            if (micros > samples * MAX_PERIOD_MICROS || samples * MIN_PERIOD_MICROS > micros) {
                throw new IllegalArgumentException("rate must be one sample a minute to 100000 a second, was " + samples
                        + " in " + micros + " microseconds");
            }
        }

        /** How long so many samples last, in whole microseconds, rounded down. */
        public long lasting(int count) {
            return BigInteger.valueOf(micros)
                    .multiply(BigInteger.valueOf(count))
                    .divide(BigInteger.valueOf(samples))
                    .longValueExact();
        }
    }

    /**
     * What a sample stands for: {@code offset + resolution × sample}, in the unit. Nothing is rounded.
     *
     * @param resolution more than 0
     * @param lowest what the device can measure at least, in the unit; must be there if a sample is below it
     * @param highest what the device can measure at most, in the unit; must be there if a sample is above it
     */
    public record Scale(
            BigDecimal resolution,
            BigDecimal offset,
            Unit unit,
            Optional<BigDecimal> lowest,
            Optional<BigDecimal> highest) {
        public Scale {
            resolution = checked("resolution", resolution);
            offset = checked("offset", offset);
            lowest = lowest.map(limit -> checked("lowest", limit));
            highest = highest.map(limit -> checked("highest", limit));
            if (resolution.signum() <= 0) {
                throw new IllegalArgumentException("resolution must be more than 0");
            }
        }

        private static BigDecimal checked(String field, BigDecimal number) {
            BigDecimal plain = number.scale() < 0 ? number.setScale(0) : number;
            if (plain.precision() > Value.MAX_DIGITS || plain.scale() > Value.MAX_DIGITS) {
                throw new IllegalArgumentException(field + " must have at most " + Value.MAX_DIGITS + " digits");
            }
            return plain;
        }
    }

    public Waveform {
        if (samples.size() < 1 || samples.size() > MAX_SAMPLES) {
            throw new IllegalArgumentException(
                    "samples must be 1 to " + MAX_SAMPLES + " in one block, were " + samples.size());
        }
        if (!kind.allows(scale.unit())) {
            throw new IllegalArgumentException(
                    kind.key() + " does not allow the unit " + scale.unit().ucum());
        }
        if (form == Form.EXTREMES && samples.size() % 2 != 0) {
            throw new IllegalArgumentException("extremes must be pairs, were " + samples.size() + " samples");
        }
        if (rate.lasting(samples.size()) > MAX_DURATION.toMillis() * 1000) {
            throw new IllegalArgumentException("a block must last at most " + MAX_DURATION.toMinutes() + " minutes");
        }
        if (scale.lowest().isEmpty() && samples.has(Samples.BELOW)) {
            throw new IllegalArgumentException("a sample below the lowest needs the lowest");
        }
        if (scale.highest().isEmpty() && samples.has(Samples.ABOVE)) {
            throw new IllegalArgumentException("a sample above the highest needs the highest");
        }
    }

    /** When the sample after the last would be, in whole microseconds. */
    public Instant endsAt() {
        return stamp.measuredAt().plus(rate.lasting(samples.size()), ChronoUnit.MICROS);
    }

    @Override
    public Lane lane() {
        return Lane.WAVEFORM;
    }
}
