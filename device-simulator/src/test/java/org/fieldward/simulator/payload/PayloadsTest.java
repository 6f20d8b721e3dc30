package org.fieldward.simulator.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.fieldward.proto.link.DevicePublish;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.sample.Message.Defect;
import org.fieldward.simulator.sample.Sample;
import org.fieldward.simulator.sample.Spoken;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PayloadsTest {

    private static final Catalogue CATALOGUE = Catalogue.standard();
    private static final Instant TIME = Instant.parse("2026-11-21T10:00:00.123456Z");
    private static final Sample SAMPLE = new Sample(
            new DeviceId("d"),
            TIME,
            List.of(
                    Spoken.Quantity.of(CATALOGUE.key("temperature"), new BigDecimal("37.0")),
                    Spoken.Quantity.of(CATALOGUE.key("spo2"), new BigDecimal("0"))));

    @Test
    void json_carries_the_digits_of_the_sample_and_its_time_to_the_microsecond() {
        assertThat(new Payloads(PayloadFormat.JSON).encode(SAMPLE).toStringUtf8())
                .isEqualTo("{\"time\":\"2026-11-21T10:00:00.123456Z\",\"values\":{"
                        + "\"temperature\":{\"value\":37.0,\"unit\":\"Cel\"},\"spo2\":{\"value\":0,\"unit\":\"%\"}}}");
    }

    @Test
    void senml_names_time_once_and_values_by_name_unit_and_number() {
        assertThat(new Payloads(PayloadFormat.SENML).encode(SAMPLE).toStringUtf8())
                .isEqualTo("[{\"bt\":1795255200.123456,\"n\":\"temperature\",\"u\":\"Cel\",\"v\":37.0},"
                        + "{\"n\":\"spo2\",\"u\":\"%\",\"v\":0}]");
    }

    @Test
    void protobuf_carries_numbers_as_text() throws InvalidProtocolBufferException {
        var publish = DevicePublish.parseFrom(new Payloads(PayloadFormat.PROTOBUF).encode(SAMPLE));

        assertThat(publish.getReadings(0).getTimeMicros()).isEqualTo(1_795_255_200_123_456L);
        assertThat(publish.getReadings(0).getValues(0).getNumber()).isEqualTo("37.0");
        assertThat(publish.getReadings(0).getValues(1).getUnit()).isEqualTo("%");
    }

    @Test
    void an_absent_value_names_its_reason_and_senml_refuses_what_it_cannot_say() {
        var sample = new Sample(
                new DeviceId("d"), TIME, List.of(new Spoken.Nothing(CATALOGUE.key("spo2"), AbsentReason.ERROR)));

        assertThat(new Payloads(PayloadFormat.JSON).encode(sample).toStringUtf8())
                .contains("\"spo2\":{\"absent\":\"error\"}");
        assertThatThrownBy(() -> new Payloads(PayloadFormat.SENML).encode(sample))
                .hasMessageContaining("SenML has no word for 'absent'");
    }

    @ParameterizedTest
    @EnumSource(PayloadFormat.class)
    void garbage_and_cut_off_payloads_are_of_no_format(PayloadFormat format) {
        var random = new SplittableRandom(5);
        var payloads = new Payloads(format);
        IntStream.range(0, 300).forEach(i -> {
            assertThat(isReadable(format, payloads.malformed(Defect.GARBAGE, SAMPLE, random)))
                    .isFalse();
            assertThat(isReadable(format, payloads.malformed(Defect.TRUNCATED, SAMPLE, random)))
                    .isFalse();
        });
        assertThat(isReadable(format, payloads.encode(SAMPLE))).isTrue();
    }

    @Test
    void a_wrong_unit_an_unknown_parameter_and_no_values_are_readable_and_unacceptable() {
        var random = new SplittableRandom(5);
        var payloads = new Payloads(PayloadFormat.JSON);

        assertThat(payloads.malformed(Defect.WRONG_UNIT, SAMPLE, random).toStringUtf8())
                .contains("furlong");
        assertThat(payloads.malformed(Defect.UNKNOWN_PARAMETER, SAMPLE, random).toStringUtf8())
                .contains("\"heart-rat\"");
        assertThat(payloads.malformed(Defect.NO_VALUES, SAMPLE, random).toStringUtf8())
                .contains("\"values\":{}");
    }

    private static boolean isReadable(PayloadFormat format, ByteString bytes) {
        try {
            if (format == PayloadFormat.PROTOBUF) {
                return DevicePublish.parseFrom(bytes).getReadingsCount() > 0;
            }
            JsonNode tree = new ObjectMapper().readTree(bytes.toByteArray());
            return tree.isContainerNode();
        } catch (IOException e) {
            return false;
        }
    }
}
