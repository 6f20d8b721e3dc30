package org.fieldward.core.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.fieldward.core.app.database.TestDatabase;
import org.fieldward.core.journal.Journal.AppendResult;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SqlJournalTest implements JournalContract {

    private final HikariDataSource database = TestDatabase.fresh();

    @Override
    public Journal journal() {
        return new SqlJournal(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void a_reader_is_never_overtaken_by_a_smaller_id_while_four_writers_append() throws Exception {
        Journal journal = journal();
        ExecutorService writers = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> done = new ArrayList<>();
            for (int w = 0; w < 4; w++) {
                String gateway = "g" + w;
                Callable<Integer> write = () -> {
                    for (int i = 1; i <= 100; i++) {
                        journal.append(List.of(JournalContract.arrival(gateway, 1, i, i)));
                    }
                    return 100;
                };
                done.add(writers.submit(write));
            }
            var seen = new ArrayList<Long>();
            long cursor = 0;
            while (seen.size() < 400) {
                for (Journal.Entry entry : journal.after(cursor, 50)) {
                    seen.add(entry.id());
                    cursor = entry.id();
                }
                // A writer that failed would leave us waiting for ever.
                for (Future<Integer> one : done) {
                    if (one.isDone()) {
                        assertThat(one.get()).isEqualTo(100);
                    }
                }
            }
            assertThat(seen).doesNotHaveDuplicates().isSorted();
            assertThat(seen.getFirst()).isEqualTo(1);
            assertThat(seen.getLast()).isEqualTo(400);
        } finally {
            writers.shutdown();
            assertThat(writers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void writers_that_send_the_same_sequences_at_once_store_each_sequence_once() throws Exception {
        Journal journal = journal();
        ExecutorService writers = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Object>> tasks = new ArrayList<>();
            for (int w = 0; w < 4; w++) {
                int offset = w;
                tasks.add(() -> {
                    for (int i = 0; i < 40; i++) {
                        journal.append(List.of(JournalContract.arrival("a", 1, 1 + i * 5L + offset, 10 + i * 5L)));
                    }
                    return "";
                });
            }
            for (Future<Object> done : writers.invokeAll(tasks)) {
                done.get();
            }
        } finally {
            writers.shutdown();
        }
        long fresh = 0;
        SequenceSet all = SequenceSet.EMPTY;
        for (Journal.Entry entry : journal.after(0, 1_000)) {
            fresh += entry.fresh().size();
            all = all.plus(entry.fresh());
        }
        assertThat(fresh).isEqualTo(205);
        assertThat(all).isEqualTo(SequenceSet.of(new SequenceRange(1, 205)));
    }

    @Test
    void cores_that_share_a_database_know_what_the_other_took() {
        Journal one = journal();
        Journal other = journal();
        one.append(List.of(JournalContract.arrival("a", 1, 1, 10)));
        other.append(List.of(JournalContract.arrival("a", 1, 5, 15)));
        one.append(List.of(JournalContract.arrival("b", 1, 1, 5)));

        assertThat(one.append(List.of(JournalContract.arrival("a", 1, 1, 20))))
                .containsExactly(new AppendResult.Appended(4, SequenceSet.of(new SequenceRange(16, 20))));
        assertThat(other.append(
                        List.of(JournalContract.arrival("a", 1, 11, 20), JournalContract.arrival("b", 1, 4, 6))))
                .containsExactly(
                        new AppendResult.Duplicate(),
                        new AppendResult.Appended(5, SequenceSet.of(new SequenceRange(6, 6))));
        assertThat(one.append(List.of(JournalContract.arrival("b", 1, 1, 6))))
                .containsExactly(new AppendResult.Duplicate());
        assertThat(one.covered("a", 1)).isEqualTo(SequenceSet.of(new SequenceRange(1, 20)));
    }

    @Test
    void what_a_core_has_just_appended_it_reads_as_another_core_does() {
        Journal one = journal();
        Journal other = journal();
        Instant odd = Instant.parse("2026-03-01T12:00:00.123456789Z");
        for (int i = 0; i < 5; i++) {
            for (Journal journal : List.of(one, one, other)) {
                int first = 1 + i * 10;
                journal.append(List.of(
                        new Journal.Arrival(
                                "a",
                                1,
                                Lane.ALARM,
                                SequenceSet.of(new SequenceRange(1, first + 9)),
                                ByteString.copyFromUtf8("all up to " + first),
                                odd.plusSeconds(i)),
                        JournalContract.arrival(journal == one ? "b" : "c", 1, first, first + 3)));
            }
        }
        Journal stranger = journal();
        List<Journal.Entry> all = stranger.after(0, 1_000);
        assertThat(all).hasSize(15);
        for (Journal journal : List.of(one, other, stranger)) {
            var read = new ArrayList<Journal.Entry>();
            while (read.size() < all.size()) {
                read.addAll(journal.after(read.isEmpty() ? 0 : read.getLast().id(), 2));
            }
            assertThat(read).isEqualTo(all);
            assertThat(journal.after(all.getLast().id(), 2)).isEmpty();
            for (Journal.Entry entry : all) {
                assertThat(journal.after(entry.id() - 1, 1)).containsExactly(entry);
            }
        }
    }

    @Test
    void large_batches_are_read_a_few_at_a_time_and_all_in_the_end() {
        Journal journal = journal();
        ByteString large = ByteString.copyFrom(new byte[3 << 20]);
        for (int i = 1; i <= 12; i++) {
            journal.append(List.of(new Journal.Arrival(
                    "a", 1, Lane.VITAL, SequenceSet.of(SequenceRange.of(i)), large, Instant.EPOCH)));
        }
        var seen = new ArrayList<Long>();
        while (seen.size() < 12) {
            List<Journal.Entry> page = journal.after(seen.isEmpty() ? 0 : seen.getLast(), 100);
            assertThat(page).isNotEmpty().hasSizeLessThan(8);
            page.forEach(entry -> seen.add(entry.id()));
        }
        assertThat(seen).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void malformed_bytes_that_come_again_and_again_are_kept_once() throws SQLException {
        Journal journal = journal();
        for (int i = 0; i < 3; i++) {
            journal.setAside("a", ByteString.copyFromUtf8("junk"), "batch: no", Instant.EPOCH);
        }
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("select count(*) from journal_malformed")) {
            row.next();
            assertThat(row.getInt(1)).isEqualTo(1);
        }
    }
}
