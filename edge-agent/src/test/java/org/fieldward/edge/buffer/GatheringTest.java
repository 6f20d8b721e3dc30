package org.fieldward.edge.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.edge.buffer.Readings.alarm;
import static org.fieldward.edge.buffer.Readings.reading;
import static org.fieldward.edge.buffer.Readings.waveform;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.fieldward.edge.buffer.ReadingBuffer.Slice;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small groups that wait for long come to lie together in the file, and nobody but the disk notices. */
class GatheringTest {

    private static final int PER_COMMIT = 50;

    @TempDir
    private Path directory;

    private SqliteReadingBuffer buffer;
    private final List<Sequenced> stored = new ArrayList<>();

    private Instant now = Instant.parse("2026-11-21T12:00:00Z");

    @BeforeEach
    void open() {
        buffer = SqliteReadingBuffer.open(directory, BufferSettings.DEFAULT, new SecureRandom(), () -> now);
    }

    @AfterEach
    void close() {
        buffer.close();
    }

    @Test
    void what_waits_for_long_takes_half_of_the_room_or_less_and_comes_back_as_it_was_also_after_a_restart() {
        storeUntil(3001);
        long before = buffer.usage().bytesUsed();

        waitForLong();

        assertThat(buffer.usage().bytesUsed()).isLessThan(before / 2);
        assertThat(vitals()).isEqualTo(stored);
        ReadingBuffer.Usage used = buffer.usage();
        buffer.close();
        open();
        assertThat(buffer.usage()).isEqualTo(used);
        assertThat(buffer.backlog(Lane.VITAL).records()).isEqualTo(stored.size());
        assertThat(vitals()).isEqualTo(stored);
    }

    @Test
    void what_the_core_may_still_confirm_soon_is_left_as_it_was_committed() {
        storeUntil(3001);
        long before = buffer.usage().bytesUsed();

        now = now.plusSeconds(50);
        append(reading(1));

        assertThat(buffer.usage().bytesUsed()).isGreaterThan(before);
    }

    @Test
    void it_is_gathered_also_where_the_clock_is_put_back() {
        storeUntil(3001);
        long before = buffer.usage().bytesUsed();

        now = Instant.EPOCH;
        append(reading(1));

        assertThat(buffer.usage().bytesUsed()).isLessThan(before / 2);
        assertThat(vitals()).isEqualTo(stored);
    }

    @Test
    void alarms_and_waveforms_between_them_keep_their_places_and_lanes() {
        var random = new Random(1);
        while (buffer.nextSequence() < 4000) {
            int before = random.nextInt(100);
            storeUntil(buffer.nextSequence() + before);
            append(random.nextBoolean() ? alarm(before) : waveform(before, 50));
            append(reading(before));
        }

        waitForLong();

        assertThat(vitals()).isEqualTo(of(Lane.VITAL));
        assertThat(ReadingBufferContract.all(buffer, Lane.ALARM)).isEqualTo(of(Lane.ALARM));
        assertThat(ReadingBufferContract.all(buffer, Lane.WAVEFORM)).isEqualTo(of(Lane.WAVEFORM));
    }

    @Test
    void what_is_confirmed_before_or_after_in_any_order_is_forgotten_and_nothing_else() {
        var random = new Random(2);
        for (int round = 1; round <= 12; round++) {
            storeUntil(round * 500L);
            now = now.plusSeconds(20);
            long first = 1 + random.nextLong(buffer.nextSequence());
            var range = new SequenceRange(first, first + random.nextInt(700));
            ReadingBufferContract.confirm(buffer, range);
            stored.removeIf(record -> range.contains(record.sequence()));
        }

        assertThat(vitals()).isEqualTo(stored);
        assertThat(buffer.backlog(Lane.VITAL).records()).isEqualTo(stored.size());
        ReadingBufferContract.confirm(buffer, new SequenceRange(1, buffer.nextSequence()));
        assertThat(buffer.usage().bytesUsed()).isZero();
        assertThat(buffer.backlog(Lane.VITAL).records()).isZero();
    }

    @Test
    void what_is_under_way_is_not_read_again_when_it_came_to_lie_with_others() {
        storeUntil(2001);
        Slice underWay = buffer.read(Lane.VITAL, new SequenceRange(301, 400), SequenceSet.EMPTY, 1000)
                .orElseThrow();

        waitForLong();

        List<Sequenced> rest = new ArrayList<>();
        SequenceSet seen = underWay.sequences();
        for (var slice = buffer.read(Lane.VITAL, ReadingBufferContract.ALL, seen, 70);
                slice.isPresent();
                slice = buffer.read(Lane.VITAL, ReadingBufferContract.ALL, seen, 70)) {
            rest.addAll(BatchCodec.decode(slice.get().content().toByteArray()));
            seen = seen.plus(slice.get().sequences());
        }
        rest.sort((a, b) -> Long.compare(a.sequence(), b.sequence()));
        assertThat(underWay.sequences()).isEqualTo(SequenceSet.of(new SequenceRange(301, 400)));
        assertThat(rest)
                .isEqualTo(stored.stream()
                        .filter(record -> !underWay.sequences().contains(record.sequence()))
                        .toList());
    }

    @Test
    void a_row_that_does_not_open_is_left_out_and_costs_only_itself() throws SQLException {
        storeUntil(2001);
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("buffer.db"));
                var update = connection.createStatement()) {
            assertThat(update.executeUpdate("UPDATE record_group SET content = substr(content, 1, 60)"
                            + " || CASE substr(content, 61, 1) WHEN x'ff' THEN x'00' ELSE x'ff' END || substr(content, 62)"
                            + " WHERE last = 500"))
                    .isEqualTo(1);
        }

        waitForLong();
        append(reading(1));

        assertThat(buffer.damagedGroups()).isEqualTo(1);
        assertThat(vitals())
                .isEqualTo(stored.stream()
                        .filter(record -> record.sequence() <= 450 || record.sequence() > 500)
                        .toList());
    }

    private void waitForLong() {
        now = now.plusSeconds(61);
        append(reading(1));
    }

    private void storeUntil(long next) {
        while (buffer.nextSequence() < next) {
            int first = (int) buffer.nextSequence();
            append(IntStream.range(first, first + PER_COMMIT)
                    .mapToObj(Readings::reading)
                    .toArray(Entry[]::new));
        }
    }

    private void append(Entry... entries) {
        stored.addAll(ReadingBufferContract.append(buffer, List.of(entries)).entries());
    }

    private List<Sequenced> of(Lane lane) {
        return stored.stream().filter(record -> record.entry().lane() == lane).toList();
    }

    private List<Sequenced> vitals() {
        return ReadingBufferContract.all(buffer, Lane.VITAL);
    }
}
