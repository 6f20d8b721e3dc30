package org.fieldward.core.anchor;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.fieldward.core.ledger.Hash;
import org.fieldward.core.ledger.NoteSigner;
import org.fieldward.core.ledger.SignedNote;
import org.fieldward.core.ledger.TileStore;
import org.fieldward.core.ledger.TileTree;
import org.fieldward.core.observation.commitment.Commitments;
import org.fieldward.core.observation.commitment.Commitments.CommitmentBatch;
import org.fieldward.core.transaction.SqlWork;

/**
 * The log in PostgreSQL. Tiles, the place of each batch and the cursor move in one transaction; a lock on the head makes two
 * appenders take turns, so that neither a crash nor a second core loses or doubles a leaf. The tiles of leaves are made of the
 * commitments whenever they are asked for, and stored nowhere. Thread-safe.
 */
final class SqlLog {

    /** A checkpoint as it was signed and kept. */
    record Signed(long size, Hash root, SignedNote note, Instant signedAt) {}

    private record Head(long size, long batch) {}

    private final DataSource source;
    private final Commitments commitments;

    /** @param commitments of everything that is in the log already, and of what comes */
    SqlLog(DataSource source, Commitments commitments) {
        this.source = source;
        this.commitments = commitments;
    }

    /**
     * Appends the commitments that came after the cursor.
     *
     * @param limit batches at most
     * @return how many batches were appended
     */
    int advance(int limit) {
        return inTransaction(connection -> {
            Head head = locked(connection);
            List<CommitmentBatch> batches = commitments.after(head.batch(), limit);
            if (batches.isEmpty()) {
                return 0;
            }
            long size = head.size();
            var tiles = new WriteBehind(connection, commitments, size);
            var tree = new TileTree(tiles);
            long last = head.batch();
            for (CommitmentBatch batch : batches) {
                if (batch.number() != last + 1) {
                    throw new AnchorException("batch " + (last + 1) + " of the commitments is missing");
                }
                insert(connection, batch, size);
                size = tree.append(size, batch.commitments().toByteArray());
                last = batch.number();
            }
            tiles.flush();
            move(connection, new Head(size, last));
            return batches.size();
        });
    }

    /** Signs the log as it is, unless it did not grow since the newest checkpoint. */
    Optional<Signed> sign(NoteSigner signer, Instant now) {
        return inTransaction(connection -> {
            long size = locked(connection).size();
            if (size == 0 || size == newest(connection).map(Signed::size).orElse(0L)) {
                return Optional.<Signed>empty();
            }
            Hash root = new TileTree(new WriteBehind(connection, commitments, size)).root(size);
            var signed = new Signed(size, root, new SignedNote(signer.sign(size, root)), now);
            insert(connection, signed);
            return Optional.of(signed);
        });
    }

    long size() {
        return inTransaction(connection -> {
            try (var query = connection.prepareStatement("SELECT size FROM ledger_head");
                    var rows = query.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }

    Optional<Signed> newest() {
        return inTransaction(SqlLog::newest);
    }

    Optional<Signed> checkpoint(long size) {
        return inTransaction(connection -> {
            String sql = "SELECT size, root, note, signed_at FROM ledger_checkpoint WHERE size = ?";
            try (var query = connection.prepareStatement(sql)) {
                query.setLong(1, size);
                return checkpoint(query);
            }
        });
    }

    /** Where the leaf of a commitment stands; empty while its batch is not in the log. */
    OptionalLong leaf(long batch, int position) {
        return inTransaction(connection -> {
            String sql = "SELECT first_leaf, leaves FROM ledger_batch WHERE number = ?";
            try (var query = connection.prepareStatement(sql)) {
                query.setLong(1, batch);
                try (ResultSet rows = query.executeQuery()) {
                    if (!rows.next()) {
                        return OptionalLong.empty();
                    }
                    if (position < 0 || position >= rows.getInt(2)) {
                        throw new AnchorException("batch " + batch + " has no position " + position);
                    }
                    return OptionalLong.of(rows.getLong(1) + position);
                }
            }
        });
    }

    /** How many leaves the newest checkpoint that was signed by then covers; 0 if there is none. */
    long sizeBefore(Instant time) {
        return inTransaction(connection -> {
            String sql = "SELECT coalesce(max(size), 0) FROM ledger_checkpoint WHERE signed_at <= ?";
            try (var query = connection.prepareStatement(sql)) {
                query.setTimestamp(1, Timestamp.from(time));
                try (ResultSet rows = query.executeQuery()) {
                    rows.next();
                    return rows.getLong(1);
                }
            }
        });
    }

    /** The last batch whose commitments are all among the first {@code size} leaves; 0 if there is none. */
    long lastBatch(long size) {
        return inTransaction(connection -> {
            String sql = "SELECT number, first_leaf + leaves FROM ledger_batch WHERE first_leaf < ?"
                    + " ORDER BY first_leaf DESC LIMIT 1";
            try (var query = connection.prepareStatement(sql)) {
                query.setLong(1, size);
                try (ResultSet rows = query.executeQuery()) {
                    if (!rows.next()) {
                        return 0L;
                    }
                    return rows.getLong(2) <= size ? rows.getLong(1) : rows.getLong(1) - 1;
                }
            }
        });
    }

    /**
     * The tree up to its present size, for one proof: tiles are read once and kept. It may be read while the log grows on,
     * because the beginning of a tile never changes.
     */
    TileTree tree() {
        var kept = new HashMap<TileStore.Tile, Optional<byte[]>>();
        return new TileTree(new TileStore() {
            @Override
            public Optional<byte[]> read(Tile tile) {
                return kept.computeIfAbsent(
                        tile,
                        missing -> inTransaction(connection -> missing.level() == 0
                                ? SqlLeaves.read(connection, commitments, missing, Long.MAX_VALUE)
                                : SqlLog.read(connection, missing)));
            }

            @Override
            public void write(Tile tile, byte[] hashes) {
                throw new AnchorException("only an append writes tiles");
            }
        });
    }

    private static Head locked(Connection connection) throws SQLException {
        try (var query = connection.prepareStatement("SELECT size, batch FROM ledger_head FOR UPDATE");
                var rows = query.executeQuery()) {
            if (!rows.next()) {
                throw new AnchorException("table ledger_head has lost its row");
            }
            return new Head(rows.getLong(1), rows.getLong(2));
        }
    }

    private static void move(Connection connection, Head head) throws SQLException {
        try (var update = connection.prepareStatement("UPDATE ledger_head SET size = ?, batch = ?")) {
            update.setLong(1, head.size());
            update.setLong(2, head.batch());
            update.executeUpdate();
        }
    }

    private static void insert(Connection connection, CommitmentBatch batch, long firstLeaf) throws SQLException {
        String sql = "INSERT INTO ledger_batch (number, first_leaf, leaves) VALUES (?, ?, ?)";
        try (var insert = connection.prepareStatement(sql)) {
            insert.setLong(1, batch.number());
            insert.setLong(2, firstLeaf);
            insert.setInt(3, batch.size());
            insert.executeUpdate();
        }
    }

    private static void insert(Connection connection, Signed signed) throws SQLException {
        String sql = "INSERT INTO ledger_checkpoint (size, root, note, signed_at) VALUES (?, ?, ?, ?)";
        try (var insert = connection.prepareStatement(sql)) {
            insert.setLong(1, signed.size());
            insert.setBytes(2, signed.root().bytes());
            insert.setString(3, signed.note().text());
            insert.setTimestamp(4, Timestamp.from(signed.signedAt()));
            insert.executeUpdate();
        }
    }

    private static Optional<Signed> newest(Connection connection) throws SQLException {
        String sql = "SELECT size, root, note, signed_at FROM ledger_checkpoint ORDER BY size DESC LIMIT 1";
        try (var query = connection.prepareStatement(sql)) {
            return checkpoint(query);
        }
    }

    private static Optional<Signed> checkpoint(PreparedStatement query) throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            return rows.next()
                    ? Optional.of(new Signed(
                            rows.getLong(1),
                            Hash.of(rows.getBytes(2)),
                            new SignedNote(rows.getString(3)),
                            rows.getTimestamp(4).toInstant()))
                    : Optional.empty();
        }
    }

    private static Optional<byte[]> read(Connection connection, TileStore.Tile tile) throws SQLException {
        try (var query = connection.prepareStatement("SELECT hashes FROM ledger_tile WHERE level = ? AND index = ?")) {
            query.setInt(1, tile.level());
            query.setLong(2, tile.index());
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? Optional.of(rows.getBytes(1)) : Optional.empty();
            }
        }
    }

    private <T> T inTransaction(SqlWork<T> work) {
        try {
            return SqlWork.inTransaction(source, work);
        } catch (SQLException e) {
            throw new AnchorException("the database refused the log", e);
        }
    }

    /** The last tile of each level is written once per transaction, however many batches touch it; tiles of leaves are not. */
    private static final class WriteBehind implements TileStore {

        private final Connection connection;
        private final Commitments commitments;
        private final long size;
        private final Map<Tile, byte[]> written = new HashMap<>();
        private Optional<Tile> last = Optional.empty();
        private byte[] lastLeaves = {};

        /** @param size of the log when the transaction began */
        WriteBehind(Connection connection, Commitments commitments, long size) {
            this.connection = connection;
            this.commitments = commitments;
            this.size = size;
        }

        @Override
        public Optional<byte[]> read(Tile tile) {
            if (last.isPresent() && last.get().equals(tile)) {
                return Optional.of(lastLeaves);
            }
            byte[] hashes = written.get(tile);
            if (hashes != null) {
                return Optional.of(hashes);
            }
            try {
                return tile.level() == 0
                        ? SqlLeaves.read(connection, commitments, tile, size)
                        : SqlLog.read(connection, tile);
            } catch (SQLException e) {
                throw new AnchorException("a tile of the log cannot be read", e);
            }
        }

        @Override
        public void write(Tile tile, byte[] hashes) {
            if (tile.level() == 0) {
                last = Optional.of(tile);
                lastLeaves = hashes;
            } else {
                written.put(tile, hashes);
            }
        }

        void flush() throws SQLException {
            String sql = "INSERT INTO ledger_tile (level, index, hashes) VALUES (?, ?, ?)"
                    + " ON CONFLICT (level, index) DO UPDATE SET hashes = excluded.hashes";
            try (var upsert = connection.prepareStatement(sql)) {
                for (Map.Entry<Tile, byte[]> entry : written.entrySet()) {
                    upsert.setInt(1, entry.getKey().level());
                    upsert.setLong(2, entry.getKey().index());
                    upsert.setBytes(3, entry.getValue());
                    upsert.addBatch();
                }
                upsert.executeBatch();
            }
        }
    }
}
