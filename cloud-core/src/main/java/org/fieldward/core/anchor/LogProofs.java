package org.fieldward.core.anchor;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.fieldward.core.anchor.chain.ChainState;
import org.fieldward.core.anchor.chain.SqlChain;
import org.fieldward.core.ledger.Checkpoint;
import org.fieldward.core.ledger.Hash;
import org.fieldward.core.ledger.ProofFile;
import org.fieldward.core.ledger.TileTree;
import org.fieldward.proto.tree.RecordCommitment;
import org.fieldward.proto.tree.TreeHasher;

/** Proofs out of the log and out of what was found on the chain. */
final class LogProofs implements Proofs {

    private final SqlLog log;
    private final SqlChain known;
    private final String origin;

    LogProofs(SqlLog log, SqlChain known, String origin) {
        this.log = log;
        this.known = known;
        this.origin = origin;
    }

    @Override
    public Optional<Proof> proof(long commitmentBatch, int position, ByteString record, ByteString salt) {
        OptionalLong leaf = log.leaf(commitmentBatch, position);
        if (leaf.isEmpty()) {
            return Optional.empty();
        }
        long index = leaf.getAsLong();
        TileTree tree = log.tree();
        byte[] expected = new TreeHasher().leaf(new RecordCommitment().of(salt.toByteArray(), record.toByteArray()));
        if (!Arrays.equals(expected, tree.hash(0, index))) {
            throw new AnchorException("leaf " + index + " was committed to another record than the one stored now");
        }
        List<ChainState.Anchor> anchors = known.covering(index);
        Optional<SqlLog.Signed> checkpoint = anchors.isEmpty()
                ? log.newest().filter(newest -> newest.size() > index)
                : log.checkpoint(anchors.getFirst().size());
        return checkpoint.map(signed -> {
            var file =
                    new ProofFile(ProofJson.hints(anchors), index, tree.inclusion(index, signed.size()), signed.note());
            return new Proof(record, salt, file, new Checkpoint(origin, signed.size(), signed.root()), anchors);
        });
    }

    @Override
    public List<Hash> consistency(long firstSize, long secondSize) {
        if (firstSize > secondSize
                || log.checkpoint(firstSize).isEmpty()
                || log.checkpoint(secondSize).isEmpty()) {
            throw new AnchorException("there are no two checkpoints of sizes " + firstSize + " and " + secondSize);
        }
        return log.tree().consistency(firstSize, secondSize);
    }
}
