package org.fieldward.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.device.Misbehaviour;
import org.fieldward.simulator.line.EvidenceCodec;
import org.fieldward.simulator.line.EvidenceLine;
import org.fieldward.simulator.patient.PatientPlan.Rhythm;
import org.fieldward.simulator.payload.PayloadFormat;
import org.fieldward.simulator.sample.Message;
import org.junit.jupiter.api.Test;

class WaveformWardTest {

    private static final Instant START = Instant.parse("2026-11-21T08:00:00Z");

    private static List<Message> said(int waves, String kind, int bed) {
        var ward = new Ward(
                Ward.mixed(2),
                "bed-",
                Pace.realTime(START),
                Duration.ofSeconds(10),
                Rhythm.USUAL,
                Misbehaviour.NONE,
                7,
                new Ward.Waves(waves, Catalogue.standard().findWaveform(kind).orElseThrow()));
        Iterator<Message> feed =
                Objects.requireNonNull(ward.feeds(PayloadFormat.JSON).get(ward.device(bed)));
        var messages = new ArrayList<Message>();
        feed.forEachRemaining(messages::add);
        return messages;
    }

    private static List<Message.Waveform> blocks(List<Message> messages) {
        return messages.stream()
                .map(Message::content)
                .filter(Message.Waveform.class::isInstance)
                .map(Message.Waveform.class::cast)
                .toList();
    }

    @Test
    void the_first_beds_send_a_waveform_between_their_readings_and_the_others_none() throws IOException {
        List<Message> first = said(1, "ecg-ii", 1);

        assertThat(blocks(first)).hasSize(5);
        assertThat(first).extracting(Message::due).isSorted();
        assertThat(blocks(said(1, "ecg-ii", 2))).isEmpty();
        JsonNode block =
                new ObjectMapper().readTree(blocks(first).get(1).bytes().toByteArray());
        assertThat(block.path("time").asText()).isEqualTo("2026-11-21T08:00:02Z");
        assertThat(block.path("waveform").path("kind").asText()).isEqualTo("ecg-ii");
        assertThat(block.path("waveform").path("samples")).hasSize(500);
    }

    @Test
    void the_same_seed_beats_the_same_and_a_pleth_is_no_ecg() {
        assertThat(blocks(said(2, "ecg-ii", 2))).isEqualTo(blocks(said(2, "ecg-ii", 2)));
        assertThat(blocks(said(2, "pleth", 2)).getFirst().bytes())
                .isNotEqualTo(blocks(said(2, "ecg-ii", 2)).getFirst().bytes());
    }

    @Test
    void evidence_of_a_waveform_is_read_as_it_was_written() {
        var line = new EvidenceLine.SentWaveform(
                3, START, 1, new DeviceId("bed-01"), "ecg-ii", new EvidenceLine.Digest(12, "ab"));

        assertThat(EvidenceCodec.decode(EvidenceCodec.encode(line))).isEqualTo(line);
    }
}
