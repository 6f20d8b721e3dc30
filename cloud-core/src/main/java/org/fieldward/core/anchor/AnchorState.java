package org.fieldward.core.anchor;

import java.time.Instant;
import java.util.Optional;

/**
 * Where the log and the chain stand, for a screen.
 *
 * @param logSize leaves in the log
 * @param checkpoint the newest signed one
 * @param anchored the newest that is on the chain
 */
public record AnchorState(
        long logSize, Optional<Checkpoint> checkpoint, ChainState chain, Optional<Anchored> anchored) {

    public enum ChainState {
        /** No chain is configured: checkpoints are signed and stay here. */
        NONE,
        CONNECTED,
        /** The chain cannot be reached; anchors wait. */
        UNREACHABLE
    }

    public record Checkpoint(long size, Instant signedAt) {}

    /** @param isFinal no reorganisation of the chain is expected to undo it */
    public record Anchored(long size, String transaction, long block, boolean isFinal) {}
}
