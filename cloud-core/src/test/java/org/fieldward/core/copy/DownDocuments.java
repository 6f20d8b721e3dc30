package org.fieldward.core.copy;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.chart.Key;
import org.fieldward.core.copy.document.CopyException;
import org.fieldward.core.copy.document.Document;
import org.fieldward.core.copy.document.DocumentStore;
import org.fieldward.core.copy.document.Held;

/** Another store's front: down until somebody says otherwise, and particular about some keys. */
final class DownDocuments implements DocumentStore {

    private final DocumentStore inside;
    boolean up;
    int calls;
    Set<Key> never = Set.of();

    DownDocuments(DocumentStore inside) {
        this.inside = inside;
    }

    private Set<Key> refused(Collection<Key> keys) {
        var refused = new HashSet<>(keys);
        refused.retainAll(never);
        return refused;
    }

    @Override
    public Set<Key> put(List<Document> documents) {
        calls++;
        if (!up) {
            throw new CopyException("is down");
        }
        inside.put(documents.stream()
                .filter(document -> !never.contains(document.key()))
                .toList());
        return refused(documents.stream().map(Document::key).toList());
    }

    @Override
    public String sum(Optional<Key> after, Optional<Key> upTo) {
        return inside.sum(after, upTo);
    }

    @Override
    public String sumOf(List<Document> documents) {
        return inside.sumOf(documents);
    }

    @Override
    public List<Held> held(Optional<Key> after, Optional<Key> upTo, int limit) {
        return inside.held(after, upTo, limit);
    }

    @Override
    public Map<Key, Held> held(Collection<Key> keys) {
        return inside.held(keys);
    }

    @Override
    public Set<Key> mend(List<Mend> mends) {
        inside.mend(mends.stream().filter(mend -> !never.contains(mend.key())).toList());
        return refused(mends.stream().map(Mend::key).toList());
    }

    @Override
    public void close() {
        inside.close();
    }
}
