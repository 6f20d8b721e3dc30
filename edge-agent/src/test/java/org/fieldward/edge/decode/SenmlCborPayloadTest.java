package org.fieldward.edge.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.edge.decode.Decoded.Readings;
import org.fieldward.edge.decode.Decoded.Refused;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SenmlCborPayloadTest implements PayloadContract {

    @Override
    public Format format() {
        return Format.SENML_CBOR;
    }

    /** Written by hand, item by item (RFC 8949, section 3); every number a decimal fraction. */
    @Override
    public ByteString payload(List<SaidReading> readings) {
        var out = new ByteArrayOutputStream();
        out.write(0x9F);
        for (SaidReading reading : readings) {
            for (Said said : reading.values()) {
                out.write(0xBF);
                out.write(0x00);
                text(out, said.code());
                out.write(0x02);
                decimal(out, new BigDecimal(said.number()));
                if (!said.unit().isEmpty()) {
                    out.write(0x01);
                    text(out, said.unit());
                }
                reading.time().ifPresent(time -> {
                    out.write(0x06);
                    decimal(out, BigDecimal.valueOf(time.toEpochMilli(), 3));
                });
                out.write(0xFF);
            }
        }
        out.write(0xFF);
        return ByteString.copyFrom(out.toByteArray());
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(0x78);
        out.write(bytes.length);
        out.writeBytes(bytes);
    }

    private static void decimal(ByteArrayOutputStream out, BigDecimal number) {
        out.write(0xC4);
        out.write(0x82);
        whole(out, -number.scale());
        whole(out, number.unscaledValue().longValueExact());
    }

    private static void whole(ByteArrayOutputStream out, long number) {
        out.write(number < 0 ? 0x3B : 0x1B);
        long bits = number < 0 ? -1 - number : number;
        for (int shift = 56; shift >= 0; shift -= 8) {
            out.write((int) (bits >> shift));
        }
    }

    private Decoded hex(String hex) {
        return decode(ByteString.copyFrom(HexFormat.of().parseHex(hex.replace(" ", ""))));
    }

    private List<Reading> read(String hex) {
        assertThat(hex(hex)).isInstanceOf(Readings.class);
        return ((Readings) hex(hex)).readings();
    }

    private Value number(String item) {
        // [{0: "weight", 1: "kg", 2: item}]
        return read("81 A3 00 66 776569676874 01 62 6B67 02" + item)
                .getFirst()
                .values()
                .getFirst();
    }

    /** The first two records of the example in RFC 8428, section 6, byte by byte but for the code, unit and value. */
    @Test
    void base_fields_of_the_standards_example_hold_until_they_are_replaced() {
        var readings = read("82 A7 21 78 1B 75726E3A6465763A6F773A3130653230373361303130383030363A"
                + "22 FB 41D303A15B001062 23 61 25 20 05 00 64 73706F32 01 61 25 02 FB 4058400000000000"
                + "A3 00 64 73706F32 06 24 02 18 60");

        assertThat(readings).hasSize(2);
        assertThat(readings.get(0).stamp().deviceTime()).contains(Instant.parse("2010-06-08T18:01:16.001Z"));
        assertThat(readings.get(0).values()).containsExactly(PayloadContract.quantity("spo2", "97.0", Unit.PERCENT));
        assertThat(readings.get(1).stamp().deviceTime()).contains(Instant.parse("2010-06-08T18:01:11.001Z"));
        assertThat(readings.get(1).values()).containsExactly(PayloadContract.quantity("spo2", "96", Unit.PERCENT));
    }

    @ParameterizedTest
    @CsvSource({
        "18 48, 72",
        "F9 5480, 72.0",
        "FA 42900000, 72.0",
        "FB 4052000000000000, 72.0",
        "C4 82 21 19 1C2E, 72.14",
        "C4 82 20 19 02D0, 72.0",
        "C2 41 48, 72",
        "F9 549A, 73.6",
        "FA 42933333, 73.6",
        "FB 4052666666666666, 73.6",
        "FA 42932000, 73.5625",
        "FB 3FB999999999999A, 0.1"
    })
    void a_number_of_any_form_is_the_shortest_decimal_that_it_stands_for(String item, BigDecimal meant) {
        assertThat(number(item.replace(" ", "")))
                .isEqualTo(PayloadContract.quantity("weight", meant.toString(), Unit.KILOGRAM));
    }

    @ParameterizedTest
    @CsvSource({"F9 7E00, NOT_A_NUMBER", "FA 7F800000, POSITIVE_INFINITY", "FB FFF0000000000000, NEGATIVE_INFINITY"})
    void what_is_not_finite_is_absent(String item, AbsentReason reason) {
        assertThat(number(item.replace(" ", ""))).isEqualTo(PayloadContract.absent("weight", reason));
    }

    @Test
    void an_unknown_label_is_passed_over_unless_it_must_be_understood() {
        // {0: "spo2", 2: 97, 99: [1, {2: 3}], "note": "x"}
        assertThat(read("81 A4 00 64 73706F32 02 18 61 18 63 82 01 A1 02 03 64 6E6F7465 61 78"))
                .hasSize(1);
        // {0: "spo2", 2: 97, "new_": 1}
        assertThat(hex("81 A3 00 64 73706F32 02 18 61 64 6E65775F 01"))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.detail()).contains("new_"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // {0: "voltage", 2: 120.1}
                "81 A2 00 67 766F6C74616765 02 FB 405E066666666666 | UNKNOWN_CODE | voltage",
                // {0: "spo2", 3: "97"}
                "81 A2 00 64 73706F32 03 62 3937 | INVALID_FIELD | 'vs'",
                // {0: "spo2", 2: "97"}
                "81 A2 00 64 73706F32 02 62 3937 | INVALID_FIELD | 'v' must be a number",
                // {0: "spo2", 2: 97, 2: 98}
                "81 A3 00 64 73706F32 02 18 61 02 18 62 | INVALID_FIELD | twice",
                // {"n": "spo2", 2: 97}
                "81 A2 61 6E 64 73706F32 02 18 61 | INVALID_FIELD | table 4",
                // {0: "spo2"}
                "81 A1 00 64 73706F32 | MISSING_FIELD | 'v'",
                // {0: "weight", 2: 10^-2^62}
                "81 A2 00 66 776569676874 02 C4 82 3B 3FFFFFFFFFFFFFFF 01 | UNREADABLE | ",
                // {0: "weight", 2: 2^64}
                "81 A2 00 66 776569676874 02 C2 49 010000000000000000 | INVALID_FIELD | digits",
                // {0: "spo2", 2: 97, 6: Infinity}
                "81 A3 00 64 73706F32 02 18 61 06 F9 7C00 | INVALID_FIELD | finite",
                "A1 00 64 73706F32 | UNREADABLE | array",
                "81 A2 00 64 73706F32 02 18 61 00 | UNREADABLE | follow",
                "81 A2 00 64 73706F32 02 18 | UNREADABLE | ",
                "81 A2 00 7A 7FFFFFFF 73 | UNREADABLE | ",
                "81 A2 18 63 81 81 81 81 81 81 81 81 81 81 01 | UNREADABLE | deep"
            })
    void what_is_wrong_is_named(String hex, RejectReason reason, String detail) {
        assertThat(hex(hex)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.detail()).contains(detail == null ? "" : detail);
        });
    }
}
