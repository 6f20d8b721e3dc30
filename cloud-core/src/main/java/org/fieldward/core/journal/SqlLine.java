package org.fieldward.core.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.fieldward.proto.sequence.SequenceSet;

/** The lines of the gateways' files in PostgreSQL; for the transaction under way. */
final class SqlLine {

    private SqlLine() {}

    static boolean hear(Connection connection, String gateway, Line line, Instant now) throws SQLException {
        long last = lockLast(connection, gateway);
        Map<Long, SequenceSet> covered = new HashMap<>();
        for (long epoch : line.epochs()) {
            covered.put(epoch, SqlJournal.covered(connection, gateway, epoch));
        }
        boolean copy = line.isCopy(
                last,
                known(connection, gateway, line.epochs()),
                epoch -> covered.getOrDefault(epoch, SequenceSet.EMPTY));
        remember(connection, gateway, line, now);
        try (PreparedStatement update = connection.prepareStatement("update journal_line set last_epoch = ?,"
                + " copy_at = case when ? then ? else copy_at end where gateway = ?")) {
            update.setLong(1, line.lives().getLast().epoch());
            update.setBoolean(2, copy);
            update.setTimestamp(3, Timestamp.from(now));
            update.setString(4, gateway);
            update.executeUpdate();
        }
        return copy;
    }

    private static long lockLast(Connection connection, String gateway) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into journal_line (gateway, last_epoch) values (?, 0) on conflict do nothing")) {
            insert.setString(1, gateway);
            insert.executeUpdate();
        }
        try (PreparedStatement select =
                connection.prepareStatement("select last_epoch from journal_line where gateway = ? for update")) {
            select.setString(1, gateway);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static Set<Long> known(Connection connection, String gateway, Set<Long> epochs) throws SQLException {
        var known = new HashSet<Long>();
        try (PreparedStatement select =
                connection.prepareStatement("select epoch from journal_life where gateway = ? and epoch = any(?)")) {
            select.setString(1, gateway);
            select.setArray(2, connection.createArrayOf("bigint", epochs.toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    known.add(row.getLong(1));
                }
            }
        }
        return known;
    }

    private static void remember(Connection connection, String gateway, Line line, Instant now) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into journal_life (gateway, epoch, parent, first_sequence, heard_at) values (?, ?, ?, ?, ?)"
                        + " on conflict do nothing")) {
            for (Line.Life life : line.lives()) {
                insert.setString(1, gateway);
                insert.setLong(2, life.epoch());
                insert.setLong(3, life.parent());
                insert.setLong(4, life.first());
                insert.setTimestamp(5, Timestamp.from(now));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
