package org.fieldward.edge.decode.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.edge.decode.Decoded;
import org.fieldward.edge.decode.Decoded.Readings;
import org.fieldward.edge.decode.Decoded.Refused;
import org.fieldward.edge.decode.Decoder;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.decode.PayloadContract;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Unit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MappingPayloadTest implements PayloadContract {

    private static final Normaliser NORMALISER = new Normaliser(Catalogue.standard());

    private static final String ACME = """
            {"name": "acme",
             "readings": "$.observations",
             "time": {"path": "@.at", "as": "epoch-seconds"},
             "values": [
               {"parameter": "heart-rate", "path": "@.hr", "absent": [-1, "---"], "optional": true},
               {"parameter": "spo2", "path": "@.sat", "unit": "%", "scale": 100, "optional": true},
               {"parameter": "temperature", "path": "@.list[?(@.code == 'T' && @.ok == true)].value", "optional": true,
                "unit": {"path": "$.unit", "ucum": {"C": "Cel", "F": "[degF]"}}}]}""";

    @TempDir
    Path directory;

    private Decoder contract = new Decoder(Catalogue.standard());

    MappingPayloadTest() {
        directory = Path.of("");
    }

    /** A value stands under {@code n}, or under {@code v} with its unit beside it. */
    @BeforeEach
    void contractMapping() {
        Stream<String> plain = Stream.of(
                        "heart-rate", "8867-4", "spo2", "systolic", "arterial-mean", "respiratory-rate", "cvp")
                .map("{\"parameter\": \"%1$s\", \"path\": \"@['%1$s'].n\", \"optional\": true}"::formatted);
        Stream<String> named = Stream.of("heart-rate", "147842", "spo2", "temperature", "weight", "19889-5", "151708")
                .map(code -> """
                        {"parameter": "%1$s", "path": "@['%1$s'].v", "unit": {"path": "@['%1$s'].u"}, "optional": true}
                        """.formatted(code));
        contract = decoder("contract", """
                {"name": "contract", "readings": "$.all",
                 "time": {"path": "@.t", "as": "rfc3339", "optional": true}, "values": [%s]}""".formatted(Stream.concat(plain, named).collect(Collectors.joining(","))));
    }

    @Override
    public Format format() {
        return new Format.Mapped("any");
    }

    @Override
    public Decoder decoder() {
        return contract;
    }

    @Override
    public ByteString payload(List<SaidReading> readings) {
        return ByteString.copyFromUtf8(readings.stream()
                .map(reading -> Stream.concat(
                                reading.time().stream().map("\"t\":\"%s\""::formatted),
                                reading.values().stream()
                                        .map(said -> said.unit().isEmpty()
                                                ? "\"%s\":{\"n\":%s}".formatted(said.code(), said.number())
                                                : "\"%s\":{\"v\":%s,\"u\":\"%s\"}"
                                                        .formatted(said.code(), said.number(), said.unit())))
                        .collect(Collectors.joining(",", "{", "}")))
                .collect(Collectors.joining(",", "{\"all\":[", "]}")));
    }

    /** A code is written in the mapping: it is refused there. */
    @Override
    @Test
    public void an_unknown_code_is_refused_by_name() {
        assertThatThrownBy(() -> decoder("x", "{'name':'x','values':[{'parameter':'hart-rate','path':'@.v'}]}"))
                .hasMessageContaining("values[0].parameter")
                .hasMessageContaining("'hart-rate'");
    }

    /** As a code is. */
    @Override
    @Test
    public void a_panel_has_no_value_of_its_own() {
        assertThatThrownBy(() -> decoder("x", "{'name':'x','values':[{'parameter':'blood-pressure','path':'@.v'}]}"))
                .hasMessageContaining("'blood-pressure'");
    }

    /** A mapping that leaves the unit open is refused. */
    @Override
    @Test
    public void the_fraction_of_etco2_is_believed_only_with_its_unit() {
        assertThatThrownBy(() -> decoder("x", "{'name':'x','values':[{'parameter':'19889-5','path':'@.v'}]}"))
                .hasMessageContaining("values[0].unit must be given");
        assertThat(value(new Said("19889-5", "5.1", "%")))
                .isEqualTo(PayloadContract.quantity("etco2-fraction", "5.1", Unit.PERCENT));
        assertThat(value(new Said("151708", "5.1", "%")))
                .isEqualTo(PayloadContract.quantity("etco2-fraction", "5.1", Unit.PERCENT));
    }

    /** What escapes the decoder is never acknowledged, so the device would send it for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"list\":[{\"n\":NaN,\"v\":72}]}", "{\"list\":[{\"n\":5,\"v\":1e9994999919}]}"})
    void a_number_that_no_library_can_read_is_refused(String payload) {
        Decoded decoded = decoder(
                        "x", "{'name':'x','values':[{'parameter':'heart-rate','path':'$.list[?(@.n > 3)].v'}]}")
                .decode(format(), DEVICE, ByteString.copyFromUtf8(payload), PayloadContract.arrivals(1));

        assertThat(decoded)
                .isInstanceOfSatisfying(
                        Refused.class, no -> assertThat(no.reason()).isEqualTo(RejectReason.UNREADABLE));
    }

    private Decoder decoder(String name, String mapping) {
        Mapping read =
                Mappings.read(file(name, mapping.replace('\'', mapping.startsWith("{'") ? '"' : '\'')), NORMALISER);
        return new Decoder(NORMALISER, format -> Optional.of(read.parser()));
    }

    private Path file(String name, String text) {
        try {
            return Files.writeString(directory.resolve(name + ".json"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Decoded acme(String payload) {
        return decoder("acme", ACME)
                .decode(format(), DEVICE, ByteString.copyFromUtf8(payload), PayloadContract.arrivals(1));
    }

    private List<Reading> read(String payload) {
        assertThat(acme(payload)).isInstanceOf(Readings.class);
        return ((Readings) acme(payload)).readings();
    }

    @Test
    void paths_lead_from_the_payload_and_from_each_reading() {
        var readings = read("""
                {"unit": "C", "vendor": {"deep": [[]]}, "observations": [
                  {"at": 1772352930.25, "hr": 72, "sat": 0.97},
                  {"at": "1772352931", "hr": "73", "battery": 80},
                  {"battery": 79},
                  {"at": 1772352932, "list": [{"code": "B", "value": 1, "ok": true},
                                              {"code": "T", "value": 36.90, "ok": true}]}]}""");

        assertThat(readings).hasSize(3);
        assertThat(readings.get(0).values())
                .containsExactly(
                        PayloadContract.quantity("heart-rate", "72", Unit.PER_MINUTE),
                        PayloadContract.quantity("spo2", "97", Unit.PERCENT));
        assertThat(readings.get(0).stamp().deviceTime()).contains(Instant.parse("2026-03-01T08:15:30.25Z"));
        assertThat(readings.get(1).values())
                .containsExactly(PayloadContract.quantity("heart-rate", "73", Unit.PER_MINUTE));
        assertThat(readings.get(2).values())
                .containsExactly(PayloadContract.quantity("temperature", "36.90", Unit.CELSIUS));
    }

    @ParameterizedTest
    @CsvSource({"-1, UNKNOWN", "-1.0, UNKNOWN", "\"---\", UNKNOWN", "NaN, NOT_A_NUMBER", "0, NOT_PERFORMED"})
    void what_a_device_writes_for_nothing_is_absent(String written, AbsentReason reason) {
        assertThat(read("{\"observations\":[{\"at\":1,\"hr\":" + written + "}]}")
                        .getFirst()
                        .values())
                .containsExactly(PayloadContract.absent("heart-rate", reason));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"observations\":[{\"hr\":72}]} | MISSING_FIELD | time at '@.at'",
                "{\"observations\":[{\"at\":\"noon\",\"hr\":72}]} | INVALID_FIELD | 'noon'",
                "{\"observations\":[{\"at\":true,\"hr\":72}]} | INVALID_FIELD | true or false",
                "{\"observations\":[{\"at\":1,\"hr\":{}}]} | INVALID_FIELD | heart-rate at '@.hr' must be a number, was an object",
                "{\"observations\":[{\"at\":1,\"hr\":\"many\"}]} | INVALID_FIELD | 'many'",
                "{\"observations\":[{\"at\":1,\"sat\":97}]} | INVALID_FIELD | spo2 must be 0 to 100 %, was 9700",
                "{\"observations\":[{\"at\":1,\"hr\":1e999999999}]} | INVALID_FIELD | exponent",
                "{\"observations\":[{\"at\":1,\"list\":[{\"code\":\"T\",\"ok\":true,\"value\":37}]}]} | MISSING_FIELD | the unit of temperature",
                "{\"unit\":\"K\",\"observations\":[{\"at\":1,\"list\":[{\"code\":\"T\",\"ok\":true,\"value\":310}]}]} | WRONG_UNIT | 'K'",
                "{\"unit\":\"C\",\"observations\":[{\"at\":1,\"list\":[{\"code\":\"T\",\"ok\":true,\"value\":37},{\"code\":\"T\",\"ok\":true,\"value\":38}]}]} | INVALID_FIELD | must be one, were 2",
                "{\"observations\":[{\"at\":1,\"hr\":72},{\"at\":2,\"hr\":999}]} | INVALID_FIELD | heart-rate",
                "{\"observation\":[]} | MISSING_FIELD | readings at '$.observations'",
                "{\"observations\":[]} | MISSING_FIELD | acme",
                "[1,2] | MISSING_FIELD | readings",
                "{\"a\":1,\"a\":2} | UNREADABLE | ",
                "{} {} | UNREADABLE | ",
                "nothing | UNREADABLE | ",
                "{\"observations\":1.5e99999999999} | UNREADABLE | exponent",
                "{\"observations\":[{\"at\":1,\"list\":[{\"code\":{\"T\":1},\"ok\":[true]}]}]} | MISSING_FIELD | acme"
            })
    void what_is_wrong_is_named(String payload, RejectReason reason, String detail) {
        assertThat(acme(payload)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.detail()).contains(detail == null ? "" : detail);
        });
    }

    @Test
    void a_number_that_no_mapping_can_mean_is_refused_with_the_file() {
        assertThatThrownBy(() -> decoder("x", "{'name':1.5e99999999999}")).isInstanceOf(MappingException.class);
    }

    @Test
    void a_payload_that_is_too_deep_or_too_rich_is_refused_in_good_time() {
        assertThat(acme("[".repeat(33) + "]".repeat(33))).isInstanceOf(Refused.class);
        String many = IntStream.range(0, 50_000)
                .mapToObj(i -> "{\"code\":\"T\",\"ok\":true}")
                .collect(Collectors.joining(","));
        assertThat(acme("{\"observations\":[" + many + "]}"))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.detail()).contains("1000"));
        assertThat(acme("{\"observations\":[{\"at\":1,\"list\":[" + many + "]}]}"))
                .isInstanceOf(Refused.class);
    }
}
