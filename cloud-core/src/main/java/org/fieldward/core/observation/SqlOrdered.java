package org.fieldward.core.observation;

import java.sql.Connection;
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

    @Override
    public void close() throws SQLException {
        try {
            connection.rollback();
        } finally {
            connection.close();
        }
    }
}
