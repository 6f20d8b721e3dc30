package org.fieldward.edge.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.edge.buffer.Readings.reading;
import static org.fieldward.edge.buffer.Readings.readings;
import static org.fieldward.edge.buffer.Readings.waveform;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fieldward.edge.buffer.AppendResult.Full;
import org.fieldward.edge.buffer.AppendResult.Stored;
import org.fieldward.edge.buffer.ReadingBuffer.Append;
import org.fieldward.edge.buffer.ReadingBuffer.Group;
import org.fieldward.edge.buffer.quota.Extremes;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Samples;
import org.fieldward.proto.reading.Waveform;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteReadingBufferTest implements ReadingBufferContract {

    private static final InstantSource NOON = InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z"));

    @TempDir
    Path directory;

    private final List<ReadingBuffer> opened = new ArrayList<>();

    @Override
    public SqliteReadingBuffer open() {
        return open(BufferSettings.DEFAULT);
    }

    @Override
    public SqliteReadingBuffer openSmall() {
        return open(new BufferSettings(1_000_000, 40, 100_000, 10_000, Duration.ZERO, 8192));
    }

    @Override
    public int smallRoom() {
        return 1_000_000;
    }

    @Override
    public int tooMany() {
        return 20_000;
    }

    private SqliteReadingBuffer open(BufferSettings settings) {
        var buffer = SqliteReadingBuffer.open(directory, settings, new SecureRandom(), NOON);
        opened.add(buffer);
        return buffer;
    }

    @AfterEach
    void close() {
        opened.forEach(ReadingBuffer::close);
    }

    @Test
    void nothing_that_was_measured_can_be_read_from_the_files() throws IOException {
        var buffer = open();
        buffer.commit(new Group(
                List.of(new Append(readings(50), OptionalLong.empty())),
                List.of(rejected("{\"name\":\"Rosa Example\"}")),
                SequenceSet.EMPTY,
                List.of()));

        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .doesNotContain("Rosa Example")
                        .doesNotContain("monitor-1");
            }
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("buffer.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void waveforms_travel_in_batches_small_enough_for_an_alarm_to_wait_behind() {
        var buffer = open();
        List<Waveform> blocks =
                IntStream.range(0, 300).mapToObj(i -> waveform(i, 1000)).toList();
        ReadingBufferContract.append(buffer, blocks);

        var slice = buffer.read(Lane.WAVEFORM, ALL, SequenceSet.EMPTY, 1000).orElseThrow();
        assertThat(slice.sequences().size()).isBetween(2L, 32L);
        // Noise of 30 bits costs up to five bytes a sample, where two are reckoned with.
        assertThat(slice.content().size()).isLessThan(3 * 64 * 1024);
        assertThat(ReadingBufferContract.all(buffer, Lane.WAVEFORM))
                .extracting(Sequenced::entry)
                .isEqualTo(blocks);
        assertThat(buffer.backlog(Lane.WAVEFORM).records()).isEqualTo(300);
    }

    /** Hours of a lead that is off weigh nothing on disk, but a batch may hold four million samples and no more. */
    @Test
    void a_long_backlog_of_flat_lines_travels_in_batches_that_can_be_made() {
        var buffer = open();
        Waveform noise = waveform(0, 1000);
        Samples off = Samples.of(
                IntStream.generate(() -> Samples.MISSING).limit(10_000).toArray());
        List<Waveform> blocks = IntStream.range(0, 450)
                .mapToObj(i ->
                        new Waveform(noise.device(), Readings.stamp(i), noise.kind(), noise.rate(), noise.scale(), off))
                .toList();
        ReadingBufferContract.append(buffer, blocks);

        assertThat(ReadingBufferContract.all(buffer, Lane.WAVEFORM)).hasSize(450);
    }

    @Test
    void the_quota_counts_a_block_for_its_samples() {
        var buffer = openSmall();

        assertThat(ReadingBufferContract.append(
                                buffer,
                                IntStream.range(0, 1000)
                                        .mapToObj(i -> waveform(i, 1000))
                                        .toList())
                        .appends()
                        .getFirst())
                .isInstanceOf(Full.class);
    }

    @Test
    void a_flipped_bit_costs_one_group_that_is_kept_apart_and_blocks_nobody() throws SQLException {
        var buffer = open();
        for (int i = 0; i < 3; i++) {
            ReadingBufferContract.append(buffer, readings(10));
        }
        buffer.close();
        // One in 256 sealed bytes is ff already.
        sql("UPDATE record_group SET content = substr(content, 1, 60)"
                + " || CASE substr(content, 61, 1) WHEN x'ff' THEN x'00' ELSE x'ff' END || substr(content, 62)"
                + " WHERE last = 20");

        var again = open();

        assertThat(ReadingBufferContract.sequences(again))
                .isEqualTo(SequenceSet.of(new SequenceRange(1, 10), new SequenceRange(21, 30)));
        ReadingBufferContract.confirm(again, new SequenceRange(1, 10), new SequenceRange(21, 30));
        assertThat(again.damagedGroups()).isEqualTo(1);
        assertThat(again.backlog(Lane.VITAL).records()).isZero();
        assertThat(again.damage()).isEmpty();
        assertThat(ReadingBufferContract.tell(again)).singleElement().satisfies(gap -> {
            assertThat(gap.count()).isEqualTo(10);
            assertThat(gap.reason()).isEqualTo(Gap.Reason.DAMAGED);
            assertThat(gap.device()).isEqualTo(Gap.UNNAMED);
        });
    }

    @Test
    void gaps_that_nobody_was_told_of_outlive_a_restart() {
        var buffer = openSmall();
        ReadingBufferContract.append(buffer, readings(tooMany()));
        var lost = buffer.lost();
        buffer.close();

        var again = openSmall();

        assertThat(again.lost()).isEqualTo(lost).isEqualTo(Map.of(Lane.VITAL, Map.of(Gap.Reason.REFUSED, 20_000L)));
        assertThat(ReadingBufferContract.tell(again)).hasSize(12);
        again.close();
        assertThat(ReadingBufferContract.tell(openSmall())).isEmpty();
    }

    @Test
    void thinning_goes_on_after_a_restart_where_it_was() {
        var buffer = openSmall();
        int blocks = 0;
        while (buffer.lost().isEmpty()) {
            ReadingBufferContract.append(buffer, List.of(waveform(blocks++, 1000)));
        }
        List<Sequenced> left = ReadingBufferContract.all(buffer, Lane.WAVEFORM);
        buffer.close();

        var again = openSmall();
        while (again.lost().getOrDefault(Lane.WAVEFORM, Map.of()).getOrDefault(Gap.Reason.THINNED, 0L) < blocks / 4) {
            ReadingBufferContract.append(again, List.of(waveform(blocks++, 1000)));
        }

        assertThat(ReadingBufferContract.all(again, Lane.WAVEFORM).getFirst()).isEqualTo(left.getFirst());
        assertThat(again.lost().get(Lane.WAVEFORM)).containsOnlyKeys(Gap.Reason.THINNED);
    }

    @Test
    void what_thinning_left_is_summarised_before_the_oldest_goes_and_every_block_of_it_is_counted() {
        var buffer = openSmall();
        int blocks = 0;
        while (!buffer.lost().getOrDefault(Lane.WAVEFORM, Map.of()).containsKey(Gap.Reason.SUMMARISED)) {
            ReadingBufferContract.append(buffer, List.of(waveform(blocks++, 1000)));
        }

        List<Sequenced> left = ReadingBufferContract.all(buffer, Lane.WAVEFORM);
        List<Waveform> summarised = left.stream()
                .map(one -> (Waveform) one.entry())
                .filter(block -> block.form() == Waveform.Form.EXTREMES)
                .toList();
        Map<Gap.Reason, Long> lost = buffer.lost().getOrDefault(Lane.WAVEFORM, Map.of());
        assertThat(lost).isEqualTo(Map.of(Gap.Reason.THINNED, (long) blocks - left.size(), Gap.Reason.SUMMARISED, (long)
                summarised.size()));
        assertThat(summarised.getFirst())
                .isEqualTo(Extremes.of(waveform(0, 1000)).orElseThrow());
        assertThat(ReadingBufferContract.tell(buffer).stream()
                        .filter(gap -> gap.reason() == Gap.Reason.SUMMARISED)
                        .mapToLong(Gap::count)
                        .sum())
                .isEqualTo(summarised.size());
    }

    @Test
    void after_a_restart_nothing_is_summarised_or_counted_twice() {
        var buffer = openSmall();
        int blocks = 0;
        while (buffer.lost().getOrDefault(Lane.WAVEFORM, Map.of()).getOrDefault(Gap.Reason.SUMMARISED, 0L) < 10) {
            ReadingBufferContract.append(buffer, List.of(waveform(blocks++, 1000)));
        }
        buffer.close();

        var again = openSmall();
        for (int i = 0; i < 40; i++) {
            ReadingBufferContract.append(again, List.of(waveform(blocks++, 1000)));
        }

        long summarised = ReadingBufferContract.all(again, Lane.WAVEFORM).stream()
                .filter(one -> ((Waveform) one.entry()).form() == Waveform.Form.EXTREMES)
                .count();
        Map<Gap.Reason, Long> lost = again.lost().getOrDefault(Lane.WAVEFORM, Map.of());
        assertThat(lost.getOrDefault(Gap.Reason.SUMMARISED, 0L))
                .isBetween(summarised, summarised + lost.getOrDefault(Gap.Reason.EVICTED, 0L));
    }

    @Test
    void a_file_of_the_version_before_gaps_is_taken_over_with_all_that_waits() throws SQLException {
        var buffer = open();
        ReadingBufferContract.append(buffer, readings(10));
        buffer.close();
        for (String undo : List.of(
                "UPDATE meta SET epoch = (SELECT epoch FROM life)",
                "DROP TABLE document",
                "DROP TABLE document_mark",
                "DROP TABLE life",
                "DROP TABLE salvage",
                "ALTER TABLE record_group DROP COLUMN epoch",
                "ALTER TABLE damaged_group DROP COLUMN epoch",
                "DROP TABLE open_gap",
                "DROP TABLE gap_total",
                "ALTER TABLE meta DROP COLUMN thinned_to",
                "DROP TABLE schema_version",
                "PRAGMA user_version = 1")) {
            try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("buffer.db"));
                    var statement = connection.createStatement()) {
                statement.execute(undo);
            }
        }

        var again = open();

        assertThat(again.lives().newest().parent())
                .isEqualTo(buffer.lives().newest().epoch());
        assertThat(ReadingBufferContract.all(again, Lane.VITAL)).hasSize(10);
        assertThat(ReadingBufferContract.append(again, readings(1)).appends()).containsExactly(new Stored(11, 11));
    }

    @Test
    void ten_times_filled_and_emptied_the_file_is_no_larger_than_in_the_first_cycles() throws IOException {
        var buffer = open();
        var empty = new ArrayList<Long>();
        var full = new ArrayList<Long>();
        for (int cycle = 0; cycle < 10; cycle++) {
            for (int i = 0; i < 20; i++) {
                ReadingBufferContract.append(buffer, readings(2000), List.of(waveform(i, 10_000)));
            }
            full.add(size());
            long next = buffer.nextSequence();
            for (long from = next - 40_020; from < next; from += 1000) {
                ReadingBufferContract.confirm(buffer, new SequenceRange(from, from + 999));
            }
            empty.add(size());
        }
        System.out.printf("bytes of the buffer's files, full: %s, empty: %s%n", full, empty);
        // The log grows to its working size first.
        assertThat(Collections.max(full.subList(5, 10)))
                .isLessThanOrEqualTo(Collections.max(full.subList(0, 5)) * 11 / 10);
        assertThat(Collections.max(empty.subList(5, 10)))
                .isLessThanOrEqualTo(Collections.max(empty.subList(0, 5)) * 11 / 10);
        buffer.close();
        assertThat(size()).isLessThan(200_000);
    }

    @Test
    void two_copies_of_a_file_give_no_name_to_two_records_and_keep_the_names_that_both_know() throws IOException {
        var buffer = open();
        ReadingBufferContract.append(buffer, readings(10));
        Path elsewhere = Files.createDirectory(directory.resolve("copy"));
        for (String name : List.of("buffer.db", "buffer.db-wal", "buffer.key")) {
            Files.copy(directory.resolve(name), elsewhere.resolve(name));
        }
        ReadingBufferContract.append(buffer, readings(5));

        var copy = SqliteReadingBuffer.open(elsewhere, BufferSettings.DEFAULT, new SecureRandom(), NOON);
        opened.add(copy);
        ReadingBufferContract.append(copy, readings(5));

        long trunk = buffer.lives().newest().epoch();
        assertThat(epochs(buffer)).containsExactly(trunk);
        assertThat(epochs(copy))
                .containsExactly(trunk, copy.lives().newest().epoch())
                .doesNotHaveDuplicates();
        assertThat(copy.lives().within(trunk, SequenceSet.of(new SequenceRange(1, 15))))
                .as("what the core has from the other copy")
                .isEqualTo(SequenceSet.of(new SequenceRange(1, 10)));
        assertThat(copy.lives().newest().parent()).isEqualTo(trunk);
    }

    @Test
    void a_run_that_stores_nothing_leaves_no_life_behind() {
        open().close();
        var buffer = open();
        assertThat(buffer.lives().newest().parent()).isZero();
        ReadingBufferContract.append(buffer, readings(1));
        buffer.close();
        open().close();

        assertThat(open().lives().all()).hasSize(2);
    }

    @Test
    void who_parts_from_a_copy_sends_what_waits_under_a_new_epoch_also_after_a_restart() {
        var buffer = open();
        ReadingBufferContract.append(buffer, readings(10));
        long shared = buffer.lives().newest().epoch();

        buffer.commit(new Group(List.of(), List.of(), SequenceSet.EMPTY, List.of(), Optional.empty(), true, List.of()));

        long own = buffer.lives().newest().epoch();
        assertThat(own).isNotEqualTo(shared);
        assertThat(buffer.lives()
                        .within(shared, SequenceSet.of(new SequenceRange(1, 10)))
                        .isEmpty())
                .isTrue();
        buffer.close();
        assertThat(epochs(open())).containsExactly(own);
    }

    private static List<Long> epochs(ReadingBuffer buffer) {
        var epochs = new ArrayList<Long>();
        SequenceSet seen = SequenceSet.EMPTY;
        for (var slice = buffer.read(Lane.VITAL, ALL, seen, 1000);
                slice.isPresent();
                slice = buffer.read(Lane.VITAL, ALL, seen, 1000)) {
            epochs.add(slice.get().epoch());
            seen = seen.plus(slice.get().sequences());
        }
        return epochs;
    }

    @Test
    void a_group_cannot_be_moved_to_another_place_in_the_file() throws SQLException {
        var buffer = open();
        ReadingBufferContract.append(buffer, readings(10));
        ReadingBufferContract.append(buffer, readings(10));
        buffer.close();
        sql("UPDATE record_group SET content = (SELECT content FROM record_group WHERE last = 10) WHERE last = 20");

        assertThat(ReadingBufferContract.sequences(open())).isEqualTo(SequenceSet.of(new SequenceRange(1, 10)));
    }

    @Test
    void a_damaged_file_is_set_aside_and_a_fresh_epoch_begins() throws IOException {
        var buffer = open();
        ReadingBufferContract.append(buffer, readings(2000));
        buffer.close();
        try (var file = new RandomAccessFile(directory.resolve("buffer.db").toFile(), "rw")) {
            file.seek(100);
            file.write(new byte[8000]);
        }

        var fresh = open();

        assertThat(fresh.damage().orElseThrow()).contains("buffer-damaged-20261121T120000Z.db");
        assertThat(directory.resolve("buffer-damaged-20261121T120000Z.db")).exists();
        assertThat(fresh.lives().newest().epoch())
                .isPositive()
                .isNotEqualTo(buffer.lives().newest().epoch());
        assertThat(fresh.nextSequence()).isGreaterThan(buffer.nextSequence() + 1_000_000);
    }

    @Test
    void a_log_whose_file_is_gone_is_set_aside_and_not_deleted() throws IOException {
        open().close();
        Files.delete(directory.resolve("buffer.db"));
        Files.write(directory.resolve("buffer.db-wal"), new byte[] {1, 2, 3});

        var fresh = open();

        assertThat(fresh.damage().orElseThrow()).contains("its main file is missing");
        assertThat(directory.resolve("buffer-damaged-20261121T120000Z.db-wal")).hasBinaryContent(new byte[] {1, 2, 3});
    }

    @Test
    void a_file_whose_key_is_lost_is_set_aside_too() throws IOException {
        var buffer = open();
        ReadingBufferContract.append(buffer, readings(5));
        buffer.close();
        Files.delete(directory.resolve("buffer.key"));

        var fresh = open();

        assertThat(fresh.damage().orElseThrow()).contains("opens with this key");
        assertThat(fresh.lives().newest().epoch())
                .isNotEqualTo(buffer.lives().newest().epoch());
    }

    @Test
    void a_quarantined_payload_keeps_its_bytes_until_it_is_replayed_and_is_marked_then() {
        var buffer = open();
        var payload = rejected("{\"hart-rate\": 72}");
        buffer.commit(new Group(List.of(), List.of(payload), SequenceSet.EMPTY, List.of()));
        assertThat(buffer.quarantined(1, 10)).containsExactly(new Quarantined(1, Quarantined.State.WAITING, payload));

        buffer.commit(new Group(
                List.of(new Append(List.of(reading(1)), OptionalLong.of(1))), List.of(), SequenceSet.EMPTY, List.of()));

        assertThat(buffer.quarantined(1, 10)).containsExactly(new Quarantined(1, Quarantined.State.REPLAYED, payload));
        assertThat(ReadingBufferContract.all(buffer, Lane.VITAL)).containsExactly(new Sequenced(1, reading(1)));
    }

    @Test
    void a_discarded_payload_leaves_a_mark() {
        var buffer = open();
        buffer.commit(new Group(List.of(), List.of(rejected("x")), SequenceSet.EMPTY, List.of()));

        buffer.commit(new Group(List.of(), List.of(), SequenceSet.EMPTY, List.of(1L)));

        assertThat(buffer.quarantined(1, 10)).singleElement().satisfies(row -> {
            assertThat(row.state()).isEqualTo(Quarantined.State.DISCARDED);
            assertThat(row.rejected().payload().isEmpty()).isTrue();
        });
    }

    @Test
    void discarding_makes_room_in_the_quarantine() {
        var buffer = openSmall();
        var payload = rejected("x".repeat(4000));
        var two = buffer.commit(new Group(List.of(), List.of(payload, payload, payload), SequenceSet.EMPTY, List.of()));
        assertThat(two.rejected().getLast()).isInstanceOf(AppendResult.Full.class);

        buffer.commit(new Group(List.of(), List.of(), SequenceSet.EMPTY, List.of(1L)));

        assertThat(buffer.commit(new Group(List.of(), List.of(payload), SequenceSet.EMPTY, List.of()))
                        .rejected())
                .containsExactly(new Stored(0, 0));
    }

    @Test
    void the_file_shrinks_again_after_it_was_emptied() throws IOException {
        var buffer = open();
        for (int i = 0; i < 400; i++) {
            ReadingBufferContract.append(buffer, i % 2 == 0 ? readings(50) : List.of(reading(i)));
        }
        for (int i = 0; i < 3; i++) {
            ReadingBufferContract.append(buffer, readings(60_000));
        }
        long full = size();

        ReadingBufferContract.confirm(buffer, new SequenceRange(1, buffer.nextSequence()));
        buffer.close();

        assertThat(size()).isLessThan(full / 4);
    }

    private long size() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("buffer.db"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private void sql(String statement) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("buffer.db"));
                var update = connection.createStatement()) {
            assertThat(update.executeUpdate(statement)).isPositive();
        }
    }

    private static Rejected rejected(String payload) {
        return new Rejected(
                new DeviceId("pump-3"),
                "devices/pump-3/readings",
                ByteString.copyFromUtf8(payload),
                NOON.instant(),
                RejectReason.UNKNOWN_CODE,
                "'hart-rate' is not in the catalogue");
    }
}
