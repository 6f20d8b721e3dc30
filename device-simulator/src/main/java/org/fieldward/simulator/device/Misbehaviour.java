package org.fieldward.simulator.device;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import org.fieldward.simulator.payload.Payloads;
import org.fieldward.simulator.sample.Message;
import org.fieldward.simulator.sample.Message.Defect;
import org.fieldward.simulator.sample.Message.Trick;
import org.fieldward.simulator.sample.Sample;
import org.fieldward.simulator.sample.TimedSample;

/**
 * How a device misbehaves. Every sample is still sent at least once; what is done to it, or added, is marked on the
 * message. The same seed and samples give the same messages.
 *
 * @param duplicates probability that a sample is published a second time
 * @param outOfOrder probability that a sample changes places with the next
 * @param malformed probability that bytes which must be refused are published in addition
 * @param clockOffset how far the device's clock is wrong from the start
 * @param clockDrift seconds that it gains per second, negative if it loses
 * @param clockJumps probability per sample that it jumps by up to an hour, either way
 * @param clockRepeats probability per sample that it repeats an hour, as at the end of summer time
 */
public record Misbehaviour(
        double duplicates,
        double outOfOrder,
        double malformed,
        Duration clockOffset,
        double clockDrift,
        double clockJumps,
        double clockRepeats) {

    public static final Misbehaviour NONE = new Misbehaviour(0, 0, 0, Duration.ZERO, 0, 0, 0);

    private static final Defect[] DEFECTS = Defect.values();

    public Misbehaviour {
        mustBeProbability("duplicates", duplicates);
        mustBeProbability("out-of-order", outOfOrder);
        mustBeProbability("malformed", malformed);
        mustBeProbability("clock-jumps", clockJumps);
        mustBeProbability("clock-repeats", clockRepeats);
        if (!(clockDrift > -0.5 && clockDrift < 0.5)) {
            throw new IllegalArgumentException("clock-drift must be between -0.5 and 0.5, was " + clockDrift);
        }
    }

    private static void mustBeProbability(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be a probability from 0 to 1, was " + value);
        }
    }

    /** The messages of one device. Lazy: it reads at most one sample ahead. */
    public Iterator<Message> applyTo(Iterator<TimedSample> samples, Payloads payloads, long seed) {
        return new Messages(samples, payloads, new SplittableRandom(seed));
    }

    private final class Messages implements Iterator<Message> {
        private final Iterator<TimedSample> samples;
        private final Payloads payloads;
        private final SplittableRandom random;
        private final Queue<Message> ready = new ArrayDeque<>();
        private Duration jumped = Duration.ZERO;
        private Optional<Instant> firstTime = Optional.empty();

        Messages(Iterator<TimedSample> samples, Payloads payloads, SplittableRandom random) {
            this.samples = samples;
            this.payloads = payloads;
            this.random = random;
        }

        @Override
        public boolean hasNext() {
            return !ready.isEmpty() || samples.hasNext();
        }

        @Override
        public Message next() {
            if (ready.isEmpty()) {
                prepare();
            }
            return ready.remove();
        }

        private void prepare() {
            if (!samples.hasNext()) {
                throw new NoSuchElementException("the device has said everything");
            }
            TimedSample first = samples.next();
            if (chance(outOfOrder) && samples.hasNext()) {
                TimedSample second = samples.next();
                // Both wait until the later one exists.
                say(second, second.due(), EnumSet.of(Trick.OUT_OF_ORDER));
                say(first, second.due(), EnumSet.of(Trick.OUT_OF_ORDER));
            } else {
                say(first, first.due(), EnumSet.noneOf(Trick.class));
            }
        }

        private void say(TimedSample timed, Duration due, Set<Trick> tricks) {
            Sample sample = timed.sample().at(timed.sample().time().plus(clockError(timed)));
            if (!sample.time().equals(timed.sample().time())) {
                tricks.add(Trick.WRONG_CLOCK);
            }
            ready.add(new Message(due, sample.device(), new Message.Reading(sample), tricks));
            if (chance(duplicates)) {
                Set<Trick> again = EnumSet.of(Trick.DUPLICATE);
                again.addAll(tricks);
                ready.add(new Message(due, sample.device(), new Message.Reading(sample), again));
            }
            if (chance(malformed)) {
                Defect defect = DEFECTS[random.nextInt(DEFECTS.length)];
                var content = new Message.Malformed(defect, payloads.malformed(defect, sample, random));
                ready.add(new Message(due, sample.device(), content, EnumSet.of(Trick.MALFORMED)));
            }
        }

        private Duration clockError(TimedSample timed) {
            Instant time = timed.sample().time();
            Instant first = firstTime.orElse(time);
            firstTime = Optional.of(first);
            if (chance(clockJumps)) {
                // Odd milliseconds, so that after a jump back two samples hardly share an instant.
                jumped = jumped.plusMillis(random.nextLong(-3_600_000, 3_600_001));
            }
            if (chance(clockRepeats)) {
                jumped = jumped.minusHours(1);
            }
            long driftMicros = Math.round(Duration.between(first, time).toNanos() / 1e3 * clockDrift);
            return clockOffset.plus(jumped).plusNanos(driftMicros * 1_000);
        }

        private boolean chance(double probability) {
            return probability > 0 && random.nextDouble() < probability;
        }
    }
}
