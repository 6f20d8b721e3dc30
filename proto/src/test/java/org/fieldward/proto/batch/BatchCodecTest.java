package org.fieldward.proto.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Document;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.junit.jupiter.api.Test;

class BatchCodecTest {

    @Test
    void every_record_comes_back_as_it_went_in() {
        for (long seed = 0; seed < 300; seed++) {
            List<Sequenced> records = new Ward(seed).wild(1 + (int) seed);

            assertThat(BatchCodec.decode(BatchCodec.encode(records)))
                    .as("seed " + seed)
                    .isEqualTo(records);
            assertThat(BatchCodec.decode(BatchCodec.encodePlain(records)))
                    .as("plain, seed " + seed)
                    .isEqualTo(records);
        }
    }

    @Test
    void a_batch_without_a_record_is_none() {
        assertThatThrownBy(() -> BatchCodec.decode(new byte[] {(byte) 0xfb, 1, 1, 0, 7, 0, 0, 0, 0, 0, 0, 0}))
                .isInstanceOf(BatchException.class)
                .hasMessageContaining("records must be 1 to");
    }

    @Test
    void the_earliest_and_the_latest_instant_a_clock_can_say_come_back() {
        for (long micros : new long[] {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 1, Long.MAX_VALUE}) {
            Instant instant = Micros.instant(micros);
            var stamp = new Stamp(Optional.of(instant), Instant.EPOCH, 0, 1, ClockState.UNCONFIRMED);
            var records =
                    List.of(new Sequenced(1, new DeviceStatus(new DeviceId("d"), stamp, DeviceStatus.Status.ONLINE)));

            assertThat(BatchCodec.decode(BatchCodec.encode(records))).isEqualTo(records);
        }
    }

    @Test
    void a_steady_ward_of_300_costs_at_most_6_bytes_a_reading_in_batches_of_1000() {
        List<Sequenced> records = new Ward(1).steady(300, 1000);

        byte[] batch = BatchCodec.encode(records);

        System.out.printf(
                "bytes per reading of six values, 300 devices: %.2f at 1,000; %.2f at 100; %.2f at 5,000%n",
                batch.length / 1000.0,
                BatchCodec.encode(records.subList(0, 100)).length / 100.0,
                BatchCodec.encode(new Ward(1).steady(300, 5000)).length / 5000.0);
        assertThat(BatchCodec.decode(batch)).isEqualTo(records);
        assertThat(batch.length).isLessThanOrEqualTo(6 * 1000);
    }

    @Test
    void damaged_bytes_are_refused_by_name_and_never_break_the_reader() {
        for (long seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            byte[] batch = random.nextBoolean()
                    ? BatchCodec.encode(new Ward(seed % 50).wild(20))
                    : BatchCodec.encodePlain(new Ward(seed % 50).wild(20));
            byte[] damaged =
                    random.nextInt(4) == 0 ? Arrays.copyOf(batch, random.nextInt(batch.length)) : batch.clone();
            for (int i = 0; i < 1 + random.nextInt(3) && damaged.length > 0; i++) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                // A flipped bit may give other records; the checksums that notice are the journal's and the buffer's.
                assertThat(BatchCodec.decode(damaged)).isNotEmpty();
            } catch (BatchException refused) {
                assertThat(refused.getMessage()).as("seed " + seed).isNotBlank();
            }
        }
    }

    @Test
    void a_batch_that_claims_more_than_it_holds_is_refused_before_anything_is_allocated() {
        Sink bomb = new Sink();
        bomb.unsigned(0xfb);
        bomb.unsigned(1);
        bomb.unsigned(1);
        bomb.unsigned(1L << 40);

        assertThatThrownBy(() -> BatchCodec.decode(bomb.toByteArray()))
                .isInstanceOf(BatchException.class)
                .hasMessageContaining("content must be at most");
    }

    @Test
    void a_newer_format_is_named_in_the_refusal() {
        byte[] batch = BatchCodec.encode(new Ward(1).wild(1));
        batch[2] = 9;

        assertThatThrownBy(() -> BatchCodec.decode(batch)).hasMessage("batch format must be 1, 2, 3, 5 or 6, was 9");
    }

    @Test
    void a_time_that_was_put_right_comes_back_with_what_the_device_had_said() {
        for (long seed = 0; seed < 200; seed++) {
            List<Sequenced> records = new Ward(seed, true).wild(1 + (int) seed, seed % 2 == 0);

            assertThat(BatchCodec.decode(BatchCodec.encode(records)))
                    .as("seed " + seed)
                    .isEqualTo(records);
        }
    }

    @Test
    void only_a_batch_with_a_time_put_right_is_of_the_version_that_an_older_core_cannot_read() {
        List<Sequenced> believed = new Ward(1).steady(30, 1000);
        List<Sequenced> corrected = new Ward(1, true).steady(30, 1000);

        byte[] batch = BatchCodec.encode(corrected);

        assertThat(BatchCodec.version(BatchCodec.encode(believed))).isEqualTo(1);
        assertThat(BatchCodec.version(batch)).isEqualTo(5);
        assertThat(BatchCodec.decode(batch)).isEqualTo(corrected).isNotEqualTo(believed);
        assertThat(batch.length)
                .as("what the corrections cost in a batch of 1,000")
                .isLessThan(BatchCodec.encode(believed).length + 300);
    }

    @Test
    void damaged_corrections_are_refused_by_name_and_never_break_the_reader() {
        for (long seed = 0; seed < 2000; seed++) {
            var random = new Random(seed);
            byte[] batch = BatchCodec.encodePlain(new Ward(seed % 50, true).wild(20, seed % 2 == 0));
            for (int i = 0; i < 1 + random.nextInt(3); i++) {
                batch[random.nextInt(batch.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                BatchCodec.decode(batch);
            } catch (BatchException refused) {
                assertThat(refused).hasMessageNotContaining("null");
            }
        }
    }

    @Test
    void a_correction_that_cannot_be_is_refused_with_its_rule() {
        var stamp = new Stamp(Optional.of(Instant.EPOCH), Instant.EPOCH, 0, 1, ClockState.SYNCHRONISED);

        assertThatThrownBy(() -> stamp.corrected(Stamp.MAX_CORRECTION.plusMillis(1)))
                .hasMessageContaining("correction must be whole milliseconds, at most");
        assertThatThrownBy(() -> stamp.corrected(Duration.ofNanos(1))).hasMessageContaining("whole milliseconds");
        assertThatThrownBy(() ->
                        new Stamp(Optional.empty(), Instant.EPOCH, 0, 1, ClockState.SYNCHRONISED, Duration.ofHours(1)))
                .hasMessageContaining("without a device time");
    }

    @Test
    void a_document_comes_back_byte_for_byte_in_a_batch_that_only_a_core_of_version_6_is_given() {
        List<Sequenced> ward = new Ward(3).wild(20);
        byte[] bytes = new byte[Document.MAX_BYTES];
        new Random(1).nextBytes(bytes);
        var document = new Document(
                new DeviceId("gw-1"),
                new Stamp(Optional.empty(), Instant.EPOCH, 7, 1, ClockState.UNCONFIRMED),
                Document.Purpose.HL7V2,
                "MSG0001",
                "LAB^WEST",
                "ORU^R01",
                "x-application/hl7-v2+er7",
                ByteString.copyFrom(bytes));
        var records = new ArrayList<>(ward);
        records.add(new Sequenced(ward.getLast().sequence() + 5, document));

        byte[] batch = BatchCodec.encode(records);

        assertThat(BatchCodec.version(batch)).isEqualTo(6);
        assertThat(BatchCodec.version(BatchCodec.encode(ward))).isLessThan(6);
        assertThat(BatchCodec.decode(batch)).isEqualTo(records);
        assertThat(document.toString()).doesNotContain("MSG0001", "LAB");
    }

    @Test
    void a_document_that_cannot_be_is_refused_with_its_rule() {
        var stamp = new Stamp(Optional.empty(), Instant.EPOCH, 7, 1, ClockState.UNCONFIRMED);
        ByteString large = ByteString.copyFrom(new byte[Document.MAX_BYTES + 1]);

        assertThatThrownBy(() -> new Document(
                        new DeviceId("gw-1"), stamp, Document.Purpose.HL7V2, "1", "LAB", "", "text/plain", large))
                .hasMessage("content of a document must be 1 to 1048576 bytes, was 1048577");
        assertThatThrownBy(() -> new Document(
                        new DeviceId("gw-1"),
                        stamp,
                        Document.Purpose.HL7V2,
                        "a\u0000b",
                        "LAB",
                        "",
                        "text/plain",
                        ByteString.copyFromUtf8("x")))
                .hasMessage("id of a document must have no control characters");
    }

    @Test
    void sequences_that_do_not_ascend_are_refused_at_the_writer() {
        List<Sequenced> records = new Ward(1).wild(2);
        List<Sequenced> twice = List.of(records.getFirst(), records.getFirst());

        assertThatThrownBy(() -> BatchCodec.encode(twice)).hasMessageContaining("sequences must ascend");
    }

    @Test
    void batches_become_to_the_byte_what_their_records_make_together() {
        for (long seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            boolean readingsOnly = seed % 3 > 0;
            List<Sequenced> records = new Ward(seed, seed % 2 == 0)
                    .wild(2 + (int) seed).stream()
                            .filter(record -> !readingsOnly || record.entry() instanceof Reading)
                            .toList();
            var batches = new ArrayList<byte[]>();
            for (int from = 0; from < records.size(); ) {
                int to = Math.min(records.size(), from + 1 + random.nextInt(random.nextBoolean() ? 3 : 200));
                List<Sequenced> part = records.subList(from, to);
                batches.add(random.nextBoolean() ? BatchCodec.encode(part) : BatchCodec.encodePlain(part));
                from = to;
            }
            if (batches.isEmpty()) {
                continue;
            }

            BatchCodec.Merged merged = BatchCodec.merge(batches);

            assertThat(BatchCodec.decode(merged.batch().toByteArray()))
                    .as("seed " + seed)
                    .isEqualTo(records);
            assertThat(merged.batch().toByteArray()).as("seed " + seed).isEqualTo(BatchCodec.encode(records));
            assertThat(merged.sequences())
                    .as("seed " + seed)
                    .isEqualTo(SequenceSet.of(records.stream()
                            .map(record -> SequenceRange.of(record.sequence()))
                            .toList()));
        }
    }

    @Test
    void batches_of_which_one_does_not_follow_the_other_are_not_merged() {
        List<Sequenced> records = new Ward(1).steady(30, 20);
        byte[] first = BatchCodec.encodePlain(records.subList(0, 10));
        byte[] second = BatchCodec.encodePlain(records.subList(9, 20));

        assertThatThrownBy(() -> BatchCodec.merge(List.of(first, second)))
                .isInstanceOf(BatchException.class)
                .hasMessage("sequences must ascend, 1009 follows 1009");
    }

    @Test
    void damaged_batches_are_refused_by_name_and_never_break_the_merger() {
        for (long seed = 0; seed < 2000; seed++) {
            var random = new Random(seed);
            List<Sequenced> ward = new Ward(seed % 50, true).steady(3, 40);
            byte[] batch = BatchCodec.encodePlain(ward.subList(10, 40));
            for (int i = 0; i < 1 + random.nextInt(3); i++) {
                batch[random.nextInt(batch.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                BatchCodec.merge(List.of(BatchCodec.encodePlain(ward.subList(0, 10)), batch));
            } catch (BatchException refused) {
                assertThat(refused).hasMessageNotContaining("null");
            }
        }
    }
}
