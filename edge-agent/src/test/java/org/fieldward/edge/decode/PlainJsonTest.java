package org.fieldward.edge.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parser in one pass and the library's: where the first gives an answer, it is the second's. */
class PlainJsonTest {

    private static final DeviceId DEVICE = new DeviceId("monitor-07");
    private static final int ROUNDS = 60_000;

    private static final List<String> CODES = List.of(
            "heart-rate",
            "8867-4",
            "147842",
            "spo2",
            "temperature",
            "systolic",
            "cvp",
            "19889-5",
            "151708",
            "weight",
            "blood-pressure",
            "hart-rate",
            "",
            "h\\u0065art-rate",
            "Überdruck");

    private static final List<String> NUMBERS = List.of(
            "72",
            "0",
            "-0",
            "0.0",
            "37.0",
            "37.00",
            "36.9",
            "-3",
            "1e2",
            "7.2E1",
            "007",
            ".5",
            "5.",
            "-",
            "+5",
            "140",
            "299",
            "300",
            "44.9",
            "45.0",
            "8388607",
            "-8388608",
            "2047",
            "123456789012345",
            "1234567890123456789",
            "0.00000000000001",
            "NaN",
            "-Infinity",
            "\"NaN\"",
            "\"72\"",
            "null",
            "true",
            "[72]",
            "{\"value\":97,\"unit\":\"%\"}",
            "{\"absent\":\"error\"}");

    private static final List<String> TIMES = List.of(
            "1772352930000",
            "0",
            "-5",
            "1772352930000.25",
            "17723529300001",
            "999999999999999",
            "9999999999999999",
            "1e12",
            "\"2026-03-01T08:15:30Z\"",
            "\"2026-03-01T08:15:30.25+01:00\"",
            "\"2026-02-30T08:15:30Z\"",
            "\"now\"",
            "null",
            "\"2026-03-01T08:15:3\\u0030Z\"");

    private static final List<String> NAMES =
            List.of("time", "time", "time", "values", "values", "values", "sentAt", "Values", "unit", "t\\u0069me");

    private final Normaliser normaliser = new Normaliser(Catalogue.standard());
    private final PlainJson.Codes codes = new PlainJson.Codes(normaliser);
    private final JsonPayload library = new JsonPayload(normaliser);
    private final Random random = new Random(29);

    private Optional<Decoded.Readings> plain(byte[] payload) {
        return PlainJson.read(codes, DEVICE, payload, PayloadContract.arrivals(5));
    }

    private Optional<Decoded.Readings> parsed(byte[] payload) {
        try {
            return Optional.of(library.parsed(DEVICE, payload, PayloadContract.arrivals(5)));
        } catch (Fault wrong) {
            return Optional.empty();
        }
    }

    /** Returns whether the first gave an answer. */
    private boolean agree(byte[] payload) {
        Optional<Decoded.Readings> plain = plain(payload);
        if (plain.isPresent()) {
            assertThat(plain).as(new String(payload, StandardCharsets.UTF_8)).isEqualTo(parsed(payload));
        }
        return plain.isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"time\":1772352930000,\"values\":{\"heart-rate\":72,\"spo2\":97,\"temperature\":36.9}}",
                "{\"time\":\"2026-03-01T08:15:30.25Z\",\"values\":{\"8867-4\":72,\"150456\":97}}",
                "{\"values\":{\"cvp\":-3.25},\"sentAt\":1772352930000,\"time\":1772352929000}",
                " { \"values\" : { \"spo2\" : 97 } }\r\n\t",
                "[{\"values\":{\"spo2\":97}},{\"time\":1772352930000,\"values\":{\"spo2\":0}}]"
            })
    void what_monitors_send_is_read_in_one_pass(String payload) {
        assertThat(agree(payload.getBytes(StandardCharsets.UTF_8))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"values\":{}}",
                "{\"values\":{\"spo2\":{\"value\":97,\"unit\":\"%\"}}}",
                "{\"values\":{\"spo2\":140}}",
                "{\"values\":{\"spo2\":97,\"spo2\":97}}",
                "{\"values\":{\"spo2\":9.7e1}}",
                "{\"values\":{\"hart-rate\":72}}",
                "{\"values\":{\"blood-pressure\":72}}",
                "{\"values\":{\"spo2\":97},\"values\":{\"heart-rate\":72}}",
                "{\"values\":{\"spo2\":97}} {",
                "{\"values\":{\"spo2\":97},}",
                "{\"values\":{\"spo2\":097}}",
                "{\"time\":\"2026-02-30T08:15:30Z\",\"values\":{\"spo2\":97}}",
                "[{\"sentAt\":1,\"values\":{\"spo2\":97}},{\"sentAt\":2,\"values\":{\"spo2\":97}}]"
            })
    void what_is_not_plain_is_left_to_the_library(String payload) {
        assertThat(plain(payload.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void text_that_is_not_utf_8_is_left_to_the_library() {
        String payload = "{\"values\":{\"spo2\":97}}";

        assertThat(plain(payload.getBytes(StandardCharsets.UTF_16))).isEmpty();
        assertThat(plain(payload.getBytes(StandardCharsets.UTF_16LE))).isEmpty();
        assertThat(plain(("\ufeff" + payload).getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void both_say_the_same_of_all_that_looks_like_a_reading() {
        int taken = 0;
        for (int round = 0; round < ROUNDS; round++) {
            taken += agree(payload().getBytes(StandardCharsets.UTF_8)) ? 1 : 0;
        }
        assertThat(taken).isBetween(ROUNDS / 50, ROUNDS / 2);
    }

    @Test
    void both_say_the_same_of_what_was_damaged_on_its_way() {
        byte[] good = ("[{\"time\":1772352930000,\"values\":{\"heart-rate\":72,\"temperature\":36.9}},"
                        + "{\"time\":\"2026-03-01T08:15:30.25Z\",\"values\":{\"spo2\":97,\"cvp\":-3}}]")
                .getBytes(StandardCharsets.UTF_8);
        String likely = "0123456789{}[]\",:.-+eE \t\\ n\u0000\u007f";
        int taken = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bad = good.clone();
            for (int hits = random.nextInt(3); hits >= 0; hits--) {
                bad[random.nextInt(bad.length)] = (byte)
                        (random.nextBoolean() ? likely.charAt(random.nextInt(likely.length())) : random.nextInt());
            }
            taken += agree(bad) ? 1 : 0;
        }
        assertThat(taken).isBetween(ROUNDS / 50, ROUNDS);
    }

    @Test
    void every_whole_number_and_every_tenth_is_what_the_library_says() {
        for (String code : List.of("heart-rate", "spo2", "temperature", "weight", "cvp")) {
            for (int number = -10; number < 4600; number++) {
                String tenths = (number < 0 ? "-" : "") + Math.abs(number) / 10 + "." + Math.abs(number) % 10;
                for (String text : List.of(Integer.toString(number), tenths)) {
                    byte[] payload = ("{\"values\":{\"" + code + "\":" + text + "}}").getBytes(StandardCharsets.UTF_8);
                    assertThat(plain(payload)).as("%s %s", code, text).isEqualTo(parsed(payload));
                }
            }
        }
    }

    @Test
    void the_same_number_is_the_same_value_and_not_a_new_one() {
        byte[] payload = "{\"values\":{\"heart-rate\":72,\"temperature\":36.9}}".getBytes(StandardCharsets.UTF_8);

        var first = plain(payload).orElseThrow().readings().getFirst().values();
        var second = plain(payload).orElseThrow().readings().getFirst().values();

        assertThat(second.get(0)).isSameAs(first.get(0));
        assertThat(second.get(1)).isSameAs(first.get(1));
    }

    private String payload() {
        int readings = random.nextInt(8) == 0 ? random.nextInt(4) : -1;
        return readings < 0
                ? reading()
                : IntStream.range(0, readings).mapToObj(i -> reading()).collect(Collectors.joining(",", "[", "]"));
    }

    private String reading() {
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> oneOf(NAMES))
                .map(name -> "\"" + name + "\":" + (name.endsWith("alues") ? values() : time()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private String values() {
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> "\"" + seldomOdd(CODES, 6) + "\":" + seldomOdd(NUMBERS, 8))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private String time() {
        return seldomOdd(TIMES, 2);
    }

    private String seldomOdd(List<String> all, int usual) {
        return random.nextInt(4) == 0 ? oneOf(all) : all.get(random.nextInt(usual));
    }

    private String oneOf(List<String> all) {
        return all.get(random.nextInt(all.size()));
    }
}
