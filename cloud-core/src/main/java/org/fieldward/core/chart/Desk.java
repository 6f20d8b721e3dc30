package org.fieldward.core.chart;

import java.util.List;
import java.util.Optional;

/** The chart within one transaction: sees what the transaction wrote. Not thread-safe. */
public interface Desk {

    /** The newest version that the author can see, also one that says deleted. */
    Optional<Version> read(Key key);

    /**
     * What meets the condition now, at most {@code limit}; until the transaction ends nobody else can get an answer to the
     * same condition, so that what is made because there was none stays the only one.
     *
     * @throws BadSearch if the condition is not understood, or asks for nothing
     */
    List<Version> match(Condition condition, int limit);

    Outcome apply(Change change);
}
