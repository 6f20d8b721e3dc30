package org.fieldward.edge.stick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.fieldward.edge.buffer.BufferSettings;
import org.fieldward.edge.buffer.BufferWriter;
import org.fieldward.edge.buffer.Readings;
import org.fieldward.edge.buffer.sqlite.BufferCheck;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.edge.stick.StickExport.Written;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Subject;
import org.fieldward.proto.link.Batch;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.fieldward.proto.stick.Receipt;
import org.fieldward.proto.stick.StickNames;
import org.fieldward.proto.stick.StickReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The backlog on a stick and the receipt on its way back, with a real buffer and real files. */
class StickExportTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration YEAR = Duration.ofDays(365);
    private static final long LARGE = 64 << 20;

    @TempDir
    Path data;

    @TempDir
    Path stick;

    private final SecureRandom random = new SecureRandom();
    private final CertificateMaker maker = new CertificateMaker(random);
    private final Credential core = maker.authority("core", NOON.minus(YEAR), NOON.plus(YEAR));
    private final Credential own = maker.issue(
            core, new Subject("ward-7", Subject.Purpose.CLIENT, List.of()), NOON.minus(YEAR), NOON.plus(YEAR));
    private final AtomicLong uplink = new AtomicLong();
    private SqliteReadingBuffer buffer;
    private BufferWriter writer;
    private StickDesk desk;

    @BeforeEach
    void open() {
        buffer = SqliteReadingBuffer.open(data, BufferSettings.DEFAULT, random, () -> NOON);
        writer = new BufferWriter(buffer, BufferSettings.DEFAULT, entries -> {}, failure -> {});
        uplink.set(buffer.nextSequence());
        desk = new StickDesk(
                buffer,
                writer,
                () -> Readings.stamp(1),
                Optional.of(own),
                below -> uplink.accumulateAndGet(below, Math::max));
    }

    @AfterEach
    void close() {
        writer.close();
        buffer.close();
    }

    private void store(List<? extends Entry> entries) throws Exception {
        writer.store(entries).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private Written export(long maxFileBytes) throws IOException {
        long upTo = Long.parseLong(desk.serve(StickDesk.EXPORT, new byte[0]));
        try (var export = new StickExport(stick, own, maxFileBytes, random, NOON)) {
            BufferCheck.unconfirmed(data, upTo, 2_000, export::add);
            return export.finish();
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(stick)) {
            return files.sorted().toList();
        }
    }

    /** As the core does: what each batch says it holds, and what it holds. */
    private List<Batch> batches(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            StickReader reader = StickReader.open(in, core);
            var batches = new ArrayList<Batch>();
            for (Optional<Batch> next = reader.next(); next.isPresent(); next = reader.next()) {
                batches.add(next.get());
            }
            return batches;
        }
    }

    private Map<Long, Entry> records() throws IOException {
        var records = new HashMap<Long, Entry>();
        for (Path file : files()) {
            for (Batch batch : batches(file)) {
                assertThat(batch.getEpoch()).isEqualTo(epoch());
                BatchCodec.decode(batch.getContent().toByteArray())
                        .forEach(record -> assertThat(records.put(record.sequence(), record.entry()))
                                .as("sequence %d again", record.sequence())
                                .isNull());
            }
        }
        return records;
    }

    private String receipt(String gateway, SequenceSet held, List<ByteString> files) {
        return desk.serve(
                StickDesk.RECEIPT, new Receipt(gateway, NOON, Map.of(epoch(), held), files).write(core.key()));
    }

    private long epoch() {
        return buffer.lives().newest().epoch();
    }

    private static SequenceSet range(long first, long last) {
        return SequenceSet.of(new SequenceRange(first, last));
    }

    private long waiting() {
        return Stream.of(Lane.values())
                .mapToLong(lane -> buffer.backlog(lane).records())
                .sum();
    }

    @Test
    void every_unconfirmed_record_is_on_the_stick_once_and_stays_here_too() throws Exception {
        List<Entry> entries = new ArrayList<>(Readings.readings(3_000));
        entries.add(Readings.alarm(1));
        entries.add(Readings.waveform(1, 250));
        store(entries);

        Written written = export(LARGE);

        assertThat(written.records()).isEqualTo(3_002);
        assertThat(written.files()).isEqualTo(1);
        assertThat(files()).singleElement().satisfies(file -> {
            assertThat(StickNames.isFile(file.getFileName().toString())).isTrue();
            assertThat(Files.size(file)).isEqualTo(written.bytes());
            assertThat(batches(file).getFirst().getLaneValue())
                    .as("alarms first")
                    .isEqualTo(Lane.ALARM.number());
        });
        Map<Long, Entry> records = records();
        for (int i = 0; i < entries.size(); i++) {
            assertThat(records.get(i + 1L)).isEqualTo(entries.get(i));
        }
        assertThat(waiting()).isEqualTo(3_002);
    }

    @Test
    void a_new_file_begins_where_one_would_grow_too_large_and_each_is_whole() throws Exception {
        for (int i = 0; i < 60; i++) {
            store(List.of(Readings.waveform(i, 10_000)));
        }

        Written written = export(1_000_000);

        assertThat(written.files()).isGreaterThan(1);
        assertThat(files())
                .hasSize(written.files())
                .allSatisfy(file -> assertThat(Files.size(file)).isLessThanOrEqualTo(1_000_000));
        assertThat(records()).hasSize(60);
    }

    @Test
    void a_receipt_frees_what_the_core_holds_and_the_next_export_carries_the_rest() throws Exception {
        store(Readings.readings(100));
        export(LARGE);
        Path first = files().getFirst();
        ByteString id;
        try (InputStream in = Files.newInputStream(first)) {
            id = StickReader.id(in);
        }
        store(Readings.readings(10));
        var receipt = new Receipt("ward-7", NOON, Map.of(epoch(), range(1, 100)), List.of(id));

        assertThat(desk.serve(StickDesk.RECEIPT, receipt.write(core.key())))
                .contains("the core holds 100 records")
                .contains("10 still wait");
        assertThat(DoneFiles.delete(stick, receipt)).isEqualTo(1);
        assertThat(files()).isEmpty();
        assertThat(export(LARGE).records()).isEqualTo(10);
        assertThat(records()).containsOnlyKeys(101L, 102L, 103L, 104L, 105L, 106L, 107L, 108L, 109L, 110L);
    }

    @Test
    void only_files_that_the_receipt_names_are_deleted() throws Exception {
        store(Readings.readings(10));
        export(LARGE);
        Files.writeString(stick.resolve("menu.stick"), "not ours");

        assertThat(DoneFiles.delete(stick, new Receipt("ward-7", NOON, Map.of(), List.of())))
                .isZero();
        assertThat(files()).hasSize(2);
    }

    @Test
    void a_receipt_of_another_gateway_or_core_frees_nothing() throws Exception {
        store(Readings.readings(10));
        export(LARGE);
        Credential stranger = maker.authority("core", NOON.minus(YEAR), NOON.plus(YEAR));

        assertThat(receipt("ward-8", range(1, 10), List.of()))
                .contains("refused")
                .contains("ward-8");
        assertThat(desk.serve(
                        StickDesk.RECEIPT,
                        new Receipt("ward-7", NOON, Map.of(epoch(), range(1, 10)), List.of()).write(stranger.key())))
                .contains("refused");
        assertThat(desk.serve(StickDesk.RECEIPT, new byte[] {1, 2, 3})).contains("refused");
        assertThat(waiting()).isEqualTo(10);
    }

    @Test
    void a_receipt_of_an_earlier_buffer_frees_nothing_of_this_one() throws Exception {
        store(Readings.readings(10));
        export(LARGE);

        assertThat(desk.serve(
                        StickDesk.RECEIPT,
                        new Receipt("ward-7", NOON, Map.of(epoch() ^ 1, range(1, 10)), List.of()).write(core.key())))
                .contains("10 still wait");
        assertThat(waiting()).isEqualTo(10);
    }

    @Test
    void a_run_that_was_copied_with_its_memory_forgets_nothing_by_the_others_receipt() throws Exception {
        // The core has 1 to 50 of the other run; the records here are other ones.
        store(Readings.readings(80));
        long shared = epoch();

        assertThat(receipt("ward-7", range(1, 50), List.of())).contains("80 still wait");
        assertThat(waiting()).isEqualTo(80);
        export(LARGE);
        assertThat(records()).hasSize(80);
        assertThat(epoch()).isNotEqualTo(shared);
    }

    @Test
    void a_copy_of_the_file_is_not_freed_by_the_receipt_for_the_other_and_what_both_hold_has_one_name()
            throws Exception {
        store(Readings.readings(10));
        close();
        Path copied = Files.createDirectory(data.resolve("copy"));
        for (String name : List.of("buffer.db", "buffer.key")) {
            Files.copy(data.resolve(name), copied.resolve(name));
        }
        open();
        store(Readings.readings(20));
        var held = Map.of(buffer.lives().all().getFirst().epoch(), range(1, 10), epoch(), range(11, 30));
        close();
        buffer = SqliteReadingBuffer.open(copied, BufferSettings.DEFAULT, random, () -> NOON);
        writer = new BufferWriter(buffer, BufferSettings.DEFAULT, entries -> {}, failure -> {});
        desk = new StickDesk(buffer, writer, () -> Readings.stamp(1), Optional.of(own), below -> below);
        store(Readings.readings(15));
        desk.serve(StickDesk.EXPORT, new byte[0]);

        assertThat(desk.serve(StickDesk.RECEIPT, new Receipt("ward-7", NOON, held, List.of()).write(core.key())))
                .contains("the core holds 10 records")
                .contains("15 still wait");
    }

    @Test
    void the_uplink_hears_that_the_core_may_hold_what_was_exported() throws Exception {
        store(Readings.readings(10));
        export(LARGE);

        assertThat(uplink).hasValue(11);
    }

    @Test
    void what_was_sent_over_the_link_may_be_in_a_receipt_too() throws Exception {
        store(Readings.readings(10));
        uplink.set(11);

        assertThat(receipt("ward-7", range(1, 10), List.of())).contains("0 still wait");
    }

    @Test
    void losses_go_out_with_the_export() throws Exception {
        var small = new BufferSettings(1_000_000, 40, 64 << 20, 0, Duration.ZERO, 8192);
        close();
        buffer = SqliteReadingBuffer.open(data, small, random, () -> NOON);
        writer = new BufferWriter(buffer, small, entries -> {}, failure -> {});
        desk = new StickDesk(buffer, writer, () -> Readings.stamp(1), Optional.of(own), below -> below);
        for (int i = 0; i < 60; i++) {
            store(List.of(Readings.waveform(i, 10_000)));
        }
        assertThat(buffer.lost()).isNotEmpty();

        export(LARGE);

        assertThat(records().values())
                .anySatisfy(entry -> assertThat(entry).isInstanceOf(org.fieldward.proto.reading.Gap.class));
    }

    @Test
    void a_stick_that_was_pulled_out_leaves_whole_files_and_its_draft_is_cleared_the_next_time() throws Exception {
        store(Readings.readings(10));
        Path draft = Files.writeString(
                stick.resolve(StickNames.draft(StickNames.file("ward-7", NOON, ByteString.EMPTY))), "half");

        export(LARGE);

        assertThat(draft).doesNotExist();
        assertThat(records()).hasSize(10);
    }

    @Test
    void an_export_that_fails_leaves_no_draft() throws Exception {
        store(Readings.readings(10));
        try (var export = new StickExport(stick, own, LARGE, random, NOON)) {
            BufferCheck.unconfirmed(data, 10, 100, export::add);
            assertThat(files()).hasSize(1);
        }
        assertThat(files()).isEmpty();
        assertThatThrownBy(() -> {
                    try (var export = new StickExport(stick.resolve("gone"), own, LARGE, random, NOON)) {
                        BufferCheck.unconfirmed(data, 10, 100, export::add);
                    }
                })
                .isInstanceOf(IOException.class);
    }
}
