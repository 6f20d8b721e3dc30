package org.fieldward.core.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * How far a follower has read, kept in the database so that it moves in the transaction of the follower's result. Between
 * {@link #lock} and the commit no other core can work for the same follower.
 */
public final class SqlCursor {

    /** What a follower makes of the page behind its position, in the transaction that moves the cursor. */
    @FunctionalInterface
    public interface Page {
        /** @return the position of the last that was read; the same one where there was nothing */
        long read(Connection connection, long position) throws SQLException;
    }

    private final String follower;

    /** @param follower a name that never changes */
    public SqlCursor(String follower) {
        this.follower = follower;
    }

    /** Takes one step in a transaction of its own, which is rolled back if it fails; false if there was nothing. */
    public boolean step(DataSource database, Page page) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                long position = lock(connection);
                long reached = page.read(connection, position);
                if (reached == position) {
                    connection.rollback();
                    return false;
                }
                move(connection, reached);
                connection.commit();
                return true;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    /** Waits for whoever else works for this follower; 0 before its first result. */
    public long lock(Connection connection) throws SQLException {
        Optional<Long> position = select(connection);
        if (position.isPresent()) {
            return position.get();
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into follower_cursor (follower, position) values (?, 0) on conflict do nothing")) {
            insert.setString(1, follower);
            insert.executeUpdate();
        }
        return select(connection).orElseThrow();
    }

    private Optional<Long> select(Connection connection) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select position from follower_cursor where follower = ? for update")) {
            select.setString(1, follower);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
            }
        }
    }

    public void move(Connection connection, long position) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update follower_cursor set position = ? where follower = ?")) {
            update.setLong(1, position);
            update.setString(2, follower);
            update.executeUpdate();
        }
    }
}
