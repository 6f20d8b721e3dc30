package org.fieldward.core.app.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.fieldward.core.Scratch;
import org.fieldward.core.app.settings.Key;
import org.fieldward.core.app.settings.Settings;
import org.flywaydb.core.Flyway;

/** One real PostgreSQL for all tests of this JVM; each test gets a migrated database of its own. */
public final class TestDatabase {

    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final EmbeddedDatabase SERVER = server();

    private TestDatabase() {}

    private static EmbeddedDatabase server() {
        Path folder = Scratch.folder("test");
        EmbeddedDatabase server = EmbeddedDatabase.start(folder, 0, new SecureRandom());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, folder)));
        execute(server, "create database template_core");
        try (HikariDataSource pool = pool(server, "template_core")) {
            Flyway.configure()
                    .dataSource(pool)
                    .locations("classpath:db/migration")
                    .load()
                    .migrate();
        }
        return server;
    }

    /** A pool to a fresh, migrated database; close it when the test ends. */
    public static HikariDataSource fresh() {
        String name = "test_" + NEXT.incrementAndGet();
        execute(SERVER, "create database " + name + " template template_core");
        return pool(SERVER, name);
    }

    /** Address, user and password of a fresh, empty database. */
    public static Settings settings(Path dataDir) {
        String name = "test_" + NEXT.incrementAndGet();
        execute(SERVER, "create database " + name);
        return Settings.defaults()
                .with(Key.DATA_DIR, dataDir.toString())
                .with(Key.DATABASE_URL, url(SERVER, name))
                .with(Key.DATABASE_USER, SERVER.address().user())
                .with(Key.DATABASE_PASSWORD, SERVER.address().password().reveal())
                .with(Key.INTAKE_PORT, "0")
                .with(Key.HTTP_PORT, "0");
    }

    private static String url(EmbeddedDatabase server, String name) {
        return server.address().url().replace("/postgres", "/" + name);
    }

    private static HikariDataSource pool(EmbeddedDatabase server, String name) {
        var config = new HikariConfig();
        config.setJdbcUrl(url(server, name));
        config.setUsername(server.address().user());
        config.setPassword(server.address().password().reveal());
        config.setMaximumPoolSize(6);
        config.setMinimumIdle(1);
        return new HikariDataSource(config);
    }

    private static void execute(EmbeddedDatabase server, String sql) {
        try (HikariDataSource pool = pool(server, "postgres");
                Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void stop(EmbeddedDatabase server, Path folder) {
        // Nobody reads it again: to sync the files of hundreds of databases takes longer than the build waits.
        execute(server, "alter system set fsync = off");
        execute(server, "select pg_reload_conf()");
        try {
            server.close();
            Scratch.delete(folder);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
