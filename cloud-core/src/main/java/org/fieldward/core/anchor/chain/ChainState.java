package org.fieldward.core.anchor.chain;

import java.time.Instant;
import java.util.Optional;
import org.fieldward.core.ledger.Hash;

/** How things stand with the chain, for the console. */
public sealed interface ChainState {

    /** No chain is configured: the log and its signed checkpoints run without one. */
    record NotConfigured() implements ChainState {}

    /** The first answer of the chain is awaited. */
    record Connecting() implements ChainState {}

    /**
     * The chain answers.
     *
     * @param waiting what a transaction waits for, such as to be mined, or why it was refused
     * @param foreign how many events of the contract are not of this log: another log writes there, or this one was lost
     */
    record Connected(long chainId, String contract, Optional<Anchor> newest, Optional<String> waiting, long foreign)
            implements ChainState {}

    /** The chain cannot be used; everything else goes on, and anchoring resumes by itself. */
    record Behind(Instant since, String reason, Optional<Anchor> newest) implements ChainState {}

    /** A checkpoint as found on the chain. */
    record Anchor(
            long chainId,
            String contract,
            String tx,
            long block,
            long size,
            Hash root,
            Instant at,
            Finality finality) {}

    /** Whether a reorganisation of the chain may still undo an anchor. */
    enum Finality {
        PROVISIONAL,
        FINAL
    }
}
