package org.fieldward.core.app.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fieldward.core.app.file.PrivateFiles;
import org.fieldward.core.app.settings.AppException;
import org.fieldward.core.app.settings.Secret;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL of our own in the data folder, on loopback, with a password that stands in a private file. It syncs
 * to disk like any other and outlives nothing: it stops with the core, and one left behind by a killed core is stopped
 * before the next starts.
 */
final class EmbeddedDatabase implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
    private static final String USER = "postgres";
    private static final String NO_TRUST = """
            # Written by Fieldward: nobody comes in without the password.
            local all all scram-sha-256
            host all all 127.0.0.1/32 scram-sha-256
            host all all ::1/128 scram-sha-256
            """;

    /** Open transactions are rolled back; the journal is written out. */
    private static final String FAST = "INT";

    /** Processes end at once, and the next start recovers; for one whose disk failed. */
    private static final String IMMEDIATE = "QUIT";

    private static final long STOP_PATIENCE_SECONDS = 20;

    private final EmbeddedPostgres server;
    private final FileChannel lockFile;
    private final FileLock lock;
    private final Path folder;
    private final Secret password;

    private EmbeddedDatabase(
            EmbeddedPostgres server, FileChannel lockFile, FileLock lock, Path folder, Secret password) {
        this.server = server;
        this.lockFile = lockFile;
        this.lock = lock;
        this.folder = folder;
        this.password = password;
    }

    /** How to reach it. */
    record Address(String url, String user, Secret password) {}

    static EmbeddedDatabase start(Path dataDir, int port, SecureRandom random) {
        Path folder = dataDir.resolve("database");
        LOG.info("starting the embedded database; after a crash it may take minutes, see {}", log(dataDir));
        try {
            PrivateFiles.folder(dataDir);
            FileChannel lockFile = FileChannel.open(
                    dataDir.resolve("database.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = lock(lockFile, dataDir);
            try {
                stopLeftBehind(dataDir);
                setUnfinishedAside(dataDir);
                Secret password = password(dataDir, random);
                EmbeddedPostgres server =
                        builder(dataDir, folder, port, password).start();
                try {
                    var database = new EmbeddedDatabase(server, lockFile, lock, folder, password);
                    database.closeTheDoor();
                    PrivateFiles.write(readyMark(dataDir), "This database was finished and is in use.\n");
                    return database;
                } catch (IOException | RuntimeException e) {
                    server.close();
                    throw e;
                }
            } catch (IOException | RuntimeException e) {
                lock.release();
                lockFile.close();
                throw e;
            }
        } catch (IOException e) {
            throw new AppException(
                    "the embedded database in " + folder + " could not start: see " + log(dataDir)
                            + ", or set database.url",
                    e);
        }
    }

    /** The one that a running core keeps in this folder. */
    static Optional<Address> running(Path dataDir) {
        Path folder = dataDir.resolve("database");
        try {
            if (postmaster(dataDir).isEmpty()) {
                return Optional.empty();
            }
            List<String> lines = Files.readAllLines(folder.resolve("postmaster.pid"));
            String text = Files.readString(passwordFile(dataDir)).strip();
            return Optional.of(new Address(url(Integer.parseInt(lines.get(3).strip())), USER, new Secret(text)));
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    Address address() {
        return new Address(url(server.getPort()), USER, password);
    }

    private static String url(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    private static FileLock lock(FileChannel file, Path dataDir) throws IOException {
        Optional<FileLock> lock;
        try {
            lock = Optional.ofNullable(file.tryLock());
        } catch (OverlappingFileLockException e) {
            lock = Optional.empty();
        }
        if (lock.isEmpty()) {
            file.close();
            throw new AppException("another core is running in " + dataDir + ": stop it, or set another data.dir");
        }
        return lock.get();
    }

    private static EmbeddedPostgres.Builder builder(Path dataDir, Path folder, int port, Secret password)
            throws IOException {
        Path binaries = dataDir.resolve("postgresql");
        Files.createDirectories(binaries);
        Files.deleteIfExists(log(dataDir).toPath());
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(binaries.toFile())
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                // After a crash it reads up to max_wal_size first, which a slow disk may take long for.
                .setPGStartupWait(Duration.ofMinutes(5))
                // Options of initdb: who is not asked for a password there comes in before we can close the door.
                .setLocaleConfig("auth", "scram-sha-256")
                // Of its log: a new segment is written out with zeros while everybody waits, so it should not be large.
                .setLocaleConfig("wal-segsize", "4")
                .setLocaleConfig(
                        "pwfile", passwordFile(dataDir).toAbsolutePath().toString())
                .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log(dataDir)))
                .setErrorRedirector(ProcessBuilder.Redirect.appendTo(log(dataDir)))
                .setConnectConfig("password", password.reveal())
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "")
                // The library starts it for tests, without syncing; the last word on the command line counts.
                .setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "120")
                .setServerConfig("max_wal_size", "2GB")
                .setServerConfig("min_wal_size", "1GB")
                // Else half a gigabyte gathers in the kernel, which writes all of it at once and lets every commit
                // wait.
                .setServerConfig("shared_buffers", "256MB")
                .setServerConfig("bgwriter_lru_maxpages", "1000")
                .setServerConfig("backend_flush_after", "512kB")
                // Tidying up may take longer; it is in nobody's way then.
                .setServerConfig("autovacuum_vacuum_cost_delay", "10ms")
                .setServerConfig("wal_compression", "on")
                .setServerConfig("checkpoint_timeout", "15min")
                .setServerConfig("jit", "off")
                .setServerConfig("log_checkpoints", "off")
                // A failing statement would be logged with its row, and the row may be a patient's.
                .setServerConfig("log_min_error_statement", "panic")
                .setServerConfig("log_error_verbosity", "terse");
        return port == 0 ? builder : builder.setPort(port);
    }

    private static File log(Path dataDir) {
        return dataDir.resolve("database.log").toFile();
    }

    private static Path passwordFile(Path dataDir) {
        return dataDir.resolve("database.password");
    }

    private static Secret password(Path dataDir, SecureRandom random) throws IOException {
        Path file = passwordFile(dataDir);
        if (!Files.exists(file)) {
            byte[] bytes = new byte[24];
            random.nextBytes(bytes);
            PrivateFiles.write(file, HexFormat.of().formatHex(bytes) + "\n");
        }
        return new Secret(Files.readString(file).strip());
    }

    /** The library may have been asked for open doors; this closes them, at every start. */
    private void closeTheDoor() throws IOException {
        Path rules = folder.resolve("pg_hba.conf");
        if (Files.readString(rules).equals(NO_TRUST)) {
            return;
        }
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("alter role " + USER + " password '" + password.reveal() + "'");
            Files.writeString(rules, NO_TRUST);
            statement.execute("select pg_reload_conf()");
        } catch (SQLException e) {
            throw new AppException("the embedded database could not be given its password", e);
        }
    }

    /** The process that postmaster.pid names, if it runs from our own binaries: numbers are given again. */
    private static Optional<ProcessHandle> postmaster(Path dataDir) throws IOException {
        Path file = dataDir.resolve("database").resolve("postmaster.pid");
        Path binaries = dataDir.resolve("postgresql");
        if (!Files.exists(file) || !Files.exists(binaries)) {
            return Optional.empty();
        }
        Path own = binaries.toRealPath();
        try {
            long pid = Long.parseLong(Files.readAllLines(file).getFirst().strip());
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> process.info()
                            .command()
                            .map(command -> Path.of(command).startsWith(own))
                            .orElse(false));
        } catch (NumberFormatException | IndexOutOfBoundsException | NoSuchElementException e) {
            return Optional.empty();
        }
    }

    static void stopLeftBehind(Path dataDir) throws IOException {
        Optional<ProcessHandle> left = postmaster(dataDir);
        if (left.isPresent()) {
            LOG.warn(
                    "a database left behind by a killed core is running as process {}: stopping it",
                    left.get().pid());
            if (!ends(left.get(), FAST) && !ends(left.get(), IMMEDIATE)) {
                throw new AppException("the database left behind as process "
                        + left.get().pid() + " did not stop; end it by hand, never with SIGKILL, and start again");
            }
        }
        // Its process number may belong to somebody else by now, and PostgreSQL would then refuse to start.
        Files.deleteIfExists(dataDir.resolve("database").resolve("postmaster.pid"));
    }

    /** Told by a signal, as pg_ctl does it, which would not run as root. SIGTERM would wait for a recovery to end. */
    private static boolean ends(ProcessHandle postmaster, String signal) throws IOException {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(postmaster.pid()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            postmaster.onExit().get(STOP_PATIENCE_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException | ExecutionException e) {
            throw new AppException("waiting for the database left behind was cut short", e);
        }
    }

    /** A core that was killed while it made its first database leaves a torso that would never start. */
    static void setUnfinishedAside(Path dataDir) throws IOException {
        Path folder = dataDir.resolve("database");
        if (!Files.exists(folder) || Files.exists(readyMark(dataDir))) {
            return;
        }
        Path rules = folder.resolve("pg_hba.conf");
        if (Files.exists(rules) && Files.readString(rules).equals(NO_TRUST)) {
            return;
        }
        Path aside = Files.createTempDirectory(dataDir, "database.unfinished-").resolve("database");
        LOG.warn("the embedded database was never finished, it is set aside as {}", aside);
        Files.move(folder, aside);
    }

    /** Made after the first complete start, so that nothing that was ever confirmed is taken for unfinished. */
    private static Path readyMark(Path dataDir) {
        return dataDir.resolve("database.ready");
    }

    @Override
    public void close() throws IOException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            // The library gives the server five seconds to stop: what takes long is done before.
            statement.execute("checkpoint");
        } catch (SQLException e) {
            LOG.warn("no checkpoint before the database stops: the next start takes longer");
        }
        server.close();
        lock.release();
        lockFile.close();
    }
}
