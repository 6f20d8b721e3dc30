package org.fieldward.core.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.fieldward.core.journal.Journal.Entry;

/**
 * The entries that this core appended last, without a hole between them, so that a follower that keeps up need not ask the
 * store for what the core has just had in its hands. Bounded by bytes and count. Thread-safe.
 */
final class Newest {

    private static final int MOST = 256;
    private static final long MOST_BYTES = 4 << 20;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private long bytes;

    /** Told of what was committed, in the order of its ids. */
    synchronized void add(List<Entry> appended) {
        for (Entry entry : appended) {
            if (!entries.isEmpty() && entry.id() <= entries.getLast().id()) {
                continue;
            }
            if (!entries.isEmpty() && entry.id() != entries.getLast().id() + 1) {
                // Another core, or another thread of this one, had its turn between.
                entries.clear();
                bytes = 0;
            }
            entries.add(entry);
            bytes += entry.arrival().content().size();
            while (entries.size() > MOST || (bytes > MOST_BYTES && !entries.isEmpty())) {
                bytes -= entries.removeFirst().arrival().content().size();
            }
        }
    }

    /** What follows right behind the id, as far as it is known here; nothing says nothing about the store. */
    synchronized List<Entry> after(long id, int limit) {
        if (entries.isEmpty()
                || entries.getFirst().id() > id + 1
                || entries.getLast().id() <= id) {
            return List.of();
        }
        var found = new ArrayList<Entry>();
        for (Entry entry : entries) {
            if (entry.id() > id && found.size() < limit) {
                found.add(entry);
            }
        }
        return found;
    }
}
