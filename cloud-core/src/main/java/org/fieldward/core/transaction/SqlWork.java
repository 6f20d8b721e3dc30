package org.fieldward.core.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** What is done in one transaction. */
@FunctionalInterface
public interface SqlWork<T> {

    T in(Connection connection) throws SQLException;

    /**
     * Commits what the work did; where it failed nothing of it stays, and what it threw is thrown.
     *
     * @throws SQLException also if no connection could be had, or the commit failed
     */
    static <T> T inTransaction(DataSource database, SqlWork<T> work) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.in(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException | Error e) {
                undo(connection, e);
                throw e;
            }
        }
    }

    /** A connection that broke cannot roll back either, and why it broke is worth more than that. */
    private static void undo(Connection connection, Throwable why) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }
}
