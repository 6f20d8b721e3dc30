package org.fieldward.edge.ingest.session.sqlite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.fieldward.edge.schema.Schema;
import org.fieldward.edge.schema.SchemaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code sessions.db}. A damaged one is set aside under another name; clients then find no session and start anew. */
final class SessionFile {

    private static final Logger LOG = LoggerFactory.getLogger(SessionFile.class);
    private static final String NAME = "sessions.db";

    private static final Schema SCHEMA = new Schema(
            "sessions file " + NAME,
            List.of(Schema.Step.breaking(
                    "CREATE TABLE session (id INTEGER PRIMARY KEY, identity TEXT NOT NULL, client TEXT NOT NULL,"
                            + " expiry_seconds INTEGER NOT NULL, left_micros INTEGER, will_delay_millis INTEGER NOT NULL,"
                            + " will BLOB)",
                    "CREATE TABLE filter (session INTEGER NOT NULL, text TEXT NOT NULL, qos INTEGER NOT NULL,"
                            + " no_local INTEGER NOT NULL, retain_as_published INTEGER NOT NULL, identifier INTEGER,"
                            + " PRIMARY KEY (session, text)) WITHOUT ROWID",
                    "CREATE TABLE letter (id INTEGER PRIMARY KEY, session INTEGER NOT NULL, packet_id INTEGER NOT NULL,"
                            + " awaited INTEGER, queued_micros INTEGER NOT NULL, good_for_millis INTEGER, content BLOB NOT NULL)",
                    "CREATE INDEX letter_session ON letter (session)",
                    "CREATE TABLE received (session INTEGER NOT NULL, packet_id INTEGER NOT NULL,"
                            + " PRIMARY KEY (session, packet_id)) WITHOUT ROWID",
                    "CREATE TABLE retained (topic TEXT PRIMARY KEY, author TEXT NOT NULL, queued_micros INTEGER NOT NULL,"
                            + " good_for_millis INTEGER, content BLOB NOT NULL) WITHOUT ROWID")));

    private final Path directory;

    SessionFile(Path directory) {
        this.directory = directory;
    }

    /** Commits are up to the caller. */
    Connection open() throws SQLException {
        Path file = directory.resolve(NAME);
        try {
            return whole(file);
        } catch (SQLException e) {
            LOG.error(
                    "The sessions could not be read and are set aside; clients will subscribe again: {}", e.toString());
            setAside(file);
            return whole(file);
        }
    }

    private static Connection whole(Path file) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 5000");
            statement.execute("PRAGMA journal_mode = WAL");
            // A publisher is answered on commit, as with the buffer.
            statement.execute("PRAGMA synchronous = FULL");
            statement.execute("PRAGMA journal_size_limit = 4194304");
            SCHEMA.requireReadable(connection);
            try (ResultSet check = statement.executeQuery("PRAGMA quick_check(1)")) {
                if (!check.next() || !check.getString(1).equals("ok")) {
                    throw new SQLException("SQLite's quick_check found damage");
                }
            }
            connection.setAutoCommit(false);
            SCHEMA.upgrade(connection);
            connection.commit();
            return connection;
        } catch (SQLException | SchemaException e) {
            connection.close();
            throw e;
        }
    }

    private void setAside(Path file) {
        try {
            for (String suffix : List.of("", "-wal", "-shm")) {
                Path from = directory.resolve(NAME + suffix);
                if (Files.exists(from)) {
                    Files.move(
                            from,
                            directory.resolve("sessions-damaged.db" + suffix),
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not set aside " + file, e);
        }
    }
}
