package org.fieldward.core.app.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedDatabaseTest {

    @TempDir
    private Path folder;

    @Test
    void it_syncs_to_disk_and_never_lets_anybody_in_without_the_password() throws Exception {
        int port = freePort();
        var starting = new AtomicBoolean(true);
        CompletableFuture<Integer> burglar = CompletableFuture.supplyAsync(() -> {
            int entered = 0;
            while (starting.get()) {
                entered += enters(port) ? 1 : 0;
            }
            return entered;
        });
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, port, new SecureRandom())) {
            starting.set(false);
            assertThat(burglar.get()).as("logins without a password").isZero();
            assertThat(enters(port)).isFalse();
            EmbeddedDatabase.Address address = database.address();
            try (Connection connection = DriverManager.getConnection(
                            address.url(), address.user(), address.password().reveal());
                    Statement statement = connection.createStatement()) {
                for (String setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
                    try (var row = statement.executeQuery("show " + setting)) {
                        row.next();
                        assertThat(row.getString(1)).as(setting).isEqualTo("on");
                    }
                }
            }
        }
    }

    @Test
    void a_first_start_that_was_killed_half_way_is_set_aside_and_the_next_one_works() throws Exception {
        Path torso = Files.createDirectories(folder.resolve("database/global"));
        Files.writeString(folder.resolve("database/postgresql.conf"), "");
        Files.writeString(torso.resolve("pg_control"), "half");

        EmbeddedDatabase.start(folder, 0, new SecureRandom()).close();
        EmbeddedDatabase.start(folder, 0, new SecureRandom()).close();

        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(file -> file.toString().contains("unfinished") && file.endsWith("pg_control")))
                    .singleElement()
                    .satisfies(file -> assertThat(file).hasContent("half"));
        }
    }

    @Test
    void a_database_that_was_in_use_is_never_set_aside_even_if_its_rules_were_changed() throws Exception {
        Path database = Files.createDirectories(folder.resolve("database"));
        Files.writeString(database.resolve("pg_hba.conf"), "# the operator's own");
        Files.writeString(folder.resolve("database.ready"), "");

        EmbeddedDatabase.setUnfinishedAside(folder);

        assertThat(database.resolve("pg_hba.conf")).exists();
    }

    private static boolean enters(int port) {
        try (Connection connection =
                DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "")) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void a_process_that_only_has_the_number_of_an_old_database_is_left_alone() throws Exception {
        // After a reboot the number may be that of the hospital's own PostgreSQL.
        Path theirs = Files.createDirectories(folder.resolve("elsewhere")).resolve("postgres");
        Files.copy(Path.of("/bin/sleep"), theirs);
        assertThat(theirs.toFile().setExecutable(true)).isTrue();
        Process other = new ProcessBuilder(theirs.toString(), "300").start();
        try {
            Path ours = Files.createDirectories(folder.resolve("data/database"));
            Files.writeString(ours.resolve("postmaster.pid"), other.pid() + "\n");
            assertThat(EmbeddedDatabase.running(folder.resolve("data"))).isEmpty();
            EmbeddedDatabase.stopLeftBehind(folder.resolve("data"));
            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void one_left_behind_is_not_asked_to_wait_for_its_clients_or_its_recovery() throws Exception {
        // PostgreSQL takes SIGTERM for "when the last client has gone", which in a recovery that cannot end is never.
        Path binaries = Files.createDirectories(folder.resolve("data/postgresql"));
        Path patient = binaries.resolve("postgres");
        Files.copy(Path.of("/bin/sleep"), patient);
        assertThat(patient.toFile().setExecutable(true)).isTrue();
        Process left = new ProcessBuilder("sh", "-c", "trap '' TERM; echo ready; exec " + patient + " 300").start();
        try {
            assertThat(left.inputReader().readLine()).isEqualTo("ready");
            Path file = Files.createDirectories(folder.resolve("data/database")).resolve("postmaster.pid");
            Files.writeString(file, left.pid() + "\n");
            while (!left.info().command().orElseThrow().endsWith("postgres")) {
                Thread.onSpinWait();
            }
            EmbeddedDatabase.stopLeftBehind(folder.resolve("data"));
            assertThat(left.isAlive()).isFalse();
            assertThat(file).doesNotExist();
        } finally {
            left.destroyForcibly();
        }
    }
}
