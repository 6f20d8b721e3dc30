package org.fieldward.edge.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.edge.buffer.Readings.reading;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.fieldward.edge.buffer.ReadingBuffer.Append;
import org.fieldward.edge.buffer.ReadingBuffer.Group;
import org.fieldward.edge.buffer.sqlite.BufferCheck;
import org.fieldward.edge.buffer.sqlite.Salvage;
import org.fieldward.edge.buffer.sqlite.Salvage.Step;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a damaged file: all that can be read of it is in the fresh one, once, as it was. */
class SalvageTest {

    private static final InstantSource NOON = InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z"));
    private static final int PAGE = 4096;
    private static final SequenceRange ALL = new SequenceRange(1, Long.MAX_VALUE / 4);

    @TempDir
    Path directory;

    /** What was stored and not confirmed. */
    private final Map<Name, Entry> stored = new HashMap<>();

    private Path file = Path.of("");

    /** As the core knows a record. */
    private record Name(long epoch, long sequence) {}

    @BeforeEach
    void place() {
        file = directory.resolve("buffer.db");
    }

    private SqliteReadingBuffer open() {
        return SqliteReadingBuffer.open(directory, BufferSettings.DEFAULT, new SecureRandom(), NOON);
    }

    private void store(SqliteReadingBuffer buffer, List<? extends Entry> entries) {
        buffer.commit(new Group(
                        List.of(new Append(entries, OptionalLong.empty())), List.of(), SequenceSet.EMPTY, List.of()))
                .entries()
                .forEach(one ->
                        stored.put(new Name(buffer.lives().of(one.sequence()).epoch(), one.sequence()), one.entry()));
    }

    /** Rows of one record and of many, of every lane, large ones on several pages; in two lives, and some are confirmed. */
    private void fill() {
        for (int life = 0; life < 2; life++) {
            try (var buffer = open()) {
                for (int i = 0; i < 60; i++) {
                    store(buffer, List.of(reading(i)));
                    store(buffer, Readings.readings(300));
                    store(buffer, List.of(Readings.alarm(i), Readings.waveform(i, 2000)));
                }
                if (life == 0) {
                    var confirmed = new SequenceRange(50, 2000);
                    stored.keySet().removeIf(name -> confirmed.contains(name.sequence()));
                    buffer.commit(new Group(List.of(), List.of(), SequenceSet.of(confirmed), List.of()));
                }
            }
        }
    }

    private void overwrite(long at, byte[] bytes) throws IOException {
        try (var out = new RandomAccessFile(file.toFile(), "rw")) {
            out.seek(at);
            out.write(bytes);
        }
    }

    private static byte[] noise(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Looks through all damaged files; then what waits in the fresh one. */
    private Map<Name, Entry> salvaged() throws IOException {
        try (var buffer = open();
                var writer = new BufferWriter(buffer, BufferSettings.DEFAULT, entries -> {}, failure -> {});
                var salvage = new Salvage(directory, buffer, writer, () -> {})) {
            while (salvage.step() == Step.MORE) {
                continue;
            }
            assertThat(buffer.salvages()).allMatch(Salvaged.State::done);
            return records(buffer);
        }
    }

    private static Map<Name, Entry> records(SqliteReadingBuffer buffer) {
        var found = new HashMap<Name, Entry>();
        for (Lane lane : Lane.values()) {
            SequenceSet seen = SequenceSet.EMPTY;
            for (var slice = buffer.read(lane, ALL, seen, 1000);
                    slice.isPresent();
                    slice = buffer.read(lane, ALL, seen, 1000)) {
                for (Sequenced one : BatchCodec.decode(slice.get().content().toByteArray())) {
                    assertThat(found.put(new Name(slice.get().epoch(), one.sequence()), one.entry()))
                            .as("sequence %d again", one.sequence())
                            .isNull();
                }
                seen = seen.plus(slice.get().sequences());
            }
        }
        return found;
    }

    /** Rows that SQLite itself still reads, or that stand on a page that nobody touched, must be there. */
    private void onlyWhatWasStored(Map<Name, Entry> found) {
        stored.forEach((name, entry) -> {
            if (found.containsKey(name)) {
                assertThat(found.get(name)).isEqualTo(entry);
            }
        });
    }

    @Test
    void a_file_whose_header_alone_is_torn_loses_nothing() throws IOException {
        fill();
        overwrite(0, new byte[100]);

        Map<Name, Entry> found = salvaged();

        assertThat(found).containsAllEntriesOf(stored);
        assertThat(BufferCheck.check(directory).findings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void of_pages_overwritten_anywhere_only_what_stood_on_them_is_lost_and_told(long seed) throws IOException {
        fill();
        var random = new Random(seed);
        long pages = Files.size(file) / PAGE;
        overwrite(0, noise(random, 100));
        Set<Long> hit = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            long page = 1 + random.nextLong(pages - 1);
            hit.add(page);
            overwrite(page * PAGE + random.nextInt(PAGE - 300), noise(random, 300));
        }

        Map<Name, Entry> found = salvaged();

        onlyWhatWasStored(found);
        long missing = stored.keySet().stream()
                .filter(name -> !found.containsKey(name))
                .count();
        // A page holds some rows of up to 300 records, and a waveform's row is on several.
        assertThat(missing).as("records lost with %s", hit).isLessThan(5 * 1500);
        assertThat(BufferCheck.check(directory).findings()).isEmpty();
        assertThat(salvaged()).as("once done it is done").isEqualTo(found);
    }

    @Test
    void of_a_file_cut_off_in_the_middle_the_first_half_is_saved() throws IOException {
        fill();
        try (var out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(out.length() / 2 - 1000);
        }

        Map<Name, Entry> found = salvaged();

        onlyWhatWasStored(found);
        assertThat(found.keySet().stream().filter(stored::containsKey).count()).isGreaterThan(stored.size() / 4);
    }

    @Test
    void a_file_of_zeros_and_an_empty_one_give_nothing_and_harm_nothing() throws IOException {
        fill();
        Files.write(file, new byte[20 * PAGE]);
        overwrite(0, noise(new Random(1), 50));

        assertThat(salvaged()).isEmpty();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(one -> one.getFileName().toString()))
                    .contains("buffer-damaged-20261121T120000Z.db")
                    .noneMatch(name -> name.endsWith(".unsalvaged"));
        }
    }

    @Test
    void what_only_the_log_holds_is_saved_too() throws IOException {
        var buffer = open();
        store(buffer, Readings.readings(500));
        Path log = directory.resolve("buffer.db-wal");
        byte[] bytes = Files.readAllBytes(log);
        buffer.close();
        Files.delete(file);
        Files.write(log, bytes);

        assertThat(salvaged()).isEqualTo(stored);
    }

    @Test
    void killed_in_the_middle_it_goes_on_and_what_was_confirmed_meanwhile_is_known_to_the_core_by_its_name()
            throws IOException {
        fill();
        overwrite(0, new byte[100]);
        var seen = new HashMap<Name, Entry>();
        for (boolean done = false; !done; ) {
            try (var buffer = open();
                    var writer = new BufferWriter(buffer, BufferSettings.DEFAULT, entries -> {}, failure -> {});
                    var salvage = new Salvage(directory, buffer, writer, () -> {})) {
                done = salvage.step() == Step.DONE;
                Map<Name, Entry> now = records(buffer);
                now.forEach((name, entry) ->
                        assertThat(seen.getOrDefault(name, entry)).isEqualTo(entry));
                seen.putAll(now);
                now.keySet()
                        .forEach(name -> writer.confirm(name.epoch(), SequenceSet.of(SequenceRange.of(name.sequence())))
                                .toCompletableFuture()
                                .join());
            }
        }

        assertThat(seen).containsAllEntriesOf(stored);
    }

    @Test
    void new_records_do_not_get_in_the_way_and_are_not_announced_again() throws IOException {
        fill();
        overwrite(0, new byte[100]);
        var announced = new ArrayList<Sequenced>();
        try (var buffer = open();
                var writer = new BufferWriter(buffer, BufferSettings.DEFAULT, announced::addAll, failure -> {});
                var salvage = new Salvage(directory, buffer, writer, () -> {})) {
            do {
                store(buffer, List.of(Readings.alarm(7)));
            } while (salvage.step() == Step.MORE);

            assertThat(announced).isEmpty();
            assertThat(records(buffer)).containsAllEntriesOf(stored);
        }
    }

    @Test
    void nothing_is_given_up_for_what_is_safe_in_the_damaged_file() throws IOException {
        fill();
        overwrite(0, new byte[100]);
        var small = new BufferSettings(1_000_000, 0, 0, 0, java.time.Duration.ZERO, 8192);
        try (var buffer = SqliteReadingBuffer.open(directory, small, new SecureRandom(), NOON);
                var writer = new BufferWriter(buffer, small, entries -> {}, failure -> {});
                var salvage = new Salvage(directory, buffer, writer, () -> {})) {
            Step step = salvage.step();
            while (step == Step.MORE) {
                step = salvage.step();
            }
            assertThat(step).isEqualTo(Step.NO_ROOM);
            assertThat(buffer.lost()).isEmpty();
        }

        assertThat(salvaged()).containsAllEntriesOf(stored);
    }

    @Test
    void a_row_that_does_not_open_is_no_loss_where_a_larger_one_that_does_was_made_of_it() throws Exception {
        try (var buffer = open()) {
            store(buffer, Readings.readings(10));
        }
        long epoch = stored.keySet().iterator().next().epoch();
        ByteString sealed;
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var row = connection.createStatement().executeQuery("SELECT content FROM record_group")) {
            sealed = ByteString.copyFrom(row.getBytes(1));
        }
        overwrite(0, new byte[100]);

        try (var buffer = open()) {
            String aside = buffer.salvages().getFirst().file();
            var remains = new Salvaged.Row(5, 5, Lane.VITAL, 0, ByteString.EMPTY, epoch, false);
            var gathered = new Salvaged.Row(1, 10, Lane.VITAL, 0, sealed, epoch, true);
            assertThat(buffer.salvage(new Salvaged(aside, 1, false, List.of(remains))))
                    .isTrue();
            assertThat(buffer.salvages().getFirst().lostRows()).isEqualTo(1);

            assertThat(buffer.salvage(new Salvaged(aside, 2, true, List.of(gathered))))
                    .isTrue();

            assertThat(buffer.salvages().getFirst().lostRows()).isZero();
            assertThat(ReadingBufferContract.tell(buffer)).isEmpty();
            assertThat(records(buffer)).isEqualTo(stored);
        }
    }

    @Test
    void a_row_that_does_not_open_is_told_of_as_a_gap() throws IOException {
        var buffer = open();
        store(buffer, Readings.readings(10));
        buffer.close();
        overwrite(0, new byte[100]);
        byte[] bytes = Files.readAllBytes(file);
        long row = -1;
        for (int at = bytes.length - 100; row < 0; at--) {
            row = bytes[at] != 0 && bytes[at + 90] != 0 && at % PAGE > PAGE / 2 ? at : -1;
        }
        overwrite(row + 60, new byte[] {(byte) ~bytes[(int) row + 60]});

        try (var fresh = open();
                var writer = new BufferWriter(fresh, BufferSettings.DEFAULT, entries -> {}, failure -> {});
                var salvage = new Salvage(directory, fresh, writer, () -> {})) {
            while (salvage.step() == Step.MORE) {
                continue;
            }
            assertThat(fresh.salvages()).singleElement().satisfies(state -> {
                assertThat(state.records()).isZero();
                assertThat(state.lostRows()).isEqualTo(1);
            });
            assertThat(ReadingBufferContract.tell(fresh)).singleElement().satisfies(gap -> {
                assertThat(gap.count()).isEqualTo(10);
                assertThat(gap.reason()).isEqualTo(Gap.Reason.DAMAGED);
            });
        }
    }
}
