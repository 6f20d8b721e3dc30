package org.fieldward.core.app.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.fieldward.core.app.settings.AppException;
import org.fieldward.core.app.settings.Key;
import org.fieldward.core.app.settings.Settings;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** The pool of connections to a migrated database: the operator's own, or the embedded one. */
public final class Database implements AutoCloseable {

    private final Optional<EmbeddedDatabase> embedded;
    private final HikariDataSource pool;

    private Database(Optional<EmbeddedDatabase> embedded, HikariDataSource pool) {
        this.embedded = embedded;
        this.pool = pool;
    }

    /** For the core itself: starts the embedded one. */
    public static Database start(Settings settings, SecureRandom random) {
        if (settings.text(Key.DATABASE_URL).isEmpty()) {
            int port = (int) settings.number(Key.DATABASE_PORT, 0, 65_535);
            EmbeddedDatabase embedded = EmbeddedDatabase.start(settings.dataDir(), port, random);
            return open(Optional.of(embedded), embedded.address(), settings);
        }
        return open(Optional.empty(), own(settings), settings);
    }

    /** For a command beside the core: uses the running one, or starts it for as long as the command takes. */
    public static Database visit(Settings settings, SecureRandom random) {
        if (settings.text(Key.DATABASE_URL).isEmpty()) {
            Optional<EmbeddedDatabase.Address> running = EmbeddedDatabase.running(settings.dataDir());
            if (running.isPresent()) {
                return open(Optional.empty(), running.get(), settings.with(Key.DATABASE_POOL, "4"));
            }
        }
        return start(settings, random);
    }

    private static EmbeddedDatabase.Address own(Settings settings) {
        return new EmbeddedDatabase.Address(
                settings.text(Key.DATABASE_URL), settings.text(Key.DATABASE_USER), settings.databasePassword());
    }

    private static Database open(
            Optional<EmbeddedDatabase> embedded, EmbeddedDatabase.Address address, Settings settings) {
        var config = new HikariConfig();
        config.setPoolName("core");
        config.setJdbcUrl(address.url());
        config.setUsername(address.user());
        config.setPassword(address.password().reveal());
        config.setMaximumPoolSize(settings.databasePool());
        config.setMinimumIdle(2);
        config.setConnectionTimeout(10_000);
        // What is confirmed must survive a power cut, also where the operator's login was made for speed. A stricter
        // setting stays.
        config.setConnectionInitSql(
                "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("ApplicationName", "fieldward-core");
        // The driver would otherwise quote rows in its errors, and a row may be a patient's.
        config.addDataSourceProperty("logServerErrorDetail", "false");
        try {
            var pool = new HikariDataSource(config);
            try {
                refuseForgetful(pool);
                Flyway.configure(Database.class.getClassLoader())
                        .dataSource(pool)
                        .locations("classpath:db/migration")
                        .load()
                        .migrate();
                return new Database(embedded, pool);
            } catch (RuntimeException e) {
                pool.close();
                throw e;
            }
        } catch (RuntimeException e) {
            embedded.ifPresent(Database::stop);
            if (e instanceof AppException known) {
                throw known;
            }
            if (e instanceof FlywayException) {
                throw new AppException("the database at " + address.url() + " could not be migrated", e);
            }
            throw new AppException("the database at " + address.url() + " cannot be reached", e);
        }
    }

    /** Without these a power cut can take back what was confirmed, and the gateways have forgotten it by then. */
    private static void refuseForgetful(HikariDataSource pool) {
        for (String setting : List.of("fsync", "full_page_writes")) {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("show " + setting)) {
                if (!row.next() || !row.getString(1).equals("on")) {
                    throw new AppException("the database must run with " + setting
                            + "=on, or a power cut takes back what was confirmed to gateways");
                }
            } catch (SQLException e) {
                throw new AppException("the database did not answer 'show " + setting + "'", e);
            }
        }
    }

    public DataSource pool() {
        return pool;
    }

    private static void stop(EmbeddedDatabase embedded) {
        try {
            embedded.close();
        } catch (IOException e) {
            throw new AppException("the embedded database did not stop", e);
        }
    }

    @Override
    public void close() {
        pool.close();
        embedded.ifPresent(Database::stop);
    }
}
