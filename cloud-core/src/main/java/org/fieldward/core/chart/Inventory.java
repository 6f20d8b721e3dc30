package org.fieldward.core.chart;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** The chart as a whole, for who keeps a copy of it and compares the two. Whoever may see what is in it. Thread-safe. */
public interface Inventory {

    /** The number of the newest version; 0 where there is none. */
    long last();

    /**
     * Hands over the newest versions of all resources, deleted ones too, as they were at one moment, in the order of the
     * bytes of {@link Key#toString}.
     *
     * @param page at most so many at once
     * @throws ChartException if the store failed
     */
    void walk(int page, Consumer<List<Version>> taker);

    /** Of each of these resources the newest version up to that number; what had none by then is left out. */
    List<Version> asOf(long number, Collection<Key> keys);
}
