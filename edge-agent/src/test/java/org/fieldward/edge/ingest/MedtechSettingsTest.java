package org.fieldward.edge.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.fieldward.edge.buffer.AppendResult;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.edge.buffer.Rejected;
import org.fieldward.edge.buffer.Store;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.decode.mapping.MappingException;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Entry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MedtechSettingsTest {

    private static final DeviceId DEVICE = new DeviceId("watch-3");
    private static final Map<String, String> NAMED =
            Map.of("decode.medtech.device-mapping", "d.json", "decode.medtech.fhir-mapping", "f.json");

    @TempDir
    Path home;

    MedtechSettingsTest() {
        home = Path.of("");
    }

    @BeforeEach
    void files() throws IOException {
        Files.writeString(home.resolve("d.json"), """
                {"templateType": "CollectionContent", "template": [{"templateType": "JsonPathContent", "template": {
                  "typeName": "t", "typeMatchExpression": "$..[?(@hr)]", "deviceIdExpression": "$.id",
                  "timestampExpression": "$.at", "values": [{"valueName": "hr", "valueExpression": "$.hr"},
                    {"valueName": "steps", "valueExpression": "$.steps"}]}}]}""");
        Files.writeString(home.resolve("f.json"), """
                {"templateType": "CollectionFhir", "template": [{"templateType": "CodeValueFhir", "template": {
                  "typeName": "t", "components": [
                    {"codes": [{"code": "8867-4"}], "value": {"valueName": "hr", "valueType": "Quantity", "unit": "bpm"}},
                    {"codes": [{"code": "55423-8"}],
                     "value": {"valueName": "steps", "valueType": "Quantity", "unit": "count"}}]}}]}""");
    }

    private Formats formats(Map<String, String> settings) {
        return Formats.of(Optional.empty(), MedtechSettings.of(settings, home));
    }

    private static Optional<Format> format(Formats formats, String topic) {
        return formats.format(DEVICE, topic);
    }

    @Test
    void devices_of_an_iot_hub_keep_their_topic() {
        Formats formats = formats(NAMED);

        assertThat(format(formats, "devices/watch-3/messages/events/")).contains(new Format.Mapped("medtech"));
        assertThat(format(formats, "devices/watch-3/messages/events/a=b&$.ctime=x"))
                .contains(new Format.Mapped("medtech", "a=b&$.ctime=x"));
        assertThat(format(formats, "devices/watch-3/mapped/medtech")).contains(new Format.Mapped("medtech"));
        for (String other : List.of(
                "devices/watch-4/messages/events/",
                "devices/watch-3/messages/events",
                "devices/watch-3/messages/devicebound/",
                "devices/watch-3/messages/events/a/b")) {
            assertThat(format(formats, other)).as(other).isEmpty();
        }
    }

    @Test
    void the_topic_may_be_another_as_for_every_mapping() {
        Formats formats = formats(Map.of(
                "decode.medtech.device-mapping",
                "d.json",
                "decode.medtech.fhir-mapping",
                "f.json",
                "decode.medtech.topic",
                "ward/{device}/out"));

        assertThat(format(formats, "ward/watch-3/out")).contains(new Format.Mapped("medtech"));
        assertThat(format(formats, "ward/watch-4/out")).isEmpty();
        assertThat(format(formats, "devices/watch-3/messages/events/")).isEmpty();
    }

    @Test
    void what_can_be_used_is_stored_and_the_whole_is_kept_for_the_rest() {
        var stored = new ArrayList<Entry>();
        var kept = new ArrayList<Rejected>();
        var store = new Store() {
            @Override
            public CompletionStage<AppendResult> store(List<? extends Entry> entries) {
                stored.addAll(entries);
                return CompletableFuture.completedFuture(new AppendResult.Stored(1, 1));
            }

            @Override
            public CompletionStage<AppendResult> quarantine(Rejected rejected) {
                kept.add(rejected);
                return CompletableFuture.completedFuture(new AppendResult.Stored(2, 2));
            }
        };
        Formats formats = formats(NAMED);
        var rejects = new Rejects();
        var intake = new Intake(
                formats.decoder(),
                store,
                new Stamper(() -> Instant.EPOCH, () -> 5, 7, () -> ClockState.SYNCHRONISED),
                rejects);
        var outcomes = new ArrayList<Outcome>();
        String topic = "devices/watch-3/messages/events/";
        ByteString payload = ByteString.copyFromUtf8(
                "{\"hr\": 72, \"steps\": 4, \"id\": \"watch-3\", \"at\": \"2026-03-01T08:15:30Z\"}");

        intake.take(DEVICE, formats.format(DEVICE, topic), topic, payload, outcomes::add);

        assertThat(outcomes).containsExactly(new Outcome.Accepted());
        assertThat(stored).singleElement().asString().contains("heart-rate");
        assertThat(kept).singleElement().satisfies(one -> {
            assertThat(one.reason()).isEqualTo(RejectReason.UNKNOWN_CODE);
            assertThat(one.payload()).isEqualTo(payload);
            assertThat(one.detail()).contains("55423-8");
        });
    }

    @Test
    void half_a_pair_another_envelope_and_a_broken_file_stop_the_start() throws IOException {
        assertThat(MedtechSettings.of(Map.of(), home)).isEmpty();
        assertThatThrownBy(() -> MedtechSettings.of(Map.of("decode.medtech.device-mapping", "d.json"), home))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("decode.medtech.fhir-mapping");
        assertThatThrownBy(() -> MedtechSettings.of(Map.of("decode.medtech.envelope", "letter"), home))
                .hasMessageContaining("decode.medtech.envelope must be body, message or telemetry, was 'letter'");
        assertThatThrownBy(() -> MedtechSettings.of(Map.of("decode.medtech.topic", "a/#"), home))
                .hasMessageContaining("decode.medtech.topic must be whole levels");
        Files.writeString(home.resolve("f.json"), "{");
        assertThatThrownBy(() -> formats(NAMED))
                .isInstanceOf(MappingException.class)
                .hasMessageContaining("f.json");
    }
}
