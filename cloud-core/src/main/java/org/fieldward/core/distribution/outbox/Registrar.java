package org.fieldward.core.distribution.outbox;

import java.util.Optional;
import java.util.OptionalLong;
import org.fieldward.core.distribution.outbox.Entry.Kind;
import org.fieldward.core.distribution.outbox.Entry.State;
import org.fieldward.core.distribution.source.Happening;

/** Makes receivers of what happens: a Subscription that was stored is one. */
public interface Registrar {

    /** The receivers, within the transaction of the follower. */
    interface Book {
        Optional<Entry> find(Kind kind, String name);

        /** Remembers that a version of the chart said nothing new about it. */
        void heed(Entry entry, long heeded);

        /** Makes it or changes it; a changed definition or state begins a new revision. */
        void put(Kind kind, String name, State state, String reason, String definition, long heeded, boolean told);
    }

    /** Called with everything of the chart, before receivers are asked; true if it put something. */
    boolean hear(Happening happening, Book book);

    /**
     * Lets the world see the state of one that is not told yet.
     *
     * @return the number in the chart of the version that says so; empty where it must be tried again
     */
    OptionalLong tell(Entry entry);
}
