package org.fieldward.core.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;
import org.fieldward.core.archive.Archive.Done;
import org.fieldward.core.observation.Days;
import org.fieldward.core.observation.Observed;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Unit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ArchiveTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final LocalDate DAY = LocalDate.parse("2026-03-01");

    @TempDir
    private Path folder;

    private final Store store = new Store();

    /** A store of readings whose commitments are numbered as they come. */
    private static final class Store implements Days {

        private final TreeMap<Long, Observed> readings = new TreeMap<>();
        private long batch;

        void add(Instant measured, String patient, String rate) {
            int point = rate.indexOf('.');
            var record = StoredReading.newBuilder()
                    .setVersion(1)
                    .setDevice("bed-1")
                    .setPatient(patient)
                    .setGateway("ward-3")
                    .setMeasuredMicros(measured.toEpochMilli() * 1_000)
                    .setReceivedMicros(measured.toEpochMilli() * 1_000 + 5)
                    .setEpoch(-1)
                    .setSequence(7)
                    .addParameter(Catalogue.standard().key("heart-rate").number())
                    .addUnscaled(Long.parseLong(rate.replace(".", "")))
                    .addScale(point < 0 ? 0 : rate.length() - point - 1)
                    .addUnit(Unit.PER_MINUTE.number())
                    .addAbsent(0)
                    .addParameter(Catalogue.standard().key("spo2").number())
                    .addUnscaled(0)
                    .addScale(0)
                    .addUnit(Unit.PERCENT.number())
                    .addAbsent(AbsentReason.NOT_PERFORMED.number())
                    .build();
            batch++;
            readings.put(
                    record.getMeasuredMicros(),
                    new Observed(record, record.toByteString(), ByteString.EMPTY, batch, 3));
        }

        private List<Observed> of(LocalDate day) {
            return readings.values().stream()
                    .filter(one -> LocalDate.ofInstant(
                                    Instant.ofEpochMilli(one.record().getMeasuredMicros() / 1_000), ZoneOffset.UTC)
                            .equals(day))
                    .toList();
        }

        private Day day(LocalDate day) {
            List<Observed> found = of(day);
            return new Day(
                    day,
                    found.size(),
                    found.stream().mapToLong(Observed::commitmentBatch).min().orElse(0),
                    found.stream().mapToLong(Observed::commitmentBatch).max().orElse(0));
        }

        @Override
        public List<Day> before(LocalDate until) {
            return DAY.minusDays(5)
                    .datesUntil(until)
                    .map(this::day)
                    .filter(day -> day.readings() > 0)
                    .toList();
        }

        @Override
        public Day read(LocalDate day, Consumer<Observed> each) {
            of(day).forEach(each);
            return day(day);
        }
    }

    private List<Done> keep() {
        var done = new ArrayList<Done>();
        new Archive(store, folder).keep(DAY.plusDays(1), done::add);
        return done;
    }

    private static final class Reader extends ParquetReader.Builder<Group> {
        Reader(InputFile file) {
            super(file, new PlainParquetConfiguration());
        }

        @Override
        protected ReadSupport<Group> getReadSupport() {
            return new GroupReadSupport() {
                @Override
                public ReadContext init(
                        ParquetConfiguration configuration,
                        java.util.Map<String, String> keys,
                        org.apache.parquet.schema.MessageType schema) {
                    return new ReadContext(schema);
                }

                @Override
                public ReadContext init(
                        Configuration configuration,
                        java.util.Map<String, String> keys,
                        org.apache.parquet.schema.MessageType schema) {
                    return new ReadContext(schema);
                }
            };
        }
    }

    private List<Group> rows(String file) throws IOException {
        var rows = new ArrayList<Group>();
        try (ParquetReader<Group> reader = new Reader(new LocalInputFile(folder.resolve(file)))
                .withCodecFactory(new Zstandard())
                .build()) {
            for (Group row = reader.read(); row != null; row = reader.read()) {
                rows.add(row);
            }
        }
        return rows;
    }

    @Test
    void each_value_is_a_row_that_says_it_exactly_and_why_there_is_none() throws IOException {
        store.add(NOON, "p1", "71.50");
        store.add(NOON.plusSeconds(1), "", "72");

        assertThat(keep()).singleElement().isInstanceOf(Done.Written.class);

        List<Group> rows = rows("readings-2026-03-01.parquet");
        assertThat(rows).hasSize(4);
        Group rate = rows.get(0);
        assertThat(rate.getString("device", 0)).isEqualTo("bed-1");
        assertThat(rate.getString("patient", 0)).isEqualTo("p1");
        assertThat(rate.getLong("measured_at", 0)).isEqualTo(NOON.toEpochMilli() * 1_000);
        assertThat(rate.getString("parameter", 0)).isEqualTo("heart-rate");
        assertThat(rate.getString("loinc", 0)).isEqualTo("8867-4");
        assertThat(rate.getDouble("value", 0)).isEqualTo(71.5);
        assertThat(rate.getLong("unscaled", 0)).isEqualTo(7150);
        assertThat(rate.getInteger("scale", 0)).isEqualTo(2);
        assertThat(rate.getString("unit", 0)).isEqualTo("/min");
        assertThat(rate.getFieldRepetitionCount("absent")).isZero();
        assertThat(rate.getLong("commitment_batch", 0)).isEqualTo(1);
        Group saturation = rows.get(1);
        assertThat(saturation.getFieldRepetitionCount("value")).isZero();
        assertThat(saturation.getFieldRepetitionCount("unit")).isZero();
        assertThat(saturation.getString("absent", 0)).isEqualTo("not-performed");
        assertThat(rows.get(2).getFieldRepetitionCount("patient")).isZero();
    }

    @Test
    void a_day_that_did_not_change_is_left_alone_and_one_that_was_corrected_is_written_anew() throws IOException {
        store.add(NOON.minusSeconds(86_400), "p1", "70");
        store.add(NOON, "p1", "71");
        keep();

        store.add(NOON, "p2", "71");

        assertThat(keep())
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo(new Done.Unchanged(DAY.minusDays(1))),
                        second -> assertThat(second).isInstanceOf(Done.Written.class));
        assertThat(rows("readings-2026-03-01.parquet").getFirst().getString("patient", 0))
                .isEqualTo("p2");
        assertThat(ArchiveCheck.of(folder).complaints()).isEmpty();
    }

    @Test
    void an_archive_that_was_broken_off_goes_on_where_it_was() throws IOException {
        store.add(NOON.minusSeconds(86_400), "p1", "70");
        store.add(NOON, "p1", "71");
        keep();
        Files.delete(folder.resolve("readings-2026-03-01.parquet"));
        Files.writeString(folder.resolve("readings-2026-03-01.parquet.part"), "half a file");

        assertThat(keep().getLast()).isInstanceOf(Done.Written.class);

        ArchiveCheck.Result result = ArchiveCheck.of(folder);
        assertThat(result.complaints()).isEmpty();
        assertThat(result.readings()).isEqualTo(2);
        assertThat(result.rows()).isEqualTo(4);
    }

    @Test
    void whoever_checks_hears_what_was_changed_taken_away_or_put_in() throws IOException {
        store.add(NOON.minusSeconds(86_400), "p1", "70");
        store.add(NOON, "p1", "71");
        keep();
        Path changed = folder.resolve("readings-2026-03-01.parquet");
        byte[] bytes = Files.readAllBytes(changed);
        bytes[bytes.length / 2] ^= 1;
        Files.write(changed, bytes);
        Files.copy(changed, folder.resolve("readings-1999-01-01.parquet"));
        Files.delete(folder.resolve("readings-2026-02-28.parquet"));

        assertThat(ArchiveCheck.of(folder).complaints())
                .containsExactly(
                        "readings-2026-02-28.parquet is missing",
                        "readings-2026-03-01.parquet was changed: its SHA-256 is not the manifest's",
                        "readings-1999-01-01.parquet is not in the manifest");

        Files.write(changed, new byte[] {1}, StandardOpenOption.APPEND);

        assertThat(ArchiveCheck.of(folder).complaints().get(1)).contains("must have " + bytes.length + " bytes");
    }

    @Test
    void a_manifest_that_points_elsewhere_is_not_followed() throws IOException {
        store.add(NOON, "p1", "70");
        keep();
        Path manifest = folder.resolve(Manifest.NAME);
        String text = Files.readString(manifest, StandardCharsets.UTF_8);
        Files.writeString(manifest, text.replace("readings-2026-03-01.parquet", "../elsewhere"));

        org.assertj.core.api.Assertions.assertThatThrownBy(() -> ArchiveCheck.of(folder))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("2026-03-01");
    }
}
