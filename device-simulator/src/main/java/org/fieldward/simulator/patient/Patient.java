package org.fieldward.simulator.patient;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.simulator.sample.Sample;
import org.fieldward.simulator.sample.Spoken;
import org.fieldward.simulator.sample.TimedSample;

/**
 * An endless series of samples from a patient who does not exist. The same plan gives the same samples, digit for
 * digit. A body drifts around its own resting state; a scenario draws it elsewhere, and low oxygen drives heart and
 * breathing by itself. Single-threaded.
 */
public final class Patient implements Iterator<TimedSample> {

    /** A body follows its target with this time constant, in seconds. */
    private static final double INERTIA_SECONDS = 40;

    private static final Catalogue CATALOGUE = Catalogue.standard();

    private final PatientPlan plan;
    private final PatientPlan.Rhythm rhythm;
    private final SplittableRandom random;
    private final Vitals resting;
    private final Duration firstCuff;
    private Vitals body;
    private Vitals drift = new Vitals(0, 0, 0, 0, 0, 0);
    private long step;

    public Patient(PatientPlan plan) {
        this.plan = plan;
        rhythm = plan.rhythm();
        random = new SplittableRandom(plan.seed());
        resting = new Vitals(
                62 + random.nextDouble(24),
                13 + random.nextDouble(5),
                96 + random.nextDouble(2.5),
                112 + random.nextDouble(24),
                66 + random.nextDouble(14),
                36.5 + random.nextDouble(0.6));
        body = resting;
        // A few seconds after the start, so that nobody waits minutes for the first pressure.
        firstCuff = rhythm.period().multipliedBy(2 + random.nextInt(20));
    }

    @Override
    public boolean hasNext() {
        skipSilence();
        return rhythm.period().multipliedBy(step).compareTo(plan.length()) < 0;
    }

    @Override
    public TimedSample next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the plan of " + plan.device() + " is over");
        }
        Duration now = rhythm.period().multipliedBy(step++);
        live(now);
        return new TimedSample(now, new Sample(plan.device(), plan.start().plus(now), measure(now)));
    }

    private void skipSilence() {
        while (plan.scenario() == Scenario.SILENT_DEVICE
                && isInEpisode(rhythm.period().multipliedBy(step), 0.4, 0.8)
                && rhythm.period().multipliedBy(step).compareTo(plan.length()) < 0) {
            live(rhythm.period().multipliedBy(step++));
        }
    }

    private void live(Duration now) {
        double seconds = rhythm.period().toNanos() / 1e9;
        body = body.towards(coupled(target(now)), 1 - Math.exp(-seconds / INERTIA_SECONDS));
        // Drift wanders and always comes home: a random walk on a spring.
        double keep = Math.exp(-seconds / 90);
        double kick = Math.sqrt(1 - keep * keep);
        drift = new Vitals(
                drift.heartRate() * keep + 2.2 * kick * random.nextGaussian(),
                drift.respiratoryRate() * keep + 0.9 * kick * random.nextGaussian(),
                drift.saturation() * keep + 0.5 * kick * random.nextGaussian(),
                drift.systolic() * keep + 4.0 * kick * random.nextGaussian(),
                drift.diastolic() * keep + 2.5 * kick * random.nextGaussian(),
                drift.temperature() * keep + 0.04 * kick * random.nextGaussian());
    }

    private Vitals target(Duration now) {
        return switch (plan.scenario()) {
            case STABLE, SENSOR_OFF, SILENT_DEVICE -> resting;
            case DETERIORATING -> resting.towards(new Vitals(134, 31, 88, 82, 46, 39.4), Math.min(1, episodes(now)));
            case HYPOXIC_EPISODE ->
                isInEpisode(now, 0.35, 0.6)
                        ? new Vitals(
                                resting.heartRate(),
                                resting.respiratoryRate(),
                                79,
                                resting.systolic(),
                                resting.diastolic(),
                                resting.temperature())
                        : resting;
        };
    }

    /** What low oxygen does: below 92 % the heart and the breathing speed up. */
    private Vitals coupled(Vitals target) {
        double want = Math.max(0, 92 - body.saturation());
        return new Vitals(
                target.heartRate() + 1.9 * want,
                target.respiratoryRate() + 0.7 * want,
                target.saturation(),
                target.systolic() + 0.6 * want,
                target.diastolic() + 0.3 * want,
                target.temperature());
    }

    private double episodes(Duration now) {
        return (double) now.toNanos() / rhythm.episode().toNanos();
    }

    private boolean isInEpisode(Duration now, double from, double until) {
        double place = episodes(now) % 1;
        return place >= from && place < until;
    }

    private List<Spoken> measure(Duration now) {
        List<Spoken> values = new ArrayList<>();
        boolean off = plan.scenario() == Scenario.SENSOR_OFF && isInEpisode(now, 0.3, 0.7);
        double heartRate = body.heartRate() + drift.heartRate() + 0.4 * random.nextGaussian();
        double pulseRate = heartRate + 0.5 * random.nextGaussian();
        double saturation = Math.min(100, body.saturation() + drift.saturation() + 0.2 * random.nextGaussian());
        values.add(number("heart-rate", heartRate, 0));
        values.add(number("pulse-rate", off ? 0 : pulseRate, 0));
        values.add(number("respiratory-rate", body.respiratoryRate() + drift.respiratoryRate(), 0));
        values.add(number("spo2", off ? 0 : saturation, 0));
        values.add(number("temperature", body.temperature() + drift.temperature(), 1));
        if (isCuffTime(now)) {
            double systolic = body.systolic() + drift.systolic();
            double diastolic = Math.min(body.diastolic() + drift.diastolic(), systolic - 12);
            values.add(number("systolic", systolic, 0));
            values.add(number("diastolic", diastolic, 0));
            values.add(number("mean-arterial-pressure", diastolic + (systolic - diastolic) / 3, 0));
        }
        return values;
    }

    private boolean isCuffTime(Duration now) {
        Duration since = now.minus(firstCuff);
        return !since.isNegative()
                && since.toNanos() % rhythm.cuffEvery().toNanos()
                        < rhythm.period().toNanos();
    }

    private static Spoken number(String key, double value, int decimals) {
        return Spoken.Quantity.of(
                CATALOGUE.key(key), BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_EVEN));
    }
}
