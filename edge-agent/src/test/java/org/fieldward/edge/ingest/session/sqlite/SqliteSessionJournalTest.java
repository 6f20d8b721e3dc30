package org.fieldward.edge.ingest.session.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.fieldward.edge.ingest.packet.PacketWriter.Outgoing;
import org.fieldward.edge.ingest.packet.Properties;
import org.fieldward.edge.ingest.session.Change;
import org.fieldward.edge.ingest.session.SessionJournal;
import org.fieldward.edge.ingest.session.SessionJournal.KeptSession;
import org.fieldward.edge.ingest.session.SessionJournalContract;
import org.fieldward.edge.ingest.topic.LocalMessage;
import org.fieldward.edge.seal.SealKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteSessionJournalTest implements SessionJournalContract {

    private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path directory;

    private final SecureRandom random = new SecureRandom();
    private Instant now = BUILT.plus(Duration.ofDays(30));
    private long tickMillis = 1_000;
    private Optional<SessionJournal> opened = Optional.empty();

    @Override
    public SessionJournal open() {
        var moments = new Moments(() -> now, () -> tickMillis, BUILT);
        var journal = new SqliteSessionJournal(
                directory, SealKey.ensure(directory, random).seal("sessions", random), moments);
        opened = Optional.of(journal);
        return journal;
    }

    /** Loads first, as the agent does: only then is anything written. */
    private SessionJournal fresh() {
        SessionJournal journal = open();
        assertThat(journal.load().sessions()).isEmpty();
        return journal;
    }

    @Override
    public SessionJournal reopen(SessionJournal before) {
        before.close();
        return open();
    }

    @AfterEach
    void close() {
        opened.ifPresent(SessionJournal::close);
    }

    private static Outgoing message(String text) {
        return new Outgoing("commands/monitor-07/x", ByteString.copyFromUtf8(text), 1, false, Properties.NONE);
    }

    private static void settle(SessionJournal journal) throws Exception {
        journal.settled().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private KeptSession afterRestart(SessionJournal journal, Duration later) {
        SessionJournal again = reopen(journal);
        now = now.plus(later);
        tickMillis = 50;
        return again.load().sessions().getFirst();
    }

    @Test
    void time_goes_on_while_the_agent_is_down() throws Exception {
        SessionJournal journal = fresh();
        journal.record(new Change.Began(1, DEVICE, 3600));
        journal.record(new Change.Queued(1, 1, message("m"), OptionalLong.of(tickMillis + 60_000)));
        journal.record(new Change.Detached(1, 3600, Optional.empty(), 0));
        settle(journal);

        KeptSession kept = afterRestart(journal, Duration.ofSeconds(45));
        assertThat(kept.awayMillis()).isEqualTo(45_000);
        assertThat(kept.letters().getFirst().deadlineMillis()).hasValue(50 + 15_000);
    }

    @Test
    void a_clock_that_was_not_set_makes_nothing_expire() throws Exception {
        now = Instant.EPOCH.plus(Duration.ofMinutes(5));
        SessionJournal journal = fresh();
        journal.record(new Change.Began(1, DEVICE, 3600));
        journal.record(new Change.Queued(1, 1, message("m"), OptionalLong.of(tickMillis + 60_000)));
        journal.record(new Change.Detached(1, 3600, Optional.empty(), 0));
        settle(journal);

        KeptSession kept = afterRestart(journal, Duration.ofDays(20_000));
        assertThat(kept.awayMillis()).isZero();
        assertThat(kept.letters().getFirst().deadlineMillis()).hasValue(50 + 60_000);
    }

    @Test
    void no_message_can_be_read_from_the_file() throws Exception {
        SessionJournal journal = fresh();
        journal.record(new Change.Began(1, DEVICE, 3600));
        journal.record(new Change.Queued(1, 1, message("the patient is restless"), OptionalLong.empty()));
        settle(journal);
        journal.close();

        for (String name : List.of("sessions.db", "sessions.db-wal")) {
            Path file = directory.resolve(name);
            if (Files.exists(file)) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .doesNotContain("restless");
            }
        }
    }

    @Test
    void what_belongs_to_no_session_does_not_become_that_of_a_later_one() throws Exception {
        SessionJournal journal = fresh();
        journal.record(new Change.Queued(1, 1, message("m"), OptionalLong.empty()));
        journal.record(new Change.Received(1, 5));
        settle(journal);

        SessionJournal again = reopen(journal);
        assertThat(again.load().sessions()).isEmpty();
        again.record(new Change.Began(1, SCREEN, 60));
        settle(again);
        KeptSession kept = reopen(again).load().sessions().getFirst();
        assertThat(kept.letters()).isEmpty();
        assertThat(kept.received()).isEmpty();
    }

    @Test
    void a_file_that_misses_changes_is_emptied_though_a_write_was_under_way_when_they_were_given_up() throws Exception {
        SessionJournal journal = fresh();
        journal.record(new Change.Began(1, DEVICE, 3600));
        journal.record(new Change.Retained(new LocalMessage(
                "answers/x",
                ByteString.copyFromUtf8("a"),
                1,
                true,
                Properties.NONE,
                OptionalLong.empty(),
                "device:x")));
        settle(journal);
        try (var other = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("sessions.db"));
                var statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            journal.record(new Change.Received(1, 1));
            var written = journal.settled().toCompletableFuture();
            // More than twice what may wait: whenever the writer takes its share, the rest is too much.
            assertThat(written).isNotDone();
            for (int i = 0; i < 110_000; i++) {
                journal.record(new Change.Received(1, 1 + i % 60_000));
            }
            statement.execute("ROLLBACK");
            written.get(10, TimeUnit.SECONDS);
        }
        settle(journal);
        var kept = reopen(journal).load();
        assertThat(kept.sessions()).extracting(KeptSession::key).isEmpty();
        assertThat(kept.retained()).isEmpty();
    }

    @Test
    void a_damaged_file_is_set_aside_and_sessions_begin_anew() throws Exception {
        SessionJournal journal = fresh();
        journal.record(new Change.Began(1, DEVICE, 3600));
        settle(journal);
        journal.close();
        Files.writeString(directory.resolve("sessions.db"), "this is no database, whatever it says on the label");

        SessionJournal again = open();
        assertThat(again.load().sessions()).isEmpty();
        assertThat(directory.resolve("sessions-damaged.db")).exists();
        again.record(new Change.Began(2, SCREEN, 60));
        settle(again);
        assertThat(reopen(again).load().sessions()).hasSize(1);
    }
}
