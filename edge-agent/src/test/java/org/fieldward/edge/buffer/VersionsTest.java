package org.fieldward.edge.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fieldward.edge.buffer.Readings.readings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.fieldward.edge.buffer.AppendResult.Stored;
import org.fieldward.edge.buffer.sqlite.BufferCheck;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.edge.ingest.session.SessionJournal;
import org.fieldward.edge.ingest.session.sqlite.Moments;
import org.fieldward.edge.ingest.session.sqlite.SqliteSessionJournal;
import org.fieldward.edge.schema.Schema;
import org.fieldward.edge.schema.SchemaException;
import org.fieldward.edge.seal.SealKey;
import org.fieldward.proto.reading.Lane;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of agents before and after this one. {@code versions/base} was made by an earlier commit's agent, see there. */
class VersionsTest {

    private static final InstantSource NOON = InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z"));
    private static final long EPOCH = 4751826532693577119L;

    @TempDir
    Path directory;

    @BeforeEach
    void takeTheFilesOfAnEarlierAgent() throws IOException {
        for (String name : List.of("buffer.db", "buffer.key", "sessions.db")) {
            Files.copy(Path.of("src/test/resources/versions/base", name), directory.resolve(name));
        }
    }

    @Test
    void the_backlog_of_an_earlier_agent_is_taken_over_whole_and_numbered_on() {
        try (SqliteReadingBuffer buffer = buffer()) {
            assertThat(buffer.damage()).isEmpty();
            assertBacklogIsWhole(buffer);
            assertThat(buffer.activeAlarms()).hasSize(1);
            assertThat(ReadingBufferContract.append(buffer, readings(1)).appends())
                    .containsExactly(new Stored(309, 309));
        }
        assertThat(BufferCheck.check(directory).findings()).isEmpty();
    }

    @Test
    void the_sessions_of_an_earlier_agent_are_found_again_with_what_waits_for_them() {
        SessionJournal journal = sessions();
        try (journal) {
            SessionJournal.Kept kept = journal.load();
            assertThat(kept.sessions()).hasSize(1);
            assertThat(kept.sessions().getFirst().letters()).isNotEmpty();
        }
    }

    @Test
    void a_later_agent_that_only_added_something_can_be_taken_back_and_put_forward_again() throws SQLException {
        Schema later = after("buffer.db", Schema.Step.additive("CREATE TABLE more (id INTEGER PRIMARY KEY)"));

        try (SqliteReadingBuffer buffer = buffer()) {
            assertThat(buffer.damage()).isEmpty();
            assertBacklogIsWhole(buffer);
            ReadingBufferContract.append(buffer, readings(5));
        }

        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("buffer.db"))) {
            assertThat(later.upgrade(connection))
                    .as("it is still the later version")
                    .isEqualTo(later.newest());
        }
        try (SqliteReadingBuffer buffer = buffer()) {
            assertThat(ReadingBufferContract.all(buffer, Lane.VITAL)).hasSize(306);
        }
    }

    @Test
    void a_later_agents_file_that_this_one_would_misread_is_refused_and_not_touched() throws Exception {
        // A table that this agent reads at the start is gone: it must hear of the version before it calls that damage.
        Schema later = after("buffer.db", Schema.Step.breaking("ALTER TABLE record_group RENAME TO segment"));
        Map<String, String> before = files();

        assertThatThrownBy(this::buffer)
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("buffer.db")
                .hasMessageContaining("is of version " + later.newest())
                .hasMessageContaining("run the newer agent");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void a_later_agents_sessions_are_refused_and_not_set_aside() throws Exception {
        after("sessions.db", Schema.Step.breaking("DROP TABLE filter"));
        Map<String, String> before = files();

        assertThatThrownBy(this::sessions)
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("sessions.db")
                .hasMessageContaining("run the newer agent");
        assertThat(files()).isEqualTo(before);
    }

    private static void assertBacklogIsWhole(SqliteReadingBuffer buffer) {
        assertThat(buffer.lives().all().getFirst().epoch()).isEqualTo(EPOCH);
        assertThat(buffer.nextSequence()).isEqualTo(309);
        var sequences = new ArrayList<Long>();
        for (Lane lane : Lane.values()) {
            ReadingBufferContract.all(buffer, lane).forEach(record -> sequences.add(record.sequence()));
        }
        Collections.sort(sequences);
        assertThat(sequences)
                .hasSize(308)
                .doesNotHaveDuplicates()
                .startsWith(1L)
                .endsWith(308L);
    }

    /** What an agent that knows one more version makes of the file, after this one had it. */
    private Schema after(String file, Schema.Step next) throws SQLException {
        buffer().close();
        sessions().close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(file))) {
            var steps = new ArrayList<>(
                    Collections.nCopies(Schema.standing(connection).version(), Schema.Step.breaking()));
            steps.add(next);
            var later = new Schema(file, steps);
            later.upgrade(connection);
            assertThat(Schema.standing(connection).version()).isEqualTo(later.newest());
            return later;
        }
    }

    private Map<String, String> files() throws IOException, NoSuchAlgorithmException {
        var found = new TreeMap<String, String>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                found.put(file.getFileName().toString(), HexFormat.of().formatHex(digest));
            }
        }
        // Empty beside a file that was opened and closed; SQLite makes and removes them as it likes.
        found.keySet().removeIf(name -> name.endsWith("-wal") || name.endsWith("-shm"));
        return found;
    }

    private SqliteReadingBuffer buffer() {
        return SqliteReadingBuffer.open(directory, BufferSettings.DEFAULT, new SecureRandom(), NOON);
    }

    private SqliteSessionJournal sessions() {
        var random = new SecureRandom();
        return new SqliteSessionJournal(
                directory,
                SealKey.read(directory).seal("sessions", random),
                new Moments(NOON, () -> 0, Instant.parse("2026-01-01T00:00:00Z")));
    }
}
