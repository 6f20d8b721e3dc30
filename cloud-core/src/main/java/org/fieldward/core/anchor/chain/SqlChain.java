package org.fieldward.core.anchor.chain;

import com.google.protobuf.ByteString;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;
import org.fieldward.core.anchor.chain.ChainClient.Anchored;
import org.fieldward.core.anchor.chain.ChainClient.Block;
import org.fieldward.core.anchor.chain.ChainClient.Call;
import org.fieldward.core.anchor.chain.ChainClient.Fees;
import org.fieldward.core.anchor.chain.ChainClient.Signed;
import org.fieldward.core.ledger.Hash;
import org.fieldward.core.transaction.SqlWork;

/** What is known of one chain, in PostgreSQL: the outbox, how far events were read, and the anchors found. Thread-safe. */
public final class SqlChain {

    /**
     * How far the events of a contract were read.
     *
     * @param firstBlock where reading began
     * @param block the last one read; its hash is empty before the first
     * @param deployed whether the contract is one that we deployed
     */
    record Cursor(String contract, long firstBlock, Block block, boolean deployed) {}

    /** One signing of a transaction, kept before it is sent. */
    record Outgoing(long id, long nonce, Call call, Signed signed, Fees fees, Instant signedAt) {}

    enum Outcome {
        MINED,
        REFUSED,
        SUPERSEDED
    }

    /** What an event found on the chain is to this log. */
    enum Kind {
        PROVISIONAL,
        FOREIGN
    }

    private static final String ANCHOR_COLUMNS =
            "SELECT chain_id, contract, tx, block_number, size, root, anchored_at, state FROM chain_anchor"
                    + " WHERE state IN ('provisional', 'final')";

    private final DataSource source;

    public SqlChain(DataSource source) {
        this.source = source;
    }

    /** The anchors of the newest checkpoint of more than {@code leaf} leaves; a final one goes before a newer one. */
    public List<ChainState.Anchor> covering(long leaf) {
        String sql = ANCHOR_COLUMNS + " AND size = (SELECT size FROM chain_anchor WHERE size > ?"
                + " AND state IN ('provisional', 'final') ORDER BY state = 'final' DESC, size DESC LIMIT 1)"
                + " ORDER BY block_number";
        return with(connection -> anchors(connection, sql, leaf));
    }

    /** The anchors of the newest checkpoint that is on a chain. */
    public List<ChainState.Anchor> newest(boolean onlyFinal) {
        String states = onlyFinal ? "('final')" : "('provisional', 'final')";
        String sql = ANCHOR_COLUMNS + " AND size = (SELECT max(size) FROM chain_anchor WHERE size > ?"
                + " AND state IN " + states + ")" + (onlyFinal ? " AND state = 'final'" : "")
                + " ORDER BY block_number";
        return with(connection -> anchors(connection, sql, 0));
    }

    Optional<ChainState.Anchor> newest(long chainId) {
        String sql = ANCHOR_COLUMNS + " AND chain_id = ? ORDER BY size DESC LIMIT 1";
        return with(connection -> anchors(connection, sql, chainId)).stream().findFirst();
    }

    Optional<Cursor> cursor(long chainId) {
        String sql = "SELECT contract, first_block, block_number, block_hash, deployed FROM chain_cursor"
                + " WHERE chain_id = ? AND current";
        return with(connection -> {
            try (var query = connection.prepareStatement(sql)) {
                query.setLong(1, chainId);
                try (ResultSet rows = query.executeQuery()) {
                    return rows.next() ? Optional.of(cursor(rows)) : Optional.empty();
                }
            }
        });
    }

    /** Makes this contract the one that is followed; one that was followed before goes on where it was. */
    void follow(long chainId, Cursor cursor) {
        with(connection -> {
            unfollow(connection, chainId);
            String sql = "INSERT INTO chain_cursor (chain_id, contract, first_block, block_number, block_hash,"
                    + " deployed, current) VALUES (?, ?, ?, ?, ?, ?, true)"
                    + " ON CONFLICT (chain_id, contract) DO UPDATE SET current = true";
            try (var insert = connection.prepareStatement(sql)) {
                insert.setLong(1, chainId);
                insert.setString(2, cursor.contract());
                insert.setLong(3, cursor.firstBlock());
                insert.setLong(4, cursor.block().number());
                insert.setString(5, cursor.block().hash());
                insert.setBoolean(6, cursor.deployed());
                return insert.executeUpdate();
            }
        });
    }

    /** The contract is gone from the chain, and its events with it. */
    void forget(long chainId, Cursor cursor) {
        with(connection -> {
            retract(connection, chainId, cursor.contract(), -1);
            String sql = "DELETE FROM chain_cursor WHERE chain_id = ? AND contract = ?";
            try (var delete = connection.prepareStatement(sql)) {
                delete.setLong(1, chainId);
                delete.setString(2, cursor.contract());
                return delete.executeUpdate();
            }
        });
    }

    /** Blocks in which anchors stand that were not retracted, newest first. */
    List<Block> anchorBlocks(long chainId, String contract) {
        String sql = "SELECT DISTINCT block_number, block_hash FROM chain_anchor"
                + " WHERE chain_id = ? AND contract = ? AND state <> 'retracted' ORDER BY block_number DESC";
        return with(connection -> {
            try (var query = connection.prepareStatement(sql)) {
                query.setLong(1, chainId);
                query.setString(2, contract);
                var blocks = new ArrayList<Block>();
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        blocks.add(new Block(rows.getLong(1), rows.getString(2)));
                    }
                }
                return blocks;
            }
        });
    }

    /** Keeps events and moves the cursor behind them, at once. Reading the same blocks again changes nothing. */
    void read(long chainId, Cursor cursor, Block upTo, List<Anchored> events, List<Kind> kinds) {
        with(connection -> {
            String sql = "INSERT INTO chain_anchor (chain_id, contract, block_hash, log_index, block_number, tx, root,"
                    + " size, submitter, anchored_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                    + " ON CONFLICT (chain_id, contract, block_hash, log_index) DO UPDATE SET state = excluded.state"
                    + " WHERE chain_anchor.state = 'retracted'";
            try (var insert = connection.prepareStatement(sql)) {
                for (int i = 0; i < events.size(); i++) {
                    bind(insert, chainId, cursor.contract(), events.get(i), kinds.get(i));
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            move(connection, chainId, cursor.contract(), upTo);
            return events.size();
        });
    }

    /** Undoes every anchor above a block, and reads on from there. */
    int rewind(long chainId, Cursor cursor, Block block) {
        return with(connection -> {
            int undone = retract(connection, chainId, cursor.contract(), block.number());
            move(connection, chainId, cursor.contract(), block);
            return undone;
        });
    }

    void finalise(long chainId, String contract, long upToBlock) {
        with(connection -> {
            String sql = "UPDATE chain_anchor SET state = 'final' WHERE chain_id = ? AND contract = ?"
                    + " AND block_number <= ? AND state = 'provisional'";
            try (var update = connection.prepareStatement(sql)) {
                update.setLong(1, chainId);
                update.setString(2, contract);
                update.setLong(3, upToBlock);
                return update.executeUpdate();
            }
        });
    }

    long foreign(long chainId, String contract) {
        return with(connection -> {
            String sql = "SELECT count(*) FROM chain_anchor WHERE chain_id = ? AND contract = ? AND state = 'foreign'";
            try (var query = connection.prepareStatement(sql)) {
                query.setLong(1, chainId);
                query.setString(2, contract);
                try (ResultSet rows = query.executeQuery()) {
                    rows.next();
                    return rows.getLong(1);
                }
            }
        });
    }

    /** Every signing of the transaction under way, newest first. */
    List<Outgoing> pending(long chainId) {
        String sql = "SELECT id, nonce, contract, root, size, signed, tx, tip, max_fee, sent_at FROM chain_outbox"
                + " WHERE chain_id = ? AND state = 'pending' ORDER BY id DESC";
        return with(connection -> {
            try (var query = connection.prepareStatement(sql)) {
                query.setLong(1, chainId);
                var found = new ArrayList<Outgoing>();
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        found.add(outgoing(rows));
                    }
                }
                return found;
            }
        });
    }

    /** Keeps a signed transaction; to be called before it is sent. */
    void keep(long chainId, long nonce, Call call, Signed signed, Fees fees, Instant now) {
        with(connection -> {
            String sql = "INSERT INTO chain_outbox (chain_id, nonce, contract, root, size, signed, tx, tip, max_fee,"
                    + " sent_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending')";
            try (var insert = connection.prepareStatement(sql)) {
                insert.setLong(1, chainId);
                insert.setLong(2, nonce);
                switch (call) {
                    case Call.Deploy deploy -> {
                        insert.setObject(3, null);
                        insert.setObject(4, null);
                        insert.setObject(5, null);
                    }
                    case Call.Anchor anchor -> {
                        insert.setString(3, anchor.contract());
                        insert.setBytes(4, anchor.root().bytes());
                        insert.setLong(5, anchor.size());
                    }
                }
                insert.setBytes(6, signed.bytes().toByteArray());
                insert.setString(7, signed.tx());
                insert.setBigDecimal(8, new BigDecimal(fees.tip()));
                insert.setBigDecimal(9, new BigDecimal(fees.maxFee()));
                insert.setTimestamp(10, Timestamp.from(now));
                return insert.executeUpdate();
            }
        });
    }

    /** Ends the transaction under way, in all its signings. */
    void settle(long chainId, Outcome outcome) {
        with(connection -> {
            String sql = "UPDATE chain_outbox SET state = ? WHERE chain_id = ? AND state = 'pending'";
            try (var update = connection.prepareStatement(sql)) {
                update.setString(1, word(outcome));
                update.setLong(2, chainId);
                return update.executeUpdate();
            }
        });
    }

    private static void unfollow(Connection connection, long chainId) throws SQLException {
        try (var update = connection.prepareStatement("UPDATE chain_cursor SET current = false WHERE chain_id = ?")) {
            update.setLong(1, chainId);
            update.executeUpdate();
        }
    }

    private static int retract(Connection connection, long chainId, String contract, long above) throws SQLException {
        String sql = "UPDATE chain_anchor SET state = 'retracted'"
                + " WHERE chain_id = ? AND contract = ? AND block_number > ? AND state <> 'retracted'";
        try (var update = connection.prepareStatement(sql)) {
            update.setLong(1, chainId);
            update.setString(2, contract);
            update.setLong(3, above);
            return update.executeUpdate();
        }
    }

    private static void move(Connection connection, long chainId, String contract, Block block) throws SQLException {
        String sql = "UPDATE chain_cursor SET block_number = ?, block_hash = ? WHERE chain_id = ? AND contract = ?";
        try (var update = connection.prepareStatement(sql)) {
            update.setLong(1, block.number());
            update.setString(2, block.hash());
            update.setLong(3, chainId);
            update.setString(4, contract);
            update.executeUpdate();
        }
    }

    private static void bind(PreparedStatement insert, long chainId, String contract, Anchored event, Kind kind)
            throws SQLException {
        insert.setLong(1, chainId);
        insert.setString(2, contract);
        insert.setString(3, event.block().hash());
        insert.setLong(4, event.logIndex());
        insert.setLong(5, event.block().number());
        insert.setString(6, event.tx());
        insert.setBytes(7, event.root().bytes());
        insert.setLong(8, event.size());
        insert.setString(9, event.submitter());
        insert.setTimestamp(10, Timestamp.from(event.at()));
        insert.setString(11, word(kind));
    }

    private static Cursor cursor(ResultSet row) throws SQLException {
        return new Cursor(
                row.getString(1), row.getLong(2), new Block(row.getLong(3), row.getString(4)), row.getBoolean(5));
    }

    private static Outgoing outgoing(ResultSet row) throws SQLException {
        String contract = row.getString(3);
        Call call = contract == null
                ? new Call.Deploy()
                : new Call.Anchor(contract, Hash.of(row.getBytes(4)), row.getLong(5));
        return new Outgoing(
                row.getLong(1),
                row.getLong(2),
                call,
                new Signed(ByteString.copyFrom(row.getBytes(6)), row.getString(7)),
                new Fees(
                        row.getBigDecimal(8).toBigInteger(),
                        row.getBigDecimal(9).toBigInteger()),
                row.getTimestamp(10).toInstant());
    }

    private static List<ChainState.Anchor> anchors(Connection connection, String sql, long parameter)
            throws SQLException {
        var found = new ArrayList<ChainState.Anchor>();
        try (var query = connection.prepareStatement(sql)) {
            query.setLong(1, parameter);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    found.add(new ChainState.Anchor(
                            rows.getLong(1),
                            rows.getString(2),
                            rows.getString(3),
                            rows.getLong(4),
                            rows.getLong(5),
                            Hash.of(rows.getBytes(6)),
                            rows.getTimestamp(7).toInstant(),
                            ChainState.Finality.valueOf(rows.getString(8).toUpperCase(Locale.ROOT))));
                }
            }
        }
        return List.copyOf(found);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private <T> T with(SqlWork<T> work) {
        try {
            return SqlWork.inTransaction(source, work);
        } catch (SQLException e) {
            throw new ChainException("the database refused what is known of the chain", e);
        }
    }
}
