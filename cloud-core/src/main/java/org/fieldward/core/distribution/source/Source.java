package org.fieldward.core.distribution.source;

import java.util.List;

/** Things that happen, in one durable order. */
public interface Source {

    /** Names its cursor; never changes. */
    String name();

    /** @param position of the last of them; the asked one where there is nothing new */
    record Page(long position, List<Happening> happenings) {
        public Page {
            happenings = List.copyOf(happenings);
        }
    }

    /** What comes behind the position. */
    Page after(long position);

    /** The position of the newest: where to go on when nobody wants anything of it. */
    long newest();

    /** Whether anything of it may concern somebody who wants this type. */
    boolean has(String type);
}
