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
            page.add(new Stored(i, entries.get(i - 1)));
        }
        return page;
    }
}
