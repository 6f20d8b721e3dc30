package org.fieldward.core.distribution;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.fieldward.core.access.audit.Audit;
import org.fieldward.core.access.audit.Entry;

/** An audit in memory, that can be told to fail. */
public final class MemoryAudit implements Audit {

    private final List<Entry> entries = new ArrayList<>();
    private boolean broken;

    @Override
    public synchronized CompletableFuture<Void> record(Entry entry) {
        if (broken) {
            return CompletableFuture.failedFuture(new IllegalStateException("the disk is full"));
        }
        entries.add(entry);
        return CompletableFuture.completedFuture(null);
    }

    public synchronized void breakIt() {
        broken = true;
    }

    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    @Override
    public synchronized List<Stored> page(Query query) {
        var page = new ArrayList<Stored>();
        for (int i = entries.size(); i > 0 && page.size() < query.limit(); i--) {
            var stored = new Stored(i, entries.get(i - 1));
            if (meets(query, stored)) {
                page.add(stored);
            }
        }
        return page;
    }

    private static boolean meets(Query query, Stored stored) {
        Entry entry = stored.entry();
        return query.before().map(number -> stored.number() < number).orElse(true)
                && query.number().map(number -> stored.number() == number).orElse(true)
                && query.from().map(from -> !entry.at().isBefore(from)).orElse(true)
                && query.until().map(until -> !entry.at().isAfter(until)).orElse(true)
                && query.agent().map(entry.agent()::equals).orElse(true)
                && query.patient().map(entry.patients()::contains).orElse(true);
    }
}
