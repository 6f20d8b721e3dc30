package org.fieldward.core.copy.document;

import org.fieldward.core.chart.Key;

/**
 * What a store holds of a key.
 *
 * @param checksum of what really is there, as {@link Document#checksum}; empty where that is no document at all
 */
public record Held(Key key, long version, String checksum) {}
