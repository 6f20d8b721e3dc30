package org.fieldward.core.copy.document;

import org.fieldward.core.chart.Key;

/** Names of documents. */
final class Keys {

    private Keys() {}

    /** Out of {@link Key#toString}. */
    static Key read(String name) {
        int slash = name.indexOf('/');
        if (slash < 1 || !Key.isId(name.substring(slash + 1))) {
            throw new CopyException("the store holds a document under a name that is no resource's");
        }
        return new Key(name.substring(0, slash), name.substring(slash + 1));
    }
}
