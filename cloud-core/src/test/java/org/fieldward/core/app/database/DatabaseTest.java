package org.fieldward.core.app.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.Statement;
import org.fieldward.core.app.settings.AppException;
import org.fieldward.core.app.settings.Key;
import org.fieldward.core.app.settings.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator's own PostgreSQL, however it is set up. */
final class DatabaseTest {

    @TempDir
    private Path folder;

    private static String show(Database database, String setting) throws Exception {
        try (Connection connection = database.pool().getConnection();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("show " + setting)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void a_commit_waits_for_the_disk_whatever_the_database_was_set_to_and_a_stricter_setting_stays() throws Exception {
        Settings settings = TestDatabase.settings(folder);
        String name = settings.text(Key.DATABASE_URL).replaceAll(".*/", "");
        for (String[] was : new String[][] {{"off", "on"}, {"remote_apply", "remote_apply"}}) {
            try (Database database = Database.start(settings, new SecureRandom());
                    Connection connection = database.pool().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("alter database " + name + " set synchronous_commit = " + was[0]);
            }
            try (Database database = Database.start(settings, new SecureRandom())) {
                assertThat(show(database, "synchronous_commit")).isEqualTo(was[1]);
            }
        }
    }

    @Test
    void a_database_that_does_not_sync_is_refused_by_name() throws Exception {
        // The library starts it without fsync.
        try (EmbeddedPostgres forgetful = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(folder.resolve("binaries").toFile())
                .setDataDirectory(folder.resolve("forgetful"))
                .start()) {
            Settings settings = Settings.defaults()
                    .with(Key.DATA_DIR, folder.toString())
                    .with(Key.DATABASE_URL, "jdbc:postgresql://127.0.0.1:" + forgetful.getPort() + "/postgres")
                    .with(Key.DATABASE_USER, "postgres");
            assertThatThrownBy(() -> Database.start(settings, new SecureRandom()))
                    .isInstanceOf(AppException.class)
                    .hasMessageContaining("fsync=on");
        }
    }
}
