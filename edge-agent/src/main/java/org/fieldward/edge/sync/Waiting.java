package org.fieldward.edge.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.fieldward.edge.buffer.ReadingBuffer;
import org.fieldward.edge.buffer.ReadingBuffer.Backlog;
import org.fieldward.edge.sync.CloudLink.ClockReading;
import org.fieldward.edge.sync.CloudLink.Pulse;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** What waits in a buffer for the core. */
record Waiting(Map<Lane, Long> records, Duration oldestAge) {

    private static final SequenceRange ALL = new SequenceRange(1, Long.MAX_VALUE / 2);

    Waiting {
        records = Map.copyOf(records);
    }

    static Waiting in(ReadingBuffer buffer, Instant now) {
        var records = new EnumMap<Lane, Long>(Lane.class);
        Duration oldest = Duration.ZERO;
        for (Lane lane : Lane.values()) {
            Backlog backlog = buffer.backlog(lane);
            records.put(lane, backlog.records());
            Duration age =
                    backlog.oldest().map(since -> Duration.between(since, now)).orElse(Duration.ZERO);
            oldest = age.compareTo(oldest) > 0 ? age : oldest;
        }
        return new Waiting(records, oldest);
    }

    /** The same as the core hears of it. */
    static Pulse pulse(ReadingBuffer buffer, ClockReading clock, Uplink.Health health) {
        Waiting waiting = in(buffer, clock.now());
        ReadingBuffer.Usage usage = buffer.usage();
        return new Pulse(
                clock,
                waiting.records(),
                waiting.oldestAge(),
                usage.bytesUsed(),
                usage.bytesAllowed(),
                health.devices(),
                health.rejected());
    }

    long total() {
        return records.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The lowest sequence still kept, or the next one if there is none. */
    static long firstOf(ReadingBuffer buffer) {
        long first = buffer.nextSequence();
        for (Lane lane : Lane.values()) {
            first = Math.min(
                    first,
                    buffer.read(lane, ALL, SequenceSet.EMPTY, 1)
                            .map(slice -> slice.sequences().ranges().getFirst().first())
                            .orElse(first));
        }
        return first;
    }
}
