package org.fieldward.core.distribution.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Held by one core at a time: the database gives it back by itself when that core's connection ends, however it ends. Used
 * by one thread.
 */
public final class SqlLease implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 2;

    private final DataSource database;
    private final long name;
    private Optional<Connection> holding = Optional.empty();

    /** @param name the same in every core, and no other lease's */
    public SqlLease(DataSource database, long name) {
        this.database = database;
        this.name = name;
    }

    /** Takes it if it is free; also says whether it is still held. */
    public boolean isHeld() {
        try {
            if (holding.isPresent() && holding.get().isValid(PATIENCE_SECONDS)) {
                return true;
            }
            close();
            return take();
        } catch (SQLException e) {
            throw new OutboxException("the core could not see whether it is the one that tells", e);
        }
    }

    private boolean take() throws SQLException {
        Connection connection = database.getConnection();
        boolean taken = false;
        try (PreparedStatement select = connection.prepareStatement("select pg_try_advisory_lock(?)")) {
            select.setLong(1, name);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                taken = row.getBoolean(1);
            }
        } finally {
            if (!taken) {
                connection.close();
            }
        }
        if (taken) {
            holding = Optional.of(connection);
        }
        return taken;
    }

    @Override
    public void close() {
        if (holding.isEmpty()) {
            return;
        }
        try (Connection connection = holding.get();
                PreparedStatement unlock = connection.prepareStatement("select pg_advisory_unlock_all()")) {
            unlock.execute();
        } catch (SQLException e) {
            // The connection is gone, and the lease with it.
        } finally {
            holding = Optional.empty();
        }
    }
}
