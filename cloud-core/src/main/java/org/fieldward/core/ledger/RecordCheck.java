package org.fieldward.core.ledger;

import java.util.List;
import org.fieldward.proto.tree.ProofCheck;
import org.fieldward.proto.tree.RecordCommitment;
import org.fieldward.proto.tree.TreeHasher;

/** Checks, with nothing but the log's public key, that a record is in the log and unchanged. */
public final class RecordCheck {

    /** What the check found. */
    public sealed interface Result {
        /** The record is the leaf at this index under this signed checkpoint. */
        record Accepted(long index, Checkpoint checkpoint) implements Result {}

        /** The first step that failed, and why. */
        record Refused(Step step, String reason) implements Result {}
    }

    /** In the order they are taken. */
    public enum Step {
        FORMAT,
        COMMITMENT,
        CHECKPOINT,
        INCLUSION,
        CHAIN
    }

    private RecordCheck() {}

    /**
     * Takes the steps in order and stops at the first that fails.
     *
     * @param record the exact bytes that were stored
     * @param salt 32 bytes
     */
    public static Result check(byte[] record, byte[] salt, ProofFile proof, NoteKey key) {
        if (salt.length != RecordCommitment.SALT_BYTES) {
            return new Result.Refused(Step.COMMITMENT, "the salt must be 32 bytes, was " + salt.length);
        }
        Checkpoint checkpoint;
        try {
            checkpoint = proof.checkpoint().open(key);
        } catch (LedgerException e) {
            return new Result.Refused(Step.CHECKPOINT, String.valueOf(e.getMessage()));
        }
        byte[] leaf = new TreeHasher().leaf(new RecordCommitment().of(salt, record));
        List<byte[]> path = proof.path().stream().map(Hash::bytes).toList();
        byte[] root = checkpoint.root().bytes();
        if (!ProofCheck.inclusion(leaf, proof.index(), checkpoint.size(), path, root)) {
            return new Result.Refused(
                    Step.INCLUSION,
                    "record, salt and path do not lead from leaf " + proof.index() + " to the root of the checkpoint");
        }
        return new Result.Accepted(proof.index(), checkpoint);
    }
}
