package org.fieldward.core.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.fieldward.core.app.database.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SqlWorkTest {

    private final HikariDataSource database = TestDatabase.fresh();

    @BeforeEach
    void create() throws SQLException {
        try (Connection connection = database.getConnection()) {
            execute(connection, "create table bed (name text)");
        }
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static int execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return statement.getUpdateCount();
        }
    }

    private long beds() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from bed")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void what_was_done_stays_and_its_answer_is_the_callers() throws SQLException {
        int changed = SqlWork.inTransaction(
                database, connection -> execute(connection, "insert into bed values ('7-1'), ('7-2')"));

        assertThat(changed).isEqualTo(2);
        assertThat(beds()).isEqualTo(2);
    }

    @Test
    void of_what_failed_nothing_stays_and_the_failure_is_thrown() throws SQLException {
        var failure = new IllegalStateException("the second bed is broken");

        assertThatThrownBy(() -> SqlWork.inTransaction(database, connection -> {
                    execute(connection, "insert into bed values ('7-1')");
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(beds()).isZero();
    }

    @Test
    void what_broke_the_connection_is_thrown_and_not_that_nothing_could_be_rolled_back() throws SQLException {
        assertThatThrownBy(() -> SqlWork.inTransaction(database, connection -> {
                    execute(connection, "insert into bed values ('7-1')");
                    return execute(connection, "select pg_terminate_backend(pg_backend_pid())");
                }))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P01"))
                .satisfies(e -> assertThat(e.getSuppressed()).isNotEmpty());
        assertThat(beds()).isZero();
    }
}
