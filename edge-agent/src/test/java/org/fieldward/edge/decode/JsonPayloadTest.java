package org.fieldward.edge.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.edge.decode.Decoded.Readings;
import org.fieldward.edge.decode.Decoded.Refused;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Unit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPayloadTest implements PayloadContract {

    @Override
    public Format format() {
        return Format.JSON;
    }

    @Override
    public ByteString payload(List<SaidReading> readings) {
        return ByteString.copyFromUtf8(
                readings.stream().map(JsonPayloadTest::json).collect(Collectors.joining(",", "[", "]")));
    }

    private static String json(SaidReading reading) {
        String time = reading.time().map(at -> "\"time\":\"" + at + "\",").orElse("");
        return reading.values().stream()
                .map(said -> said.unit().isEmpty()
                        ? "\"%s\":%s".formatted(said.code(), said.number())
                        : "\"%s\":{\"value\":%s,\"unit\":\"%s\"}".formatted(said.code(), said.number(), said.unit()))
                .collect(Collectors.joining(",", "{" + time + "\"values\":{", "}}"));
    }

    private Decoded text(String json) {
        return decode(ByteString.copyFromUtf8(json));
    }

    private Refused refused(String json) {
        assertThat(text(json)).isInstanceOf(Refused.class);
        return (Refused) text(json);
    }

    @Test
    void a_message_says_what_its_device_clock_showed_when_it_was_sent() {
        var sent = Instant.parse("2026-03-01T08:15:31Z");

        assertThat(text("""
                        {"time": "2026-03-01T08:15:30Z", "sentAt": "2026-03-01T09:15:31+01:00", "values": {"heart-rate": 72}}"""))
                .isInstanceOfSatisfying(
                        Readings.class, all -> assertThat(all.sentAt()).contains(sent));
        assertThat(text("""
                        [{"values": {"heart-rate": 72}, "sentAt": 1772352931000}, {"values": {"heart-rate": 73}}]"""))
                .isInstanceOfSatisfying(
                        Readings.class, all -> assertThat(all.sentAt()).contains(sent));
        assertThat(refused("""
                        [{"values": {"spo2": 97}, "sentAt": 1}, {"values": {"spo2": 97}, "sentAt": 2}]""").detail()).contains("'sentAt' is of the whole message");
        assertThat(refused("""
                        {"values": {"spo2": 97}, "sentAt": 1, "sentAt": 1}""").detail()).contains("'sentAt' must come once");
    }

    @Test
    void one_object_is_one_reading() {
        assertThat(text("""
                        {"values": {"heart-rate": 72, "spo2": {"unit": "%", "value": 97}, "8310-5": {"absent": "error"}},
                         "time": "2026-03-01T09:15:30.123+01:00"}""")).isInstanceOfSatisfying(Readings.class, all -> {
            var reading = all.readings().getFirst();
            assertThat(reading.values())
                    .containsExactly(
                            PayloadContract.quantity("heart-rate", "72", Unit.PER_MINUTE),
                            PayloadContract.quantity("spo2", "97", Unit.PERCENT),
                            PayloadContract.absent("temperature", AbsentReason.ERROR));
            assertThat(reading.stamp().deviceTime()).contains(Instant.parse("2026-03-01T08:15:30.123Z"));
        });
    }

    @ParameterizedTest
    @CsvSource({
        "1772352930123, 2026-03-01T08:15:30.123Z",
        "1772352930123.5, 2026-03-01T08:15:30.123500Z",
        "\"2026-03-01T08:15:30z\", 2026-03-01T08:15:30Z",
        "\"1969-12-31T23:59:59.9-00:30\", 1970-01-01T00:29:59.900Z",
        "-1, 1969-12-31T23:59:59.999Z",
        "\"2026-12-31T23:59:60Z\", 2027-01-01T00:00:00Z"
    })
    void a_time_may_be_a_text_or_milliseconds(String written, Instant meant) {
        assertThat(text("{\"time\":" + written + ",\"values\":{\"heart-rate\":72}}"))
                .isInstanceOfSatisfying(
                        Readings.class,
                        all -> assertThat(all.readings().getFirst().stamp().deviceTime())
                                .contains(meant));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"2026-03-01 08:15:30Z\"",
                "\"2026-02-30T08:15:30Z\"",
                "\"2026-03-01T08:15:30\"",
                "\"2026-03-01T24:15:30Z\"",
                "\"2026-03-01T08:15:30.Z\"",
                "\"2026-03-01T08:15:30+0100\"",
                "\"yesterday\"",
                "true",
                "null",
                "1e17"
            })
    void a_time_that_cannot_be_understood_is_refused(String written) {
        assertThat(refused("{\"time\":" + written + ",\"values\":{\"heart-rate\":72}}")
                        .reason())
                .isEqualTo(RejectReason.INVALID_FIELD);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"tme\":1,\"values\":{\"heart-rate\":72}} | INVALID_FIELD | 'tme'",
                "{\"value\":{\"heart-rate\":72}} | INVALID_FIELD | 'value'",
                "{\"time\":1} | MISSING_FIELD | 'values'",
                "{\"values\":{}} | MISSING_FIELD | 'values'",
                "{} | MISSING_FIELD | 'values'",
                "[] | MISSING_FIELD | at least one",
                "{\"values\":{\"spo2\":{\"unit\":\"%\"}}} | MISSING_FIELD | 'value'",
                "{\"values\":{\"spo2\":{\"value\":97,\"units\":\"%\"}}} | INVALID_FIELD | 'units'",
                "{\"values\":{\"spo2\":{\"value\":97,\"absent\":\"error\"}}} | INVALID_FIELD | not both",
                "{\"values\":{\"spo2\":{\"absent\":\"because\"}}} | INVALID_FIELD | 'because'",
                "{\"values\":{\"spo2\":\"97\"}} | INVALID_FIELD | 'spo2'",
                "{\"values\":{\"spo2\":true}} | INVALID_FIELD | 'spo2'",
                "{\"values\":{\"spo2\":[97]}} | INVALID_FIELD | 'spo2'",
                "{\"values\":{\"spo2\":97},\"values\":{}} | INVALID_FIELD | twice",
                "{\"values\":{\"spo2\":97}} x | UNREADABLE | ",
                "{\"values\":{\"spo2\":97} | UNREADABLE | ",
                "garbage | UNREADABLE | ",
                "42 | UNREADABLE | ",
                "[[[[[[[[[[[[1]]]]]]]]]]]] | UNREADABLE | ",
                "{\"values\":{\"weight\":1e999999999}} | INVALID_FIELD | exponent",
                "{\"values\":{\"weight\":1e-19}} | INVALID_FIELD | exponent",
                "{\"values\":{\"weight\":1234567890123456789}} | INVALID_FIELD | digits"
            })
    void what_is_wrong_is_named(String json, RejectReason reason, String detail) {
        assertThat(refused(json).reason()).isEqualTo(reason);
        assertThat(refused(json).detail()).contains(detail == null ? "" : detail);
    }

    @ParameterizedTest
    @CsvSource({
        "NaN, NOT_A_NUMBER",
        "Infinity, POSITIVE_INFINITY",
        "-Infinity, NEGATIVE_INFINITY",
        "\"NaN\", NOT_A_NUMBER",
        "{\"value\":NaN}, NOT_A_NUMBER"
    })
    void what_is_not_finite_is_absent(String written, AbsentReason reason) {
        assertThat(text("{\"values\":{\"spo2\":" + written + "}}"))
                .isInstanceOfSatisfying(
                        Readings.class,
                        all -> assertThat(all.readings().getFirst().values())
                                .containsExactly(PayloadContract.absent("spo2", reason)));
    }

    @ParameterizedTest
    @CsvSource({"7.2e1, 72", "720e-1, 72.0", "0.72E+2, 72", "+0, 0"})
    void an_exponent_moves_the_point_and_keeps_the_digits(String written, String meant) {
        assertThat(Written.decimal("x", written)).isEqualTo(new java.math.BigDecimal(meant));
    }
}
