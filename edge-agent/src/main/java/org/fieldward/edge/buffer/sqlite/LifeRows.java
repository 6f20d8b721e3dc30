package org.fieldward.edge.buffer.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.fieldward.edge.buffer.Lives;
import org.fieldward.edge.buffer.Lives.Kind;
import org.fieldward.edge.buffer.Lives.Life;

/** The rows of lives, see {@link Lives}. */
final class LifeRows {

    /** Lives beyond so many are forgotten where none of their records is left. */
    private static final int KEPT = 1000;

    private LifeRows() {}

    static Lives read(Connection connection) throws SQLException {
        return new Lives(rows(connection));
    }

    /** And the one that begins with the next record. */
    static Lives read(Connection connection, Life pending) throws SQLException {
        List<Life> all = rows(connection);
        all.add(pending);
        return new Lives(all);
    }

    private static List<Life> rows(Connection connection) throws SQLException {
        var all = new ArrayList<Life>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT epoch, parent, first, salvaged FROM life ORDER BY first, number")) {
            while (rows.next()) {
                all.add(new Life(
                        rows.getLong(1),
                        rows.getLong(2),
                        rows.getLong(3),
                        rows.getBoolean(4) ? Kind.SALVAGED : Kind.BEGUN));
            }
        }
        return all;
    }

    /** What the lives are once this is committed: one begins with its first record, in the same transaction. */
    static Lives after(Connection connection, Lives lives, boolean stores, OptionalLong parted) throws SQLException {
        Life now = lives.newest();
        if (stores && now.kind() == Kind.PENDING) {
            now = new Life(now.epoch(), now.parent(), now.first(), Kind.BEGUN);
            insert(connection, now);
        }
        if (parted.isPresent() && now.kind() == Kind.BEGUN) {
            now = new Life(parted.getAsLong(), now.epoch(), now.first(), Kind.BEGUN);
            rename(connection, now.parent(), now.epoch());
        }
        var all = new ArrayList<>(lives.all());
        all.set(all.size() - 1, now);
        return new Lives(all);
    }

    static void insert(Connection connection, Life life) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO life (epoch, parent, first, salvaged) VALUES (?, ?, ?, ?)")) {
            insert.setLong(1, life.epoch());
            insert.setLong(2, life.parent());
            insert.setLong(3, life.first());
            insert.setBoolean(4, life.kind() == Kind.SALVAGED);
            insert.executeUpdate();
        }
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM life WHERE number <= (SELECT max(number) - " + KEPT + " FROM life)"
                    + " AND NOT EXISTS (SELECT 1 FROM record_group WHERE last >= life.first AND last <"
                    + " (SELECT min(after.first) FROM life after WHERE after.first > life.first))");
        }
    }

    /** The records of the newest life go under another epoch from now on. */
    private static void rename(Connection connection, long from, long to) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE life SET parent = epoch, epoch = ? WHERE epoch = ?")) {
            update.setLong(1, to);
            update.setLong(2, from);
            update.executeUpdate();
        }
    }

    /** A record of a life was found below where that life was thought to begin. */
    static void lower(Connection connection, long epoch, long first) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE life SET first = ? WHERE epoch = ?")) {
            update.setLong(1, first);
            update.setLong(2, epoch);
            update.executeUpdate();
        }
    }
}
