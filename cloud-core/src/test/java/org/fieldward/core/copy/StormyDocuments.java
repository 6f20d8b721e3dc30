package org.fieldward.core.copy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.fieldward.core.chart.Key;
import org.fieldward.core.copy.document.CopyException;
import org.fieldward.core.copy.document.Document;
import org.fieldward.core.copy.document.DocumentStore;
import org.fieldward.core.copy.document.Held;
import org.fieldward.core.copy.document.MemoryDocuments;

/** A store that fails in every way that a store can, by its dice, until the storm is over. */
final class StormyDocuments implements DocumentStore {

    final MemoryDocuments inside = new MemoryDocuments();
    private final Random random;
    private TreeMap<String, Document> backup = new TreeMap<>();
    boolean storm = true;
    /** Whether it also loses what it acknowledged. */
    boolean forgets = true;

    StormyDocuments(Random random) {
        this.random = random;
    }

    private boolean strikes(int oneIn) {
        return storm && random.nextInt(oneIn) == 0;
    }

    /** Before anything was done. */
    private void fail() {
        if (strikes(6)) {
            throw new CopyException("refused the connection");
        }
    }

    /** After it was done: whoever asked cannot know. */
    private void timeOut() {
        if (strikes(6)) {
            throw new CopyException("took too long");
        }
    }

    @Override
    public Set<Key> put(List<Document> documents) {
        fail();
        List<Document> some = documents;
        if (strikes(5)) {
            some = new ArrayList<>(documents);
            Collections.shuffle(some, random);
            inside.put(some.subList(0, some.size() / 2));
            throw new CopyException("broke in the middle");
        }
        TreeMap<String, Document> before = inside.snapshot();
        inside.put(documents);
        if (forgets && strikes(8)) {
            // Acknowledged, and gone with the power.
            inside.restore(before);
        }
        timeOut();
        return Set.of();
    }

    /** An administrator at work. */
    void weather() {
        if (strikes(10)) {
            backup = inside.snapshot();
        }
        if (strikes(25)) {
            inside.restore(backup);
        }
    }

    @Override
    public String sum(Optional<Key> after, Optional<Key> upTo) {
        fail();
        return inside.sum(after, upTo);
    }

    @Override
    public String sumOf(List<Document> documents) {
        return inside.sumOf(documents);
    }

    @Override
    public List<Held> held(Optional<Key> after, Optional<Key> upTo, int limit) {
        fail();
        return inside.held(after, upTo, limit);
    }

    @Override
    public Map<Key, Held> held(Collection<Key> keys) {
        fail();
        return inside.held(keys);
    }

    @Override
    public Set<Key> mend(List<Mend> mends) {
        fail();
        inside.mend(mends);
        timeOut();
        return Set.of();
    }

    @Override
    public void close() {
        inside.close();
    }
}
