package org.fieldward.edge.buffer.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fieldward.edge.buffer.BufferException;
import org.fieldward.edge.buffer.Lives;
import org.fieldward.edge.buffer.Lives.Kind;
import org.fieldward.edge.buffer.Lives.Life;
import org.fieldward.edge.buffer.torn.TornFile;
import org.fieldward.edge.buffer.torn.TornRow;
import org.fieldward.edge.schema.Schema;
import org.fieldward.edge.seal.Seal;
import org.fieldward.edge.seal.SealException;
import org.fieldward.edge.seal.SealKey;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The buffer's file, its key, and what is done when it is damaged: the file is set aside under another name, never
 * deleted, and a fresh one with a new epoch takes its place.
 */
final class BufferFile {

    static final String NAME = "buffer.db";

    /** Stands behind the name of a damaged file until all that can be read of it was taken over. */
    static final String UNSALVAGED = ".unsalvaged";

    /** Where a damaged file begins; of what lies behind, its rows say enough of themselves. */
    private static final int META_PLACES = 64;

    private static final int SEQUENCE_STRIDE_BITS = 32;
    private static final int SEQUENCE_BITS = 52;

    private static final String PURPOSE = "buffer";
    private static final int TAIL_ROWS = 64;

    /** In a script: an epoch that no file had before. */
    private static final String FRESH_EPOCH = ":fresh-epoch";

    /** In a script: the epoch that the file began with. */
    private static final String EPOCH = ":epoch";

    private static final Schema SCHEMA = new Schema(
            "buffer file " + NAME,
            List.of(
                    Schema.Step.breaking(
                            "CREATE TABLE meta (id INTEGER PRIMARY KEY CHECK (id = 1), epoch INTEGER NOT NULL,"
                                    + " next_sequence INTEGER NOT NULL)",
                            "INSERT INTO meta (id, epoch, next_sequence) VALUES (1, " + FRESH_EPOCH + ", 1)",
                            // A row is a run of consecutive sequences of one lane; rows never overlap,
                            // so its last sequence names it.
                            "CREATE TABLE record_group (last INTEGER PRIMARY KEY, first INTEGER NOT NULL, lane INTEGER NOT NULL,"
                                    + " received_micros INTEGER NOT NULL, content BLOB NOT NULL)",
                            "CREATE INDEX record_group_lane ON record_group (lane, last)",
                            "CREATE TABLE damaged_group (last INTEGER PRIMARY KEY, first INTEGER NOT NULL, lane INTEGER NOT NULL,"
                                    + " received_micros INTEGER NOT NULL, content BLOB NOT NULL)",
                            "CREATE TABLE active_alarm (alarm TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID",
                            "CREATE TABLE quarantine (id INTEGER PRIMARY KEY AUTOINCREMENT, device TEXT NOT NULL,"
                                    + " received_micros INTEGER NOT NULL, reason TEXT NOT NULL, state TEXT NOT NULL,"
                                    + " content BLOB NOT NULL)"),
                    Schema.Step.breaking(
                            // Losses that the core was not told of; and how many there were since the file was made.
                            "CREATE TABLE open_gap (id INTEGER PRIMARY KEY, content BLOB NOT NULL)",
                            "CREATE TABLE gap_total (lane INTEGER NOT NULL, reason INTEGER NOT NULL, records INTEGER NOT NULL,"
                                    + " PRIMARY KEY (lane, reason)) WITHOUT ROWID",
                            "ALTER TABLE meta ADD COLUMN thinned_to INTEGER NOT NULL DEFAULT 0"),
                    // An agent of version 2 would take rows of another epoch for damaged ones.
                    Schema.Step.breaking(
                            "CREATE TABLE life (number INTEGER PRIMARY KEY AUTOINCREMENT, epoch INTEGER NOT NULL,"
                                    + " parent INTEGER NOT NULL, first INTEGER NOT NULL, salvaged INTEGER NOT NULL DEFAULT 0)",
                            "INSERT INTO life (epoch, parent, first) SELECT epoch, 0, 1 FROM meta WHERE next_sequence > 1",
                            // Under which a row was sealed; its own, so that a row found in a damaged file
                            // needs nothing else.
                            "ALTER TABLE record_group ADD COLUMN epoch INTEGER NOT NULL DEFAULT " + EPOCH,
                            "ALTER TABLE damaged_group ADD COLUMN epoch INTEGER NOT NULL DEFAULT " + EPOCH,
                            "CREATE TABLE salvage (file TEXT PRIMARY KEY, position INTEGER NOT NULL DEFAULT 0,"
                                    + " done INTEGER NOT NULL DEFAULT 0, records INTEGER NOT NULL DEFAULT 0,"
                                    + " lost_rows INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID"),
                    // Until there is a document in the file, an agent of version 3 may go on with it.
                    Schema.Step.additive(
                            "CREATE TABLE document (sequence INTEGER PRIMARY KEY, state INTEGER NOT NULL, name BLOB NOT NULL,"
                                    + " content BLOB NOT NULL, verdict BLOB)",
                            "CREATE INDEX document_name ON document (name)",
                            "CREATE INDEX document_kept ON document (sequence) WHERE state = 0",
                            "CREATE TABLE document_mark (id INTEGER PRIMARY KEY CHECK (id = 1), mark INTEGER NOT NULL)",
                            "INSERT INTO document_mark (id, mark) VALUES (1, 0)")));

    private final Path directory;
    private final SecureRandom random;
    private final InstantSource clock;

    /** For looking at what is there. */
    BufferFile(Path directory) {
        this(directory, new SecureRandom(), InstantSource.fixed(Instant.EPOCH));
    }

    BufferFile(Path directory, SecureRandom random, InstantSource clock) {
        this.directory = directory;
        this.random = random;
        this.clock = clock;
    }

    /** An open file; {@code damage} says why the one before it was set aside, and where it is now. */
    record Opened(Connection connection, Seal seal, Lives lives, Optional<String> damage) {}

    Opened open() {
        try {
            Files.createDirectories(directory);
            Seal seal = SealKey.ensure(directory, random).seal(PURPOSE, random);
            Optional<String> damage = Files.exists(path()) ? damage(seal) : leftover();
            Optional<String> report = damage.isPresent() ? Optional.of(setAside(damage.get())) : Optional.empty();
            Connection connection = connect(path(), false);
            migrate(connection);
            return new Opened(connection, seal, LifeRows.read(connection, pending(connection)), report);
        } catch (IOException | SQLException | SealException e) {
            throw new BufferException("buffer could not open " + path() + ": " + e.getMessage(), e);
        }
    }

    Path path() {
        return directory.resolve(NAME);
    }

    /** The key alone, for looking at a file without changing it. */
    Seal existingSeal() {
        return SealKey.read(directory).seal(PURPOSE, random);
    }

    static Connection connect(Path file, boolean readOnly) throws SQLException {
        var config = new SQLiteConfig();
        // Else the driver asks for the key of every row that was written, with a statement of its own.
        config.setGetGeneratedKeys(false);
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file, config.toProperties());
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 5000");
            if (readOnly) {
                statement.execute("PRAGMA query_only = 1");
            } else {
                statement.execute("PRAGMA auto_vacuum = INCREMENTAL");
                statement.execute("PRAGMA journal_mode = WAL");
                // WAL with NORMAL may lose committed rows at a power cut, and we PUBACK on commit.
                statement.execute("PRAGMA synchronous = FULL");
                statement.execute("PRAGMA journal_size_limit = 16777216");
            }
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    static boolean isFull(SQLException cause) {
        return cause instanceof SQLiteException sqlite && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_FULL;
    }

    static void rollback(Connection connection) throws SQLException {
        // SQLite may have rolled back by itself, and then neither a rollback nor a commit finds a transaction.
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
        } catch (SQLiteException e) {
            if (e.getResultCode() != SQLiteErrorCode.SQLITE_ERROR) {
                throw e;
            }
        }
        connection.rollback();
    }

    /** Folds the log into the file and gives its room back, as far as the disk lets it. */
    static void checkpoint(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        } catch (SQLException e) {
            if (!isFull(e)) {
                throw e;
            }
        }
    }

    /** SQLite's own check, then the newest groups by their checksum: a power cut hurts the end of a file first. */
    static Optional<String> check(Connection connection, Seal seal) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery("PRAGMA quick_check(1)")) {
                if (rows.next() && !rows.getString(1).equals("ok")) {
                    return Optional.of("SQLite's quick_check found: " + rows.getString(1));
                }
            }
            if (Schema.standing(connection).version() == 0) {
                return Optional.empty();
            }
            int bad = 0;
            int rows = 0;
            try (ResultSet tail = statement.executeQuery(
                    columns(connection) + " FROM record_group ORDER BY last DESC LIMIT " + TAIL_ROWS)) {
                for (; tail.next(); rows++) {
                    try {
                        RecordGroups.open(RecordGroups.row(tail), seal);
                    } catch (GeneralSecurityException e) {
                        bad++;
                    }
                }
            }
            // A single bad group is set aside by itself when it is read; all of them means the wrong key or file.
            return bad > 0 && bad == rows
                    ? Optional.of("none of the newest " + rows + " groups opens with this key")
                    : Optional.empty();
        }
    }

    /** Before rows had an epoch of their own, the file's was theirs. */
    private static String columns(Connection connection) throws SQLException {
        return Schema.standing(connection).version() < 3
                ? RecordGroups.COLUMNS.replace("epoch", "(SELECT epoch FROM meta)")
                : RecordGroups.COLUMNS;
    }

    private static long epoch(Connection connection) throws SQLException {
        return number(connection, "SELECT epoch FROM meta");
    }

    static long nextSequence(Connection connection) throws SQLException {
        return number(connection, "SELECT next_sequence FROM meta");
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** What a damaged file may have said of itself. */
    record Meta(long epoch, long nextSequence) {}

    static List<Meta> metas(TornFile torn) throws IOException {
        var metas = new ArrayList<Meta>();
        for (long place = 0; place < torn.places(); place++) {
            if (place >= META_PLACES && place < torn.filePages()) {
                place = torn.filePages() - 1;
                continue;
            }
            for (TornRow row : torn.rows(place)) {
                row.numbers(1, 3)
                        .filter(numbers -> row.rowid() == 1 && row.values().size() <= 4)
                        .ifPresent(numbers -> metas.add(new Meta(numbers.get(0), numbers.get(1))));
            }
        }
        return metas;
    }

    /** A fresh file takes over from those that were set aside: its sequences begin beyond all that theirs can be. */
    private void succeed(Connection connection) throws SQLException, IOException {
        List<Path> unsalvaged;
        try (Stream<Path> files = Files.list(directory)) {
            unsalvaged = files.filter(file -> file.getFileName().toString().endsWith(UNSALVAGED))
                    .sorted()
                    .toList();
        }
        long most = 0;
        for (Path mark : unsalvaged) {
            String name = mark.getFileName().toString();
            String file = name.substring(0, name.length() - UNSALVAGED.length());
            SalvageRows.begin(connection, file);
            try (var torn = new TornFile(directory.resolve(file))) {
                long next = metas(torn).stream()
                        .mapToLong(Meta::nextSequence)
                        .filter(sequence -> sequence > 0 && sequence >> SEQUENCE_BITS == 0)
                        .max()
                        // Somewhere that no file has come to: there is room for two million files.
                        .orElseGet(() -> random.nextLong() >>> Long.SIZE - SEQUENCE_BITS);
                most = Math.max(most, next);
            }
        }
        if (!unsalvaged.isEmpty()) {
            // The log's end may be lost, and with it what was given out last.
            long first = (most >> SEQUENCE_STRIDE_BITS) + 2 << SEQUENCE_STRIDE_BITS;
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("UPDATE meta SET next_sequence = " + first);
            }
        }
    }

    static long newEpoch(SecureRandom random) {
        return random.nextLong() >>> 1 | 1;
    }

    /** Written with the first record: until then a full disk does not keep the agent from starting. */
    private Life pending(Connection connection) throws SQLException {
        long parent = number(
                connection,
                "SELECT coalesce((SELECT epoch FROM life WHERE salvaged = 0 ORDER BY number DESC LIMIT 1), 0)");
        return new Life(newEpoch(random), parent, nextSequence(connection), Kind.PENDING);
    }

    private Optional<String> damage(Seal seal) throws SQLException {
        try {
            // Before anything is judged: what a newer agent wrote may look like damage to this one.
            try (Connection looking = connect(path(), true)) {
                SCHEMA.requireReadable(looking);
            }
            try (Connection connection = connect(path(), false)) {
                return check(connection, seal);
            }
        } catch (SQLiteException e) {
            SQLiteErrorCode code = e.getResultCode();
            if (code == SQLiteErrorCode.SQLITE_CORRUPT
                    || code == SQLiteErrorCode.SQLITE_NOTADB
                    || code == SQLiteErrorCode.SQLITE_ERROR
                    || code == SQLiteErrorCode.SQLITE_CORRUPT_VTAB) {
                return Optional.of("SQLite says " + e.getMessage());
            }
            throw e;
        }
    }

    /** SQLite would delete a log that has no file; a start that was cut off while it set both aside leaves one. */
    private Optional<String> leftover() {
        return Files.exists(directory.resolve(NAME + "-wal"))
                ? Optional.of("its main file is missing")
                : Optional.empty();
    }

    private String setAside(String why) throws IOException {
        String stamp = clock.instant().toString().replaceAll("[^0-9TZ]", "");
        Path target = directory.resolve("buffer-damaged-" + stamp + ".db");
        for (int i = 2; Files.exists(target); i++) {
            target = directory.resolve("buffer-damaged-" + stamp + "-" + i + ".db");
        }
        Files.writeString(target.resolveSibling(target.getFileName() + UNSALVAGED), "");
        // The file goes before its log: alone it would pass for whole, and give out the log's sequences again.
        for (String suffix : List.of("", "-wal", "-shm")) {
            Path from = directory.resolve(NAME + suffix);
            if (Files.exists(from)) {
                Files.move(from, target.resolveSibling(target.getFileName() + suffix), StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return "set aside as " + target.getFileName() + " because " + why;
    }

    private String words(Connection connection, String sql) throws SQLException {
        return sql.contains(EPOCH)
                ? sql.replace(EPOCH, Long.toString(epoch(connection)))
                : sql.replace(FRESH_EPOCH, Long.toString(newEpoch(random)));
    }

    private void migrate(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        int before = SCHEMA.upgrade(connection, sql -> words(connection, sql));
        if (before == 0) {
            try {
                succeed(connection);
            } catch (IOException e) {
                throw new BufferException("buffer could not look at what was set aside in " + directory, e);
            }
        }
        connection.commit();
    }
}
