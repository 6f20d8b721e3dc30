package org.fieldward.core.distribution.rest;

import java.util.Optional;
import org.fieldward.core.distribution.seal.Envelope;
import org.fieldward.core.distribution.search.Searchable;

/**
 * Seals where a search stands into a link, so that the server keeps nothing and the link shows no patient. A changed
 * link opens to nothing, and the same place has the same link. Every core with the same key reads every core's links.
 * Thread-safe.
 */
public final class Cursors {

    private static final int MAX_LENGTH = 8_000;

    private final Envelope envelope;

    /** @param key 32 secret bytes */
    public Cursors(byte[] key) {
        envelope = new Envelope(key);
    }

    public String seal(Searchable type, String cursor) {
        return seal(type.type(), cursor);
    }

    /** @param type what it is for: a link for one opens to nothing for another */
    public String seal(String type, String cursor) {
        return envelope.seal(type, cursor);
    }

    /** @return empty for anything that this key did not seal for this type */
    public Optional<String> open(Searchable type, String link) {
        return open(type.type(), link);
    }

    /** @return empty for anything that this key did not seal for this type */
    public Optional<String> open(String type, String link) {
        return link.length() > MAX_LENGTH ? Optional.empty() : envelope.open(type, link);
    }
}
