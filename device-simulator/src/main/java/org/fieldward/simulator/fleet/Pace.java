package org.fieldward.simulator.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.stream.Stream;
import org.fieldward.simulator.patient.Heartbeats;
import org.fieldward.simulator.patient.Patient;
import org.fieldward.simulator.sample.Sample;
import org.fieldward.simulator.sample.TimedBlock;
import org.fieldward.simulator.sample.TimedSample;

/**
 * How device time becomes sending time. The devices' clocks keep their own pace, however fast they are played.
 *
 * @param start what the devices' clocks show when the run begins
 * @param speed 1 sends as it happened, 60 an hour in a minute, 0 as fast as the gateway acknowledges
 */
public record Pace(Instant start, double speed) {

    public Pace {
        if (!(speed >= 0 && speed <= 1_000_000)) {
            throw new IllegalArgumentException("speed must be 0 to 1000000, was " + speed);
        }
    }

    public static Pace asFastAsAcknowledged(Instant start) {
        return new Pace(start, 0);
    }

    public static Pace realTime(Instant start) {
        return new Pace(start, 1);
    }

    Iterator<TimedSample> of(Stream<Sample> samples) {
        return samples.map(sample -> new TimedSample(due(Duration.between(start, sample.time())), sample))
                .iterator();
    }

    Iterator<TimedSample> of(Patient patient) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return patient.hasNext();
            }

            @Override
            public TimedSample next() {
                TimedSample timed = patient.next();
                return new TimedSample(due(timed.due()), timed.sample());
            }
        };
    }

    Iterator<TimedBlock> of(Heartbeats heart) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return heart.hasNext();
            }

            @Override
            public TimedBlock next() {
                TimedBlock timed = heart.next();
                return new TimedBlock(due(timed.due()), timed.block());
            }
        };
    }

    private Duration due(Duration offset) {
        return speed == 0 ? Duration.ZERO : Duration.ofNanos(Math.round(offset.toNanos() / speed));
    }
}
