package org.fieldward.core.observation;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The read side of accepted readings. Thread-safe. */
public interface Readings {

    /** The current version of each matching reading. */
    List<Observed> find(ReadingQuery query);

    Optional<Observed> get(ReadingQuery.Position position);

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
