package org.fieldward.edge.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.edge.decode.Decoded.Readings;
import org.fieldward.edge.decode.Decoded.Refused;
import org.fieldward.proto.reading.Unit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SenmlPayloadTest implements PayloadContract {

    @Override
    public Format format() {
        return Format.SENML;
    }

    @Override
    public ByteString payload(List<SaidReading> readings) {
        return ByteString.copyFromUtf8(readings.stream()
                .flatMap(reading -> reading.values().stream().map(said -> record(reading, said)))
                .collect(Collectors.joining(",", "[", "]")));
    }

    private static String record(SaidReading reading, Said said) {
        String time = reading.time()
                .map(at -> ",\"t\":" + BigDecimal.valueOf(at.toEpochMilli(), 3).toPlainString())
                .orElse("");
        String unit = said.unit().isEmpty() ? "" : ",\"u\":\"" + said.unit() + "\"";
        return "{\"n\":\"" + said.code() + "\",\"v\":" + said.number() + unit + time + "}";
    }

    private Decoded text(String json) {
        return decode(ByteString.copyFromUtf8(json));
    }

    private List<org.fieldward.proto.reading.Reading> read(String json) {
        assertThat(text(json)).isInstanceOf(Readings.class);
        return ((Readings) text(json)).readings();
    }

    @Test
    void base_fields_hold_until_they_are_replaced_and_records_of_one_time_are_one_reading() {
        var readings = read("""
                [{"bn":"urn:dev:ow:10e2073a01080063:","bt":1.772352930e+09,"bver":5,"n":"heart-rate","u":"beat/min","v":72},
                 {"n":"spo2","u":"%","v":97},
                 {"n":"heart-rate","u":"beat/min","v":73,"t":1},
                 {"bn":"ward7/bed3/","n":"8310-5","u":"Cel","v":36.90,"t":1}]""");

        assertThat(readings).hasSize(2);
        assertThat(readings.get(0).stamp().deviceTime()).contains(NOW);
        assertThat(readings.get(0).values())
                .containsExactly(
                        PayloadContract.quantity("heart-rate", "72", Unit.PER_MINUTE),
                        PayloadContract.quantity("spo2", "97", Unit.PERCENT));
        assertThat(readings.get(1).stamp().deviceTime()).contains(NOW.plusSeconds(1));
        assertThat(readings.get(1).values())
                .containsExactly(
                        PayloadContract.quantity("heart-rate", "73", Unit.PER_MINUTE),
                        PayloadContract.quantity("temperature", "36.90", Unit.CELSIUS));
    }

    @Test
    void a_small_time_counts_from_now_and_none_at_all_is_none() {
        var readings = read("[{\"n\":\"heart-rate\",\"v\":72,\"t\":-5},{\"n\":\"heart-rate\",\"v\":73}]");

        assertThat(readings.get(0).stamp().deviceTime()).contains(NOW.minusSeconds(5));
        assertThat(readings.get(1).stamp().deviceTime()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "spo2, 0.97, /, 97, PERCENT",
        "height, 1.805, m, 180.5, CENTIMETRE",
        "respiratory-rate, 14, 1/min, 14, PER_MINUTE",
        "systolic, 120, mmHg, 120, MILLIMETRE_OF_MERCURY"
    })
    void units_of_senml_become_ucum_exactly(String code, String said, String unit, String number, Unit meant) {
        assertThat(value(new Said(code, said, unit))).isEqualTo(PayloadContract.quantity(code, number, meant));
    }

    @Test
    void a_base_value_is_added() {
        assertThat(read("[{\"bv\":30,\"n\":\"temperature\",\"v\":6.9}]")
                        .getFirst()
                        .values())
                .containsExactly(PayloadContract.quantity("temperature", "36.9", Unit.CELSIUS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{\"n\":\"spo2\",\"vs\":\"97\"}] | INVALID_FIELD | 'vs'",
                "[{\"n\":\"spo2\",\"vb\":true}] | INVALID_FIELD | 'vb'",
                "[{\"n\":\"spo2\",\"s\":97}] | INVALID_FIELD | 's'",
                "[{\"n\":\"spo2\",\"u\":\"%RH\",\"v\":97}] | WRONG_UNIT | %RH",
                "[{\"bver\":11,\"n\":\"spo2\",\"v\":97}] | INVALID_FIELD | bver",
                "[{\"n\":\"spo2\",\"v\":97,\"new_\":1}] | INVALID_FIELD | new_",
                "[{\"n\":\"spo2\"}] | MISSING_FIELD | 'v'",
                "[{\"v\":97}] | MISSING_FIELD | name",
                "[{\"n\":\"sp o2\",\"v\":97}] | INVALID_FIELD | name",
                "{\"n\":\"spo2\",\"v\":97} | UNREADABLE | array"
            })
    void what_is_wrong_is_named(String json, RejectReason reason, String detail) {
        assertThat(text(json)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.detail()).contains(detail);
        });
    }

    @Test
    void a_field_that_may_be_ignored_is_ignored() {
        assertThat(read("[{\"n\":\"spo2\",\"v\":97,\"comment\":{\"deep\":[1]}}]"))
                .hasSize(1);
    }
}
