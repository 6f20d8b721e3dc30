package org.fieldward.core.chart.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;

/**
 * Waits until what was committed would survive a power cut. Commits under the lock of the tail do not wait for the disk, so
 * one small commit after them does; whoever comes while that is under way shares the next one. Thread-safe.
 */
final class SqlDurability {

    private final DataSource database;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private long asked;
    private long done;
    private boolean busy;

    SqlDurability(DataSource database) {
        this.database = database;
    }

    /** Returns after everything that was committed before the call would survive a power cut. */
    void await() throws SQLException {
        long upTo;
        lock.lock();
        try {
            long mine = ++asked;
            while (busy && done < mine) {
                ended.awaitUninterruptibly();
            }
            if (done >= mine) {
                return;
            }
            busy = true;
            upTo = asked;
        } finally {
            lock.unlock();
        }
        boolean flushed = false;
        try (Connection connection = database.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("select pg_logical_emit_message(true, 'chart', '')")) {
            statement.execute();
            flushed = true;
        } finally {
            lock.lock();
            try {
                busy = false;
                done = flushed ? upTo : done;
                ended.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
