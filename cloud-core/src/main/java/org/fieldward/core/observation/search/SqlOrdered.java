package org.fieldward.core.observation.search;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * A transaction that only reads, along indexes in their order. Left to itself PostgreSQL collects and sorts a whole day for
 * a page of it as long as it has no statistics, which is a while after every large import.
 */
final class SqlOrdered implements AutoCloseable {

    private final Connection connection;

    private SqlOrdered(Connection connection) {
        this.connection = connection;
    }

    static SqlOrdered begin(DataSource database) throws SQLException {
        Connection connection = database.getConnection();
        try {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("set local enable_bitmapscan = off");
            }
            return new SqlOrdered(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    Connection connection() {
        return connection;
    }

    /** Takes one row and no more. */
    @FunctionalInterface
    interface Taker {
        void take(ResultSet row) throws SQLException;
    }

    /**
     * Shows the rows of both in the order of their first column, a number by which each is ordered. Within a transaction they
     * are fetched in pieces.
     */
    static void merge(PreparedStatement one, PreparedStatement other, int fetchedAtOnce, Taker taker)
            throws SQLException {
        one.setFetchSize(fetchedAtOnce);
        other.setFetchSize(fetchedAtOnce);
        try (ResultSet left = one.executeQuery();
                ResultSet right = other.executeQuery()) {
            boolean isLeft = left.next();
            boolean isRight = right.next();
            while (isLeft || isRight) {
                if (isLeft && (!isRight || left.getLong(1) <= right.getLong(1))) {
                    taker.take(left);
                    isLeft = left.next();
                } else {
                    taker.take(right);
                    isRight = right.next();
                }
            }
        }
    }

    @Override
    public void close() throws SQLException {
        try {
            connection.rollback();
        } finally {
            connection.close();
        }
    }
}
