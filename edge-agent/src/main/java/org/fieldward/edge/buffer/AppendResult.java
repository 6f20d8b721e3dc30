package org.fieldward.edge.buffer;

/** What became of an append. */
public sealed interface AppendResult {

    /** Durable, in this order, under consecutive sequences. */
    record Stored(long firstSequence, long lastSequence) implements AppendResult {}

    /** Nothing was stored: the lane's share of the disk is used up. */
    record Full(long bytesUsed, long bytesAllowed) implements AppendResult {}
}
