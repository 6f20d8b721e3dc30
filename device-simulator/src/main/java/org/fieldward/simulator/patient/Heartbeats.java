package org.fieldward.simulator.patient;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.WaveformKind;
import org.fieldward.simulator.sample.Block;
import org.fieldward.simulator.sample.TimedBlock;

/**
 * The waveform of a heart that does not exist, in blocks of two seconds: waves put together from bell curves, with a
 * heart rate of its own, breathing and noise. The same plan gives the same samples. Not meant for a physician's eye.
 * Single-threaded.
 */
public final class Heartbeats implements Iterator<TimedBlock> {

    /** Samples a second. */
    public static final int RATE = 250;

    private static final int SECONDS = 2;

    /** Place in the beat, width (both as parts of it), height. */
    private record Wave(double at, double width, double height) {}

    // In steps of 5 µV: P, Q, R, S, T.
    private static final Wave[] ECG = {
        new Wave(0.18, 0.025, 24),
        new Wave(0.35, 0.010, -22),
        new Wave(0.38, 0.012, 220),
        new Wave(0.41, 0.010, -44),
        new Wave(0.66, 0.045, 60)
    };

    // In thousandths of the usual height: the pulse and its echo.
    private static final Wave[] PLETH = {new Wave(0.30, 0.09, 900), new Wave(0.60, 0.10, 320)};

    private final PatientPlan plan;
    private final WaveformKind kind;
    private final SplittableRandom random;
    private final double beatsPerSecond;
    private final boolean pulse;
    private long block;

    /** @param kind an ECG lead, or the plethysmogram; any other looks like an ECG */
    public Heartbeats(PatientPlan plan, WaveformKind kind) {
        this.plan = plan;
        this.kind = kind;
        random = new SplittableRandom(plan.seed() ^ kind.number());
        beatsPerSecond = (62 + random.nextDouble(24)) / 60;
        pulse = kind == Catalogue.standard().findWaveform("pleth").orElseThrow();
    }

    @Override
    public boolean hasNext() {
        return Duration.ofSeconds((block + 1) * SECONDS).compareTo(plan.length()) <= 0;
    }

    @Override
    public TimedBlock next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the plan of " + plan.device() + " is over");
        }
        long first = block * SECONDS * RATE;
        Instant begins = plan.start().plusSeconds(block * SECONDS);
        block++;
        var samples = IntStream.range(0, SECONDS * RATE)
                .mapToObj(i -> sample(first + i))
                .toList();
        // A block is there to be sent when its last sample was taken.
        return new TimedBlock(
                Duration.ofSeconds(block * SECONDS),
                new Block(plan.device(), begins, kind, RATE, pulse ? "0.001" : "0.005", samples));
    }

    private int sample(long index) {
        double seconds = (double) index / RATE;
        double beat = seconds * beatsPerSecond % 1;
        double height = 0;
        for (Wave wave : pulse ? PLETH : ECG) {
            double distance = (beat - wave.at()) / wave.width();
            height += wave.height() * Math.exp(-distance * distance / 2);
        }
        double breath = Math.sin(seconds * 2 * Math.PI / 4.2) * (pulse ? 40 : 8);
        return (int) Math.round(height + breath + random.nextGaussian() * (pulse ? 3 : 1.5));
    }
}
