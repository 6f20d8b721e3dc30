package org.fieldward.core.observation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;

/** The read side of accepted readings. Thread-safe. */
public interface Readings {

    /** The current version of each matching reading. */
    List<Observed> find(ReadingQuery query);

    Optional<Observed> get(ReadingQuery.Position position);

    /** Earlier versions of the reading, oldest first: what was corrected stays provable. */
    default List<Observed> history(ReadingQuery.Position position) {
        return List.of();
    }

    /** Which readings of a device have earlier versions, oldest first; {@code after} excluded. */
    default List<ReadingQuery.Position> changed(DeviceId device, Optional<Instant> after, int limit) {
        return List.of();
    }

    /**
     * Shows every matching reading, oldest first where they are of one device, and holds none of them. The limit, the
     * order and the place of the query are not looked at.
     */
    default void scan(ReadingQuery query, Consumer<StoredReading> each) {
        ReadingQuery page = query.oldestFirst();
        while (true) {
            List<Observed> found = find(page);
            found.forEach(one -> each.accept(one.record()));
            if (found.size() < page.limit()) {
                return;
            }
            StoredReading last = found.getLast().record();
            page = page.behind(Optional.of(new ReadingQuery.Position(
                    new DeviceId(last.getDevice()), Micros.instant(last.getMeasuredMicros()))));
        }
    }

    /** How many match at most, waveforms among them, known without reading them. */
    default long atMost(ReadingQuery query) {
        long[] count = new long[1];
        scan(query, reading -> count[0]++);
        return count[0];
    }

    /**
     * How many Observations the matching readings give.
     *
     * @param groups a reading gives one Observation for each of these that it shares a bit with; bit n stands for the
     *     parameter with number n
     */
    default long count(ReadingQuery query, List<Long> groups) {
        long[] count = new long[1];
        scan(query, reading -> {
            long parameters = 0;
            for (int number : reading.getParameterList()) {
                parameters |= 1L << number;
            }
            for (long group : groups) {
                count[0] += (parameters & group) == 0 ? 0 : 1;
            }
        });
        return count[0];
    }

    /** A bit for each parameter that one of the matching readings has; bit n stands for the one with number n. */
    default long parameters(ReadingQuery query) {
        long[] bits = new long[1];
        scan(query, reading -> {
            for (int number : reading.getParameterList()) {
                bits[0] |= 1L << number;
            }
        });
        return bits[0];
    }

    /**
     * Calls the listener with every batch of newly accepted readings after they are durable, in journal order, on the
     * follower's own thread: the listener must only hand over. Waveforms are not among them. Closing ends it.
     */
    Subscription listen(Consumer<List<Observed>> listener);

    /** Ends a {@link #listen}. Closing twice is harmless. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
