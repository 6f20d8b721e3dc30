package org.fieldward.core.anchor;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.anchor.chain.ChainState;
import org.fieldward.core.ledger.SignedNote;

/**
 * How far the log, its signatures and the chain reach. A root covers every commitment before it, so one number says it all.
 *
 * @param logSize leaves in the log
 * @param checkpoint the newest signed one
 * @param anchored the newest checkpoint that is on a chain, final or not
 * @param finished the newest checkpoint that is on a chain for good
 * @param chain whether there is one at all
 */
public record Coverage(
        long logSize,
        Optional<Signed> checkpoint,
        Optional<Anchored> anchored,
        Optional<Anchored> finished,
        boolean chain) {

    /**
     * @param size leaves it covers
     * @param batch the number of the last commitment batch that it covers whole
     */
    public record Signed(long size, long batch, SignedNote note, Instant signedAt) {}

    /** @param places where it is to be found; at least one */
    public record Anchored(Signed checkpoint, List<ChainState.Anchor> places) {
        public Anchored {
            places = List.copyOf(places);
        }
    }

    public static final Coverage NONE = new Coverage(0, Optional.empty(), Optional.empty(), Optional.empty(), false);
}
