package org.fieldward.core.copy.document;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.fieldward.core.chart.Key;

/** Documents in memory. */
public final class MemoryDocuments implements DocumentStore {

    private TreeMap<String, Document> held = new TreeMap<>();

    @Override
    public synchronized Set<Key> put(List<Document> documents) {
        for (Document document : documents) {
            held.merge(
                    document.key().toString(),
                    document,
                    (there, incoming) -> incoming.version() > there.version() ? incoming : there);
        }
        return Set.of();
    }

    private Collection<Document> range(Optional<Key> after, Optional<Key> upTo) {
        String from = after.map(Key::toString).orElse("");
        String to = upTo.map(Key::toString).orElse("~");
        return held.subMap(from, false, to, true).values();
    }

    @Override
    public synchronized String sum(Optional<Key> after, Optional<Key> upTo) {
        return sumOf(List.copyOf(range(after, upTo)));
    }

    @Override
    public String sumOf(List<Document> documents) {
        return documents.stream().map(Document::held).toList().toString();
    }

    @Override
    public synchronized List<Held> held(Optional<Key> after, Optional<Key> upTo, int limit) {
        return range(after, upTo).stream().limit(limit).map(Document::held).toList();
    }

    @Override
    public synchronized Map<Key, Held> held(Collection<Key> keys) {
        var found = new HashMap<Key, Held>();
        for (Key key : keys) {
            Optional.ofNullable(held.get(key.toString())).ifPresent(document -> found.put(key, document.held()));
        }
        return found;
    }

    @Override
    public synchronized Set<Key> mend(List<Mend> mends) {
        for (Mend mend : mends) {
            String name = mend.key().toString();
            if (Optional.ofNullable(held.get(name)).map(Document::held).equals(mend.seen())) {
                mend.wanted().ifPresentOrElse(document -> held.put(name, document), () -> held.remove(name));
            }
        }
        return Set.of();
    }

    public synchronized TreeMap<String, Document> snapshot() {
        return new TreeMap<>(held);
    }

    public synchronized void restore(TreeMap<String, Document> snapshot) {
        held = new TreeMap<>(snapshot);
    }

    @Override
    public void close() {
        // Memory has nothing to give back.
    }
}
