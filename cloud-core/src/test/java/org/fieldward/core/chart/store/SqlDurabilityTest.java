package org.fieldward.core.chart.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.fieldward.core.app.database.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What waits for the disk, on a real database. */
final class SqlDurabilityTest {

    private final HikariDataSource database = TestDatabase.fresh();

    /** Connections that were asked for, each of which takes a permit. */
    private final AtomicInteger asked = new AtomicInteger();

    private final Semaphore permits = new Semaphore(0);
    private volatile boolean broken;
    private final SqlDurability durability = new SqlDurability(slow());

    @AfterEach
    void close() {
        database.close();
    }

    private DataSource slow() {
        return (DataSource) Proxy.newProxyInstance(
                SqlDurabilityTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, none) -> {
                    boolean breaks = broken;
                    asked.incrementAndGet();
                    permits.acquireUninterruptibly();
                    if (breaks) {
                        throw new SQLException("the connection broke");
                    }
                    return database.getConnection();
                });
    }

    /** One that waits, and has come to where it waits. */
    private FutureTask<Boolean> begin() {
        var waiting = new FutureTask<>((Callable<Boolean>) () -> {
            durability.await();
            return true;
        });
        Thread thread = Thread.ofPlatform().daemon().start(waiting);
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return waiting;
    }

    private static String one(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void what_was_committed_without_waiting_is_on_the_disk_when_it_returns() throws SQLException {
        permits.release(100);
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table written (number int)");
            statement.execute("set synchronous_commit = off");
            for (int i = 0; i < 20; i++) {
                statement.execute("insert into written select generate_series(1, 1000)");
                String end = one(connection, "select pg_current_wal_insert_lsn()");

                durability.await();

                assertThat(one(connection, "select pg_current_wal_flush_lsn() >= '" + end + "'"))
                        .isEqualTo("t");
            }
        }
    }

    @Test
    void whoever_comes_while_one_waits_shares_the_next() throws Exception {
        FutureTask<Boolean> first = begin();
        List<FutureTask<Boolean>> others = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            others.add(begin());
        }
        assertThat(asked).hasValue(1);

        // What these committed may have come too late for the first.
        permits.release();
        assertThat(first.get()).isTrue();
        while (asked.get() < 2) {
            Thread.onSpinWait();
        }
        assertThat(others).noneMatch(FutureTask::isDone);

        permits.release();
        for (FutureTask<Boolean> other : others) {
            assertThat(other.get()).isTrue();
        }
        assertThat(asked).hasValue(2);
    }

    @Test
    void where_it_fails_nobody_is_told_that_it_is_durable_and_the_next_one_tries_again() throws Exception {
        broken = true;
        FutureTask<Boolean> first = begin();
        broken = false;
        FutureTask<Boolean> second = begin();

        permits.release();
        assertThatThrownBy(first::get).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(SQLException.class);
        assertThat(second.isDone()).isFalse();

        permits.release();
        assertThat(second.get()).isTrue();
        assertThat(asked).hasValue(2);
    }
}
