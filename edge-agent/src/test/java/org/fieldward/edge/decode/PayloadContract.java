package org.fieldward.edge.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.edge.decode.Decoded.Readings;
import org.fieldward.edge.decode.Decoded.Refused;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;
import org.junit.jupiter.api.Test;

/** What every format promises, whatever its dialect. */
public interface PayloadContract {

    DeviceId DEVICE = new DeviceId("monitor-07");
    Instant NOW = Instant.parse("2026-03-01T08:15:30Z");
    Decoder DECODER = new Decoder(Catalogue.standard());

    /** One value as a device would say it; the unit may be empty. */
    record Said(String code, String number, String unit) {}

    /** One reading as a device would say it. */
    record SaidReading(Optional<Instant> time, List<Said> values) {
        public static SaidReading of(Said... values) {
            return new SaidReading(Optional.empty(), List.of(values));
        }
    }

    Format format();

    ByteString payload(List<SaidReading> readings);

    default Decoder decoder() {
        return DECODER;
    }

    default Decoded decode(ByteString payload) {
        return decoder().decode(format(), DEVICE, payload, arrivals(5));
    }

    static Supplier<Arrival> arrivals(long tickMillis) {
        var count = new int[1];
        return () -> new Arrival(NOW.plusNanos(1000L * count[0]++), tickMillis, 7, ClockState.SYNCHRONISED);
    }

    default List<Reading> readings(SaidReading... said) {
        Decoded decoded = decode(payload(List.of(said)));
        assertThat(decoded).isInstanceOf(Readings.class);
        return ((Readings) decoded).readings();
    }

    default Value value(Said said) {
        return readings(SaidReading.of(said)).getFirst().values().getFirst();
    }

    default Refused refusal(SaidReading... said) {
        Decoded decoded = decode(payload(List.of(said)));
        assertThat(decoded).isInstanceOf(Refused.class);
        return (Refused) decoded;
    }

    static Value.Quantity quantity(String key, String number, Unit unit) {
        return new Value.Quantity(Catalogue.standard().key(key), new BigDecimal(number), unit);
    }

    static Value.Absent absent(String key, AbsentReason reason) {
        return new Value.Absent(Catalogue.standard().key(key), reason);
    }

    @Test
    default void a_number_keeps_its_precision() {
        assertThat(value(new Said("temperature", "37.0", "Cel")))
                .isEqualTo(quantity("temperature", "37.0", Unit.CELSIUS));
        assertThat(value(new Said("temperature", "37.00", "Cel")))
                .isEqualTo(quantity("temperature", "37.00", Unit.CELSIUS));
    }

    @Test
    default void a_parameter_is_known_by_key_by_loinc_and_by_mdc_code() {
        var expected = quantity("heart-rate", "72", Unit.PER_MINUTE);

        assertThat(value(new Said("heart-rate", "72", ""))).isEqualTo(expected);
        assertThat(value(new Said("8867-4", "72", ""))).isEqualTo(expected);
        assertThat(value(new Said("147842", "72", "/min"))).isEqualTo(expected);
    }

    @Test
    default void another_unit_that_the_catalogue_allows_is_kept_and_never_converted() {
        assertThat(value(new Said("temperature", "98.6", "[degF]")))
                .isEqualTo(quantity("temperature", "98.6", Unit.FAHRENHEIT));
    }

    @Test
    default void a_unit_that_the_parameter_does_not_allow_is_refused_with_both_names() {
        Refused refused = refusal(SaidReading.of(new Said("spo2", "97", "Cel")));

        assertThat(refused.reason()).isEqualTo(RejectReason.WRONG_UNIT);
        assertThat(refused.detail()).contains("spo2", "%", "Cel");
    }

    @Test
    default void an_unknown_code_is_refused_by_name() {
        Refused refused = refusal(SaidReading.of(new Said("hart-rate", "72", "")));

        assertThat(refused.reason()).isEqualTo(RejectReason.UNKNOWN_CODE);
        assertThat(refused.detail()).contains("hart-rate");
    }

    @Test
    default void a_panel_has_no_value_of_its_own() {
        assertThat(refusal(SaidReading.of(new Said("blood-pressure", "120", "mm[Hg]")))
                        .reason())
                .isEqualTo(RejectReason.INVALID_FIELD);
    }

    @Test
    default void a_zero_of_a_sensor_that_is_off_is_never_a_number() {
        for (String key : List.of("heart-rate", "spo2", "systolic", "arterial-mean", "respiratory-rate")) {
            assertThat(value(new Said(key, "0", ""))).isEqualTo(absent(key, AbsentReason.NOT_PERFORMED));
            assertThat(value(new Said(key, "0.0", ""))).isEqualTo(absent(key, AbsentReason.NOT_PERFORMED));
        }
        assertThat(value(new Said("cvp", "0", ""))).isEqualTo(quantity("cvp", "0", Unit.MILLIMETRE_OF_MERCURY));
    }

    @Test
    default void an_11073_special_is_never_a_number() {
        assertThat(value(new Said("spo2", "8388607", ""))).isEqualTo(absent("spo2", AbsentReason.NOT_A_NUMBER));
        assertThat(value(new Said("spo2", "8388606", ""))).isEqualTo(absent("spo2", AbsentReason.POSITIVE_INFINITY));
        assertThat(value(new Said("spo2", "-8388606", ""))).isEqualTo(absent("spo2", AbsentReason.NEGATIVE_INFINITY));
        assertThat(value(new Said("spo2", "-8388608", ""))).isEqualTo(absent("spo2", AbsentReason.ERROR));
        assertThat(value(new Said("heart-rate", "2047", "")))
                .isEqualTo(absent("heart-rate", AbsentReason.NOT_A_NUMBER));
        assertThat(value(new Said("heart-rate", "2046", "")))
                .isEqualTo(absent("heart-rate", AbsentReason.POSITIVE_INFINITY));
    }

    @Test
    default void an_sfloat_special_that_the_parameter_can_have_is_a_number() {
        assertThat(value(new Said("weight", "2047", "g"))).isEqualTo(quantity("weight", "2047", Unit.GRAM));
    }

    @Test
    default void a_value_beyond_physics_is_refused_with_rule_and_value() {
        Refused refused = refusal(SaidReading.of(new Said("spo2", "140", "%")));

        assertThat(refused.reason()).isEqualTo(RejectReason.INVALID_FIELD);
        assertThat(refused.detail()).isEqualTo("spo2 must be 0 to 100 %, was 140");
    }

    @Test
    default void the_fraction_of_etco2_is_believed_only_with_its_unit() {
        assertThat(refusal(SaidReading.of(new Said("19889-5", "5.1", ""))).reason())
                .isEqualTo(RejectReason.WRONG_UNIT);
        assertThat(value(new Said("19889-5", "5.1", "%"))).isEqualTo(quantity("etco2-fraction", "5.1", Unit.PERCENT));
        assertThat(value(new Said("151708", "5.1", "%"))).isEqualTo(quantity("etco2-fraction", "5.1", Unit.PERCENT));
        assertThat(value(new Said("151708", "38", ""))).isEqualTo(quantity("etco2", "38", Unit.MILLIMETRE_OF_MERCURY));
    }

    @Test
    default void a_parameter_that_comes_twice_in_a_reading_is_refused() {
        assertThat(refusal(SaidReading.of(new Said("heart-rate", "72", ""), new Said("8867-4", "73", "")))
                        .reason())
                .isEqualTo(RejectReason.INVALID_FIELD);
    }

    @Test
    default void the_time_of_the_device_is_kept_however_far_in_the_future() {
        Instant future = Instant.parse("2031-01-01T00:00:00.25Z");

        Reading reading = readings(new SaidReading(Optional.of(future), List.of(new Said("heart-rate", "72", ""))))
                .getFirst();

        assertThat(reading.stamp().deviceTime()).contains(future);
        assertThat(reading.stamp().receivedAt()).isBetween(NOW, NOW.plusMillis(1));
    }

    @Test
    default void two_readings_of_one_payload_never_share_an_instant_of_arrival() {
        var two = readings(
                new SaidReading(Optional.of(NOW), List.of(new Said("heart-rate", "72", ""))),
                new SaidReading(Optional.of(NOW.plusSeconds(1)), List.of(new Said("heart-rate", "73", ""))));

        assertThat(two.get(1).stamp().receivedAt()).isAfter(two.get(0).stamp().receivedAt());
        assertThat(two)
                .extracting(reading -> reading.values().getFirst())
                .containsExactly(
                        quantity("heart-rate", "72", Unit.PER_MINUTE), quantity("heart-rate", "73", Unit.PER_MINUTE));
    }

    @Test
    default void a_thousand_readings_are_taken_and_one_more_is_refused() {
        var thousand = new ArrayList<SaidReading>();
        IntStream.range(0, 1000)
                .forEach(i -> thousand.add(
                        new SaidReading(Optional.of(NOW.plusSeconds(i)), List.of(new Said("heart-rate", "72", "")))));

        assertThat(decode(payload(thousand)))
                .isInstanceOfSatisfying(
                        Readings.class, all -> assertThat(all.readings()).hasSize(1000));
        thousand.add(new SaidReading(Optional.of(NOW.minusSeconds(1)), List.of(new Said("heart-rate", "72", ""))));
        assertThat(decode(payload(thousand))).isInstanceOf(Refused.class);
    }

    @Test
    default void a_payload_without_a_value_misses_a_field() {
        assertThat(refusal().reason()).isEqualTo(RejectReason.MISSING_FIELD);
    }

    @Test
    default void damage_is_refused_and_nothing_else_happens() {
        byte[] good = payload(List.of(SaidReading.of(new Said("heart-rate", "72", ""), new Said("spo2", "97", "%"))))
                .toByteArray();
        var random = new Random(11);
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] bad = good.clone();
            for (int flips = random.nextInt(3); flips >= 0; flips--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            refused += decode(ByteString.copyFrom(bad, 0, 1 + random.nextInt(bad.length))) instanceof Refused ? 1 : 0;
        }
        assertThat(refused).isGreaterThan(1500);
    }
}
