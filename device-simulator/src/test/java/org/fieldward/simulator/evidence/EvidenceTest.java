package org.fieldward.simulator.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.line.EvidenceCodec;
import org.fieldward.simulator.line.EvidenceLine;
import org.fieldward.simulator.sample.Message;
import org.fieldward.simulator.sample.Message.Defect;
import org.fieldward.simulator.sample.Message.Trick;
import org.fieldward.simulator.sample.Sample;
import org.fieldward.simulator.sample.Spoken;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00.123456789Z");
    private static final DeviceId BED = new DeviceId("bed-01");
    private static final Sample SAMPLE = new Sample(
            BED,
            Instant.parse("2026-11-21T09:59:59.5Z"),
            List.of(
                    Spoken.Quantity.of(Catalogue.standard().key("temperature"), new BigDecimal("37.0")),
                    new Spoken.Nothing(Catalogue.standard().key("spo2"), AbsentReason.ERROR)));

    @TempDir
    Path folder;

    private Evidence open() {
        return Evidence.open(folder.resolve("evidence"), InstantSource.fixed(NOW));
    }

    private List<EvidenceLine> lines() {
        List<EvidenceLine> lines = new ArrayList<>();
        new EvidenceFile(folder.resolve("evidence")).visit((line, offset, length) -> lines.add(line));
        return lines;
    }

    private static Message reading(Trick... tricks) {
        return new Message(Duration.ZERO, BED, new Message.Reading(SAMPLE), Set.of(tricks));
    }

    @Test
    void every_fact_comes_back_as_it_was_written() {
        try (Evidence evidence = open()) {
            assertThat(evidence.sending(reading(Trick.DUPLICATE), 1)).isEqualTo(1);
            var malformed = new Message.Malformed(Defect.TRUNCATED, ByteString.copyFromUtf8("abc"));
            assertThat(evidence.sending(new Message(Duration.ZERO, BED, malformed, Set.of(Trick.MALFORMED)), 2))
                    .isEqualTo(2);
            evidence.resending(1, 2);
            evidence.acked(1);
        }

        assertThat(lines())
                .containsExactly(
                        new EvidenceLine.Sent(1, NOW, 1, Set.of(Trick.DUPLICATE), SAMPLE),
                        new EvidenceLine.SentMalformed(
                                2,
                                NOW,
                                2,
                                BED,
                                Defect.TRUNCATED,
                                new EvidenceLine.Digest(
                                        3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")),
                        new EvidenceLine.Resent(1, NOW, 2),
                        new EvidenceLine.Acked(1, NOW));
    }

    @Test
    void a_message_is_in_the_file_before_the_call_returns() {
        try (Evidence evidence = open()) {
            evidence.sending(reading(), 1);
            assertThat(lines()).hasSize(1);
            evidence.acked(1);
            assertThat(lines()).hasSize(2);
        }
    }

    @Test
    void a_line_torn_by_a_kill_is_not_there_and_the_file_goes_on_behind_the_last_whole_one() throws IOException {
        try (Evidence evidence = open()) {
            evidence.sending(reading(), 1);
            evidence.sending(reading(), 1);
        }
        Path file = folder.resolve("evidence");
        byte[] whole = Files.readAllBytes(file);
        for (int torn = 1; torn < 60; torn += 7) {
            Files.write(file, whole);
            Files.write(
                    file,
                    "{\"number\":3,\"sent\":\"2026-11-21T10:00:00Z\",\"qos\":1,\"device\":\"b"
                            .substring(0, torn)
                            .getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.APPEND);

            assertThat(lines()).hasSize(2);
            try (Evidence evidence = open()) {
                assertThat(evidence.sending(reading(), 1)).isEqualTo(3);
            }
            assertThat(lines()).hasSize(3);
        }
    }

    @Test
    void every_line_of_a_long_file_is_found_at_its_place() throws IOException {
        try (Evidence evidence = open()) {
            for (int i = 0; i < 3_000; i++) {
                evidence.acked(evidence.sending(reading(), 1));
            }
        }
        byte[] bytes = Files.readAllBytes(folder.resolve("evidence"));
        List<Long> numbers = new ArrayList<>();

        new EvidenceFile(folder.resolve("evidence")).visit((line, offset, length) -> {
            byte[] place = Arrays.copyOfRange(bytes, (int) offset, (int) offset + length - 1);
            assertThat(EvidenceCodec.decode(place)).isEqualTo(line);
            numbers.add(line.number());
        });

        assertThat(bytes.length).isGreaterThan(2 << 18);
        assertThat(numbers).hasSize(6_000).isSorted();
    }

    @Test
    void damage_in_the_middle_is_named_by_its_place_and_not_shown() throws IOException {
        try (Evidence evidence = open()) {
            evidence.sending(reading(), 1);
        }
        Files.writeString(folder.resolve("evidence"), "37.0 nonsense\n", StandardOpenOption.APPEND);

        assertThatThrownBy(this::lines)
                .isInstanceOf(EvidenceException.class)
                .hasMessageContaining("damaged at byte")
                .hasMessageNotContaining("37.0");
    }
}
