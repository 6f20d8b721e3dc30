package org.fieldward.core.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * How far a follower has read, kept in the database so that it moves in the transaction of the follower's result. Between
 * {@link #lock} and the commit no other core can work for the same follower.
 */
public final class SqlCursor {

    private final String follower;

    /** @param follower a name that never changes */
    public SqlCursor(String follower) {
        this.follower = follower;
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
