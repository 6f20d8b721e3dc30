package org.fieldward.core.anchor;

import java.time.Instant;
import java.util.Optional;
import org.fieldward.core.anchor.chain.ChainState;
import org.fieldward.core.ledger.Hash;

/**
 * How things stand with the log, for the console.
 *
 * @param logSize leaves in the log
 * @param checkpoint the newest signed one
 * @param trouble why the log does not go on, where it does not
 */
public record AnchorState(long logSize, Optional<SignedHead> checkpoint, Optional<String> trouble, ChainState chain) {

    /** A checkpoint that was signed. */
    public record SignedHead(long size, Hash root, Instant signedAt) {}
}
