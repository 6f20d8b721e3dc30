package org.fieldward.core.anchor;

import com.google.protobuf.ByteString;
import java.util.List;
import org.fieldward.core.anchor.chain.ChainState;
import org.fieldward.core.ledger.Checkpoint;
import org.fieldward.core.ledger.ProofFile;

/**
 * All that a stranger needs to check one record, besides the log's public key.
 *
 * @param record the exact stored bytes
 * @param salt 32 bytes; who has it can tell whether a guessed record is this one
 * @param checkpoint what the proof file's note says
 * @param anchors where the checkpoint is to be found on a chain; empty where it is not
 */
public record Proof(
        ByteString record, ByteString salt, ProofFile file, Checkpoint checkpoint, List<ChainState.Anchor> anchors) {

    /** How many leaves the checkpoint covers. */
    public long treeSize() {
        return checkpoint.size();
    }

    public Proof {
        anchors = List.copyOf(anchors);
    }

    /** As {@code docs/protocol-proof.md} describes it; {@code application/json}. */
    public String json() {
        return ProofJson.write(this);
    }

    @Override
    public String toString() {
        return "Proof[leaf " + file.index() + " of " + checkpoint.size() + "]";
    }
}
