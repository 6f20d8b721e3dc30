package org.fieldward.core.anchor;

import java.util.ArrayList;
import java.util.List;
import org.fieldward.core.ledger.Hash;
import org.fieldward.core.observation.commitment.Commitments;
import org.fieldward.proto.tree.HashTree;
import org.fieldward.proto.tree.TreeHasher;

/** What the log must hold, made from the commitments themselves. */
final class Leaves {

    private static final int COMMITMENT = 32;

    private Leaves() {}

    static List<byte[]> of(Commitments commitments) {
        var hasher = new TreeHasher();
        var leaves = new ArrayList<byte[]>();
        for (Commitments.CommitmentBatch batch : commitments.after(0, Integer.MAX_VALUE)) {
            for (int at = 0; at < batch.commitments().size(); at += COMMITMENT) {
                leaves.add(hasher.leaf(
                        batch.commitments().substring(at, at + COMMITMENT).toByteArray()));
            }
        }
        return leaves;
    }

    static Hash root(Commitments commitments) {
        List<byte[]> leaves = of(commitments);
        return Hash.of(HashTree.of(leaves).root(leaves.size()));
    }
}
