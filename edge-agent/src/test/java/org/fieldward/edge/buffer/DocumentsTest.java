package org.fieldward.edge.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.edge.buffer.Readings.document;
import static org.fieldward.edge.buffer.Readings.status;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fieldward.edge.buffer.AppendResult.Full;
import org.fieldward.edge.buffer.AppendResult.Stored;
import org.fieldward.edge.buffer.ReadingBuffer.Group;
import org.fieldward.edge.buffer.document.Remembered;
import org.fieldward.edge.buffer.document.Ruling;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.edge.schema.Schema;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Document;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people and hospital systems told the gateway, in the buffer. */
class DocumentsTest {

    private static final InstantSource NOON = InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z"));
    private static final SequenceRange ALL = new SequenceRange(1, Long.MAX_VALUE / 2);

    @TempDir
    Path directory;

    private Optional<SqliteReadingBuffer> open = Optional.empty();

    private SqliteReadingBuffer open(BufferSettings settings) {
        close();
        open = Optional.of(SqliteReadingBuffer.open(directory, settings, new SecureRandom(), NOON));
        return open.get();
    }

    private SqliteReadingBuffer open() {
        return open(BufferSettings.DEFAULT);
    }

    @AfterEach
    void close() {
        open.ifPresent(SqliteReadingBuffer::close);
        open = Optional.empty();
    }

    @Test
    void a_document_is_known_from_its_storage_to_what_the_core_said_of_it_also_over_restarts() {
        append(open(), document(1, 40), status(2), document(3, 40), document(4, 40));
        assertThat(states(open())).containsExactly("4 KEPT", "3 KEPT", "1 KEPT");

        ReadingBufferContract.confirm(open(), new SequenceRange(1, 3));
        assertThat(states(open())).containsExactly("4 KEPT", "3 ARRIVED", "1 ARRIVED");
        assertThat(open().documents().waiting()).isEqualTo(1);

        rule(open(), 1, 70, true, "");
        rule(open(), 3, 71, false, "payload.visit must be there");
        assertThat(states(open())).containsExactly("4 KEPT", "3 REFUSED payload.visit must be there", "1 TAKEN");
        assertThat(open().documents().mark()).isEqualTo(71);

        // Somebody replayed it at the centre.
        rule(open(), 3, 72, true, "");
        assertThat(states(open())).containsExactly("4 KEPT", "3 TAKEN", "1 TAKEN");
        Remembered first = open().documents().newest(9).getLast();
        assertThat(first.id()).isEqualTo("event-1");
        assertThat(first.recorder()).isEqualTo("amy-of-the-night-shift");
        assertThat(first.kind()).isEqualTo("lab_result");
        assertThat(first.recordedAt()).isEqualTo(document(1, 40).stamp().receivedAt());
    }

    @Test
    void what_the_core_says_of_another_files_document_touches_none_here_and_counts_as_heard() {
        var buffer = open();
        append(buffer, document(1, 40));

        buffer.commit(rulings(new Ruling(buffer.lives().newest().epoch() + 1, 1, 9, false, "not this one")));

        assertThat(states(buffer)).containsExactly("1 KEPT");
        assertThat(buffer.documents().mark()).isEqualTo(9);
    }

    @Test
    void the_same_document_is_known_again_and_one_with_other_bytes_is_another() {
        var buffer = open();
        append(buffer, status(1), document(2, 40));

        assertThat(buffer.documents().known(document(2, 40)).map(Remembered::sequence))
                .contains(2L);
        assertThat(buffer.documents().known(document(2, 41))).isEmpty();
    }

    @Test
    void of_those_that_the_core_has_the_newest_are_remembered_and_of_the_others_all() {
        var buffer = open();
        append(buffer, IntStream.range(0, 700).mapToObj(i -> document(i, 10)).toArray(Entry[]::new));
        ReadingBufferContract.confirm(buffer, new SequenceRange(11, 650));
        append(buffer, document(700, 10));

        List<Remembered> all = buffer.documents().newest(1_000);
        assertThat(all)
                .hasSize(500 + 10)
                .extracting(Remembered::sequence)
                .startsWith(701L)
                .endsWith(1L);
        assertThat(buffer.documents().waiting()).isEqualTo(61);
    }

    @Test
    void large_documents_travel_few_at_a_time_and_come_back_byte_for_byte() {
        var buffer = open();
        List<Document> documents = Stream.concat(
                        IntStream.range(0, 20).mapToObj(i -> document(i, 100_000)),
                        Stream.of(document(20, Document.MAX_BYTES), document(21, 10)))
                .toList();
        append(buffer, documents.toArray(Entry[]::new));

        var read = new ArrayList<Sequenced>();
        SequenceSet taken = SequenceSet.EMPTY;
        var slice = buffer.read(Lane.EVENT, ALL, taken, 1000);
        while (slice.isPresent()) {
            byte[] content = slice.get().content().toByteArray();
            assertThat(content.length).isLessThan(Document.MAX_BYTES + 10_000);
            read.addAll(BatchCodec.decode(content));
            taken = taken.plus(slice.get().sequences());
            slice = buffer.read(Lane.EVENT, ALL, taken, 1000);
        }

        assertThat(read).extracting(Sequenced::entry).isEqualTo(documents);
    }

    @Test
    void a_full_buffer_refuses_a_document_aloud_and_still_takes_alarms() {
        var buffer = open(new BufferSettings(1_000_000, 40, 400_000, 10_000, Duration.ZERO, 8192));
        int stored = 0;
        while (append(buffer, document(stored, 50_000)) instanceof Stored) {
            stored++;
        }

        assertThat(stored).isBetween(20, 24);
        assertThat(append(buffer, document(99, 50_000))).isInstanceOf(Full.class);
        assertThat(append(buffer, Readings.alarm(1))).isInstanceOf(Stored.class);
        assertThat(buffer.lost())
                .as("who brought it was told, and has it still")
                .isEmpty();
    }

    @Test
    void nothing_that_was_recorded_can_be_read_from_the_files() throws Exception {
        var buffer = open();
        append(buffer, document(7, 40));
        rule(buffer, 1, 2, false, "payload.visit must be there");

        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .doesNotContain("event-7", "amy-of-the-night-shift", "lab_result", "payload.visit");
            }
        }
    }

    @Test
    void an_agent_that_cannot_read_documents_is_kept_out_only_once_there_is_one() throws Exception {
        append(open(), status(1));
        close();
        assertThat(oldestReader()).isEqualTo(3);

        append(open(), document(2, 40));
        close();
        assertThat(oldestReader()).isEqualTo(4);
    }

    private int oldestReader() throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("buffer.db"))) {
            return Schema.standing(connection).oldestReader();
        }
    }

    private static AppendResult append(SqliteReadingBuffer buffer, Entry... entries) {
        return ReadingBufferContract.append(buffer, List.of(entries)).appends().getFirst();
    }

    private static void rule(SqliteReadingBuffer buffer, long sequence, long mark, boolean taken, String detail) {
        buffer.commit(rulings(new Ruling(buffer.lives().of(sequence).epoch(), sequence, mark, taken, detail)));
    }

    private static Group rulings(Ruling... rulings) {
        return new Group(List.of(), List.of(), SequenceSet.EMPTY, List.of(), Optional.empty(), false, List.of(rulings));
    }

    private static List<String> states(SqliteReadingBuffer buffer) {
        return buffer.documents().newest(100).stream()
                .map(one -> (one.sequence() + " " + one.state() + " " + one.detail()).strip())
                .toList();
    }
}
