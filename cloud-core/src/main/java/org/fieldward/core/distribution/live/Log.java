package org.fieldward.core.distribution.live;

import java.util.List;

/** One of the durable logs that a stream is made of. Thread-safe. */
interface Log {

    Place.Part part();

    /** @param place moved in this log's part only */
    record Placed(Place.Part part, Place place, Event event) {}

    /** @param reached how far was looked, also where nothing of it is told */
    record Page(Place reached, List<Placed> events) {
        public Page {
            events = List.copyOf(events);
        }
    }

    /** What comes next; where there is nothing, the page reaches no farther. */
    Page after(Place place);

    /** The place, moved in this log's part to the log's end. */
    Place end(Place place);

    /** About how many events lie between. */
    long between(Place from, Place until);
}
