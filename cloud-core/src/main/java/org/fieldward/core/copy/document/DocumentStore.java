package org.fieldward.core.copy.document;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.chart.Key;

/**
 * Another store that keeps documents, one per key. Several cores may write to it at once. Every method throws
 * {@link CopyException} where the store failed or took too long; what it did by then stays done. Thread-safe.
 */
public interface DocumentStore extends AutoCloseable {

    /**
     * Writes each document unless one of that key with the same or a greater version is there; repeating it is harmless.
     * Each is written as a whole or not at all, the batch need not be.
     *
     * @param documents of different keys
     * @return keys of what this store can never take, such as a text that it cannot write
     */
    Set<Key> put(List<Document> documents);

    /**
     * A sum over what is held in the range, which differs where any document differs.
     *
     * @param after empty: from the first
     * @param upTo the last of the range, itself in it; empty: to the last
     */
    String sum(Optional<Key> after, Optional<Key> upTo);

    /** What {@link #sum} would be if exactly these were there. */
    String sumOf(List<Document> documents);

    /** What is held in the range, in the order of the bytes of {@link Key#toString}, at most so many from its beginning. */
    List<Held> held(Optional<Key> after, Optional<Key> upTo, int limit);

    /** What is held of these; what is not there is left out. */
    Map<Key, Held> held(Collection<Key> keys);

    /**
     * Puts something right, whatever the versions say.
     *
     * @param seen what must be there now, empty: nothing; where it is not, nothing is done
     * @param wanted empty: nothing shall be there
     */
    record Mend(Key key, Optional<Held> seen, Optional<Document> wanted) {}

    /** @return keys of what this store can never take */
    Set<Key> mend(List<Mend> mends);

    @Override
    void close();
}
