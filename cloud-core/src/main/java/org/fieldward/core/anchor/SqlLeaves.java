package org.fieldward.core.anchor;

import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.ledger.TileStore;
import org.fieldward.core.ledger.TileStore.Tile;
import org.fieldward.core.observation.commitment.Commitments;
import org.fieldward.core.observation.commitment.Commitments.CommitmentBatch;
import org.fieldward.proto.tree.TreeHasher;

/**
 * Tiles of leaves. A leaf is the hash of a commitment, which is stored already: to store it too would cost a fifth of all that
 * a reading writes, and only a proof ever reads it.
 */
final class SqlLeaves {

    private static final int HASH_BYTES = TreeHasher.HASH_BYTES;

    private SqlLeaves() {}

    /** Where a batch of commitments stands in the log. */
    private record Stand(long number, long firstLeaf) {}

    /**
     * Makes one of the commitments.
     *
     * @param size leaves from here on are left out
     * @return empty if it holds no leaf
     */
    static Optional<byte[]> read(Connection connection, Commitments commitments, Tile tile, long size)
            throws SQLException {
        long from = tile.index() * TileStore.WIDTH;
        long until = Math.min(from + TileStore.WIDTH, size);
        List<Stand> stands = until > from ? stands(connection, from, until) : List.of();
        if (stands.isEmpty()) {
            return Optional.empty();
        }
        List<CommitmentBatch> batches = commitments.after(stands.getFirst().number() - 1, stands.size());
        if (batches.size() != stands.size()) {
            throw new AnchorException("the log holds leaves whose commitments are missing");
        }
        var hasher = new TreeHasher();
        var leaves = new ByteArrayOutputStream(TileStore.WIDTH * HASH_BYTES);
        for (int i = 0; i < stands.size(); i++) {
            Stand stand = stands.get(i);
            CommitmentBatch batch = batches.get(i);
            if (batch.number() != stand.number()) {
                throw new AnchorException("batch " + stand.number() + " of the commitments is missing");
            }
            long first = Math.max(from, stand.firstLeaf());
            long last = Math.min(until, stand.firstLeaf() + batch.size());
            for (long leaf = first; leaf < last; leaf++) {
                int at = (int) (leaf - stand.firstLeaf()) * HASH_BYTES;
                leaves.writeBytes(hasher.leaf(
                        batch.commitments().substring(at, at + HASH_BYTES).toByteArray()));
            }
        }
        return leaves.size() == 0 ? Optional.empty() : Optional.of(leaves.toByteArray());
    }

    /** The batches that have leaves of this range, in order. */
    private static List<Stand> stands(Connection connection, long from, long until) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                select number, first_leaf from ledger_batch
                where first_leaf < ? and first_leaf >= (
                    select coalesce(max(first_leaf), 0) from ledger_batch where first_leaf <= ?)
                order by number""")) {
            select.setLong(1, until);
            select.setLong(2, from);
            try (ResultSet row = select.executeQuery()) {
                var stands = new ArrayList<Stand>();
                while (row.next()) {
                    stands.add(new Stand(row.getLong(1), row.getLong(2)));
                }
                return stands;
            }
        }
    }
}
