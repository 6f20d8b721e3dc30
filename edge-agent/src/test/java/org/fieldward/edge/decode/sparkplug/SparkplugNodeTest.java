package org.fieldward.edge.decode.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.decode.Format.Sparkplug.Verb;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.decode.PayloadContract;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.DeviceStatus.Status;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;
import org.fieldward.proto.sparkplug.Metric;
import org.fieldward.proto.sparkplug.Payload;
import org.fieldward.proto.sparkplug.PropertySet;
import org.fieldward.proto.sparkplug.PropertyValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparkplugNodeTest {

    private static final DeviceId NODE = new DeviceId("ventilator-3");
    private static final DeviceId PUMP = new DeviceId("ventilator-3.pump");
    private static final long TIME = Instant.parse("2026-03-01T08:15:29.5Z").toEpochMilli();
    private static final Value PULSE = PayloadContract.quantity("heart-rate", "72", Unit.PER_MINUTE);

    private final Sparkplug sparkplug = new Sparkplug(new Normaliser(Catalogue.standard()));
    private long tickMillis = 1000;

    private Heard hear(Verb verb, Payload.Builder payload) {
        return hear(verb, payload.build().toByteString());
    }

    private Heard hear(Verb verb, ByteString payload) {
        boolean ofDevice = verb.name().startsWith("D");
        return sparkplug.hear(
                NODE,
                new Format.Sparkplug("ward", verb, ofDevice ? Optional.of("pump") : Optional.empty()),
                payload,
                PayloadContract.arrivals(tickMillis));
    }

    private static Payload.Builder payload(long seq, Metric.Builder... metrics) {
        var payload = Payload.newBuilder().setTimestamp(TIME).setSeq(seq);
        List.of(metrics).forEach(payload::addMetrics);
        return payload;
    }

    private static Metric.Builder pulse() {
        return Metric.newBuilder()
                .setName("ECG/heart-rate")
                .setAlias(7)
                .setDatatype(3)
                .setIntValue(72);
    }

    private static Metric.Builder alias(long alias) {
        return Metric.newBuilder().setAlias(alias);
    }

    private static Metric.Builder birthNumber(long number) {
        return Metric.newBuilder().setName("bdSeq").setDatatype(8).setLongValue(number);
    }

    private static Metric.Builder with(Metric.Builder metric, String key, PropertyValue.Builder value) {
        return metric.setProperties(PropertySet.newBuilder().addKeys(key).addValues(value));
    }

    private static Metric.Builder in(String unit, Metric.Builder metric) {
        return with(metric, "engUnit", PropertyValue.newBuilder().setType(12).setStringValue(unit));
    }

    private static List<Value> values(Heard heard) {
        return heard.readings().stream()
                .flatMap(reading -> reading.values().stream())
                .toList();
    }

    private void isQuiet(Heard heard) {
        assertThat(heard.refused()).isEmpty();
        assertThat(heard.request()).isEmpty();
        assertThat(heard.statuses()).isEmpty();
    }

    @Test
    void a_birth_brings_a_node_online_with_its_first_readings() {
        Heard heard = hear(
                Verb.NBIRTH,
                payload(
                        0,
                        birthNumber(3),
                        Metric.newBuilder()
                                .setName("Node Control/Rebirth")
                                .setDatatype(11)
                                .setBooleanValue(false),
                        Metric.newBuilder()
                                .setName("Properties/weight")
                                .setDatatype(9)
                                .setFloatValue(12),
                        Metric.newBuilder().setName("Battery").setDatatype(3).setIntValue(80),
                        pulse()));

        assertThat(heard.readings()).singleElement().satisfies(reading -> {
            assertThat(reading.device()).isEqualTo(NODE);
            assertThat(reading.values()).containsExactly(PULSE);
            assertThat(reading.stamp().deviceTime()).contains(Instant.ofEpochMilli(TIME));
        });
        assertThat(heard.statuses())
                .extracting(DeviceStatus::device, DeviceStatus::status)
                .containsExactly(tuple(NODE, Status.ONLINE));
        assertThat(heard.ignored()).isEqualTo(4);
        assertThat(heard.refused()).isEmpty();
        assertThat(heard.request()).isEmpty();
    }

    /** The bytes by hand: timestamp 1486144502122; name "spo2", alias 1, datatype UInt64, 97; seq 0. */
    @Test
    void a_birth_is_read_from_its_bytes_on_the_wire() {
        Heard heard = hear(
                Verb.NBIRTH,
                ByteString.copyFrom(
                        HexFormat.of().parseHex("08EAF2F5A8A02B" + "120C0A0473706F32100120085861" + "1800")));

        assertThat(values(heard)).containsExactly(PayloadContract.quantity("spo2", "97", Unit.PERCENT));
        assertThat(heard.readings().getFirst().stamp().deviceTime())
                .contains(Instant.parse("2017-02-03T17:55:02.122Z"));
    }

    @Test
    void data_may_use_the_aliases_types_and_units_of_the_birth() {
        hear(
                Verb.NBIRTH,
                payload(
                        255,
                        pulse(),
                        in(
                                "degF",
                                Metric.newBuilder()
                                        .setName("8310-5")
                                        .setAlias(8)
                                        .setDatatype(9)
                                        .setFloatValue(98.6f)),
                        Metric.newBuilder()
                                .setName("cvp")
                                .setAlias(9)
                                .setDatatype(2)
                                .setIntValue(4),
                        Metric.newBuilder()
                                .setName("Battery")
                                .setAlias(10)
                                .setDatatype(3)
                                .setIntValue(80)));

        Heard heard = hear(
                Verb.NDATA,
                payload(
                        0,
                        alias(8).setFloatValue(99.1f).setTimestamp(TIME + 250),
                        alias(9).setIntValue(0xFFFE).setTimestamp(TIME + 250),
                        alias(10).setIntValue(79),
                        alias(7).setIntValue(75)));

        isQuiet(heard);
        assertThat(heard.readings()).hasSize(2);
        assertThat(heard.readings().get(0).stamp().deviceTime()).contains(Instant.ofEpochMilli(TIME + 250));
        assertThat(heard.readings().get(0).values())
                .containsExactlyInAnyOrder(
                        PayloadContract.quantity("temperature", "99.1", Unit.FAHRENHEIT),
                        PayloadContract.quantity("cvp", "-2", Unit.MILLIMETRE_OF_MERCURY));
        assertThat(heard.readings().get(1).values())
                .containsExactly(PayloadContract.quantity("heart-rate", "75", Unit.PER_MINUTE));
    }

    @Test
    void a_device_of_a_node_is_named_after_both() {
        hear(Verb.NBIRTH, payload(0));

        Heard birth = hear(Verb.DBIRTH, payload(1, pulse()));
        Heard data = hear(Verb.DDATA, payload(2, alias(7).setIntValue(80)));
        Heard death = hear(Verb.DDEATH, payload(3));

        assertThat(birth.statuses())
                .extracting(DeviceStatus::device, DeviceStatus::status)
                .containsExactly(tuple(PUMP, Status.ONLINE));
        assertThat(birth.readings().getFirst().device()).isEqualTo(PUMP);
        isQuiet(data);
        assertThat(data.readings())
                .singleElement()
                .satisfies(reading -> assertThat(reading.device()).isEqualTo(PUMP));
        assertThat(death.statuses())
                .extracting(DeviceStatus::device, DeviceStatus::status)
                .containsExactly(tuple(PUMP, Status.LOST));
        assertThat(hear(Verb.DDATA, payload(4, alias(7).setIntValue(80))).refused())
                .hasValueSatisfying(refused -> assertThat(refused.reason()).isEqualTo(RejectReason.NO_BIRTH));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "pump.1", "pump 1", "a/b", "päd"})
    void a_device_that_cannot_be_named_is_refused(String name) {
        Heard heard = sparkplug.hear(
                NODE,
                new Format.Sparkplug("ward", Verb.DBIRTH, Optional.of(name)),
                payload(1, pulse()).build().toByteString(),
                PayloadContract.arrivals(1));

        assertThat(heard.readings()).isEmpty();
        assertThat(heard.refused())
                .hasValueSatisfying(refused -> assertThat(refused.reason()).isEqualTo(RejectReason.INVALID_FIELD));
    }

    @Test
    void data_without_a_birth_asks_for_one_and_keeps_what_only_a_birth_explains() throws Exception {
        Heard heard = hear(Verb.NDATA, payload(5, alias(7).setIntValue(72), pulse().clearAlias()));

        assertThat(values(heard)).containsExactly(PULSE);
        assertThat(heard.refused()).hasValueSatisfying(refused -> {
            assertThat(refused.reason()).isEqualTo(RejectReason.NO_BIRTH);
            assertThat(refused.detail()).contains("alias 7", "ventilator-3");
        });
        var request = heard.request().orElseThrow();
        assertThat(request.topic()).isEqualTo("spBv1.0/ward/NCMD/ventilator-3");
        assertThat(Payload.parseFrom(request.payload()).getMetricsList())
                .singleElement()
                .satisfies(metric -> {
                    assertThat(metric.getName()).isEqualTo("Node Control/Rebirth");
                    assertThat(metric.getDatatype()).isEqualTo(11);
                    assertThat(metric.getBooleanValue()).isTrue();
                });
    }

    @Test
    void a_number_whose_unit_only_the_birth_knew_is_not_guessed() {
        Heard heard = hear(
                Verb.NDATA,
                payload(5, Metric.newBuilder().setName("weight").setDatatype(9).setFloatValue(150)));

        assertThat(heard.readings()).isEmpty();
        assertThat(heard.refused())
                .hasValueSatisfying(refused -> assertThat(refused.reason()).isEqualTo(RejectReason.NO_BIRTH));
        assertThat(values(hear(
                        Verb.NDATA,
                        payload(
                                6,
                                in(
                                        "lb",
                                        Metric.newBuilder()
                                                .setName("weight")
                                                .setDatatype(9)
                                                .setFloatValue(150))))))
                .containsExactly(PayloadContract.quantity("weight", "150.0", Unit.POUND));
    }

    @Test
    void a_gap_asks_for_a_birth_once_in_a_while_and_loses_no_reading() {
        hear(Verb.NBIRTH, payload(0, pulse()));
        isQuiet(hear(Verb.NDATA, payload(1, alias(7).setIntValue(71))));
        isQuiet(hear(Verb.NDATA, payload(1, alias(7).setIntValue(71))));

        Heard gap = hear(Verb.NDATA, payload(3, alias(7).setIntValue(72)));
        Heard again = hear(Verb.NDATA, payload(6, alias(7).setIntValue(72)));
        tickMillis += SparkplugNode.ASK_AGAIN_MILLIS;
        Heard later = hear(Verb.NDATA, payload(9, alias(7).setIntValue(72)));

        assertThat(List.of(values(gap), values(again), values(later))).containsOnly(List.of(PULSE));
        assertThat(gap.request()).isPresent();
        assertThat(again.request()).isEmpty();
        assertThat(later.request()).isPresent();
        assertThat(gap.refused()).isEmpty();
    }

    /** Alias 7 may be the respiratory rate by now: 18 breaths must not become a pulse of 18. */
    @Test
    void a_birth_that_cannot_be_used_ends_the_aliases_of_the_one_before() {
        List<ByteString> broken = List.of(
                payload(0, pulse(), pulse().setName("CO2/respiratory-rate"))
                        .build()
                        .toByteString(),
                payload(300, pulse()).build().toByteString(),
                ByteString.copyFrom(HexFormat.of().parseHex("12FF")));
        for (ByteString birth : broken) {
            hear(Verb.NBIRTH, payload(0, pulse()));
            hear(Verb.DBIRTH, payload(1, pulse()));
            assertThat(hear(Verb.NBIRTH, birth).refused()).isPresent();

            assertThat(hear(Verb.NDATA, payload(1, alias(7).setIntValue(18))).readings())
                    .isEmpty();
            assertThat(hear(Verb.DDATA, payload(2, alias(7).setIntValue(18))).readings())
                    .isEmpty();

            hear(Verb.NBIRTH, payload(0, pulse()));
            hear(Verb.DBIRTH, payload(1, pulse()));
            assertThat(hear(Verb.DBIRTH, birth).refused()).isPresent();

            assertThat(hear(Verb.DDATA, payload(2, alias(7).setIntValue(18))).readings())
                    .isEmpty();
            assertThat(values(hear(Verb.NDATA, payload(3, alias(7).setIntValue(72)))))
                    .as("the node's own birth stands")
                    .containsExactly(PULSE);
        }
    }

    @Test
    void after_the_node_was_reborn_its_old_aliases_mean_nothing() {
        hear(Verb.NBIRTH, payload(0, pulse()));
        hear(Verb.NBIRTH, payload(0, pulse().setAlias(8)));

        assertThat(hear(Verb.NDATA, payload(1, alias(7).setIntValue(72))).readings())
                .isEmpty();
        assertThat(values(hear(Verb.NDATA, payload(2, alias(8).setIntValue(72)))))
                .containsExactly(PULSE);
    }

    @Test
    void a_death_takes_all_devices_along_unless_it_is_of_an_earlier_birth() {
        hear(Verb.NBIRTH, payload(0, birthNumber(4), pulse()));
        hear(Verb.DBIRTH, payload(1, pulse()));

        isQuiet(hear(Verb.NDEATH, Payload.newBuilder().addMetrics(birthNumber(3))));
        isQuiet(hear(Verb.NDATA, payload(2, alias(7).setIntValue(72))));
        Heard death = hear(Verb.NDEATH, Payload.newBuilder().addMetrics(birthNumber(4)));

        assertThat(death.statuses())
                .extracting(DeviceStatus::device, DeviceStatus::status)
                .containsExactly(tuple(NODE, Status.LOST), tuple(PUMP, Status.LOST));
        isQuiet(hear(Verb.NDEATH, Payload.newBuilder().addMetrics(birthNumber(4))));
        assertThat(hear(Verb.NDATA, payload(3, alias(7).setIntValue(72))).request())
                .isPresent();
    }

    @Test
    void the_end_of_the_connection_is_the_end_of_every_device_behind_it() {
        hear(Verb.NBIRTH, payload(0));
        hear(Verb.DBIRTH, payload(1, pulse()));
        var stamp = PayloadContract.arrivals(1).get().stamp(Optional.empty());

        assertThat(sparkplug.connection(new DeviceStatus(NODE, stamp, Status.OFFLINE)))
                .containsExactly(new DeviceStatus(PUMP, stamp, Status.OFFLINE));
        assertThat(sparkplug.connection(new DeviceStatus(NODE, stamp, Status.ONLINE)))
                .isEmpty();
        assertThat(sparkplug.connection(new DeviceStatus(new DeviceId("other"), stamp, Status.LOST)))
                .isEmpty();
        assertThat(hear(Verb.DDATA, payload(2, alias(7).setIntValue(72))).readings())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, true", "500, true", "192, false", "216, false"})
    void a_value_of_bad_quality_is_absent(int quality, boolean absent) {
        Heard heard = hear(
                Verb.NBIRTH,
                payload(
                        0,
                        with(
                                pulse(),
                                "Quality",
                                PropertyValue.newBuilder().setType(3).setIntValue(quality))));

        assertThat(values(heard))
                .containsExactly(absent ? PayloadContract.absent("heart-rate", AbsentReason.ERROR) : PULSE);
    }

    @Test
    void a_null_is_absent_and_a_text_is_refused() {
        assertThat(values(hear(Verb.NBIRTH, payload(0, pulse().clearValue().setIsNull(true)))))
                .containsExactly(PayloadContract.absent("heart-rate", AbsentReason.UNKNOWN));
        assertThat(hear(Verb.NBIRTH, payload(0, pulse().setStringValue("72"))).refused())
                .hasValueSatisfying(refused -> assertThat(refused.detail()).contains("'heart-rate'", "string_value"));
        assertThat(hear(Verb.NBIRTH, payload(256, pulse())).refused())
                .hasValueSatisfying(refused -> assertThat(refused.detail()).contains("'seq'", "256"));
        assertThat(hear(Verb.NBIRTH, ByteString.copyFromUtf8("garbage")).refused())
                .hasValueSatisfying(refused -> assertThat(refused.reason()).isEqualTo(RejectReason.UNREADABLE));
    }

    @Test
    void one_value_that_cannot_be_used_keeps_the_whole_message_and_its_definitions_hold() {
        Heard birth = hear(
                Verb.NBIRTH,
                payload(
                        0,
                        pulse(),
                        Metric.newBuilder().setName("spo2").setDatatype(3).setIntValue(140)));

        assertThat(birth.readings()).isEmpty();
        assertThat(birth.refused())
                .hasValueSatisfying(
                        refused -> assertThat(refused.detail()).isEqualTo("spo2 must be 0 to 100 %, was 140"));
        assertThat(values(hear(Verb.NDATA, payload(1, alias(7).setIntValue(72)))))
                .containsExactly(PULSE);
    }

    /** Each would be a tile, a topic and an alarm in the ward. */
    @Test
    void a_node_cannot_speak_of_ever_new_devices() {
        hear(Verb.NBIRTH, payload(0));
        for (int i = 0; i <= SparkplugNode.MAX_NAMES; i++) {
            Heard heard = sparkplug.hear(
                    NODE,
                    new Format.Sparkplug("ward", Verb.DDATA, Optional.of("pump-" + i)),
                    payload((i + 1) % 256, pulse().clearAlias()).build().toByteString(),
                    PayloadContract.arrivals(tickMillis));

            assertThat(heard.readings().isEmpty()).isEqualTo(i == SparkplugNode.MAX_NAMES);
            assertThat(heard.refused().isPresent()).isEqualTo(i == SparkplugNode.MAX_NAMES);
        }
    }

    @Test
    void what_is_remembered_of_a_node_is_bounded() {
        var large = payload(0);
        IntStream.range(0, SparkplugNode.MAX_METRICS + 1)
                .forEach(i ->
                        large.addMetrics(Metric.newBuilder().setName("m" + i).setAlias(i)));
        assertThat(hear(Verb.NBIRTH, large).refused())
                .hasValueSatisfying(refused -> assertThat(refused.detail()).contains("1000", "1001"));

        hear(Verb.NBIRTH, payload(0));
        for (int i = 0; i <= SparkplugNode.MAX_DEVICES; i++) {
            Heard heard = sparkplug.hear(
                    NODE,
                    new Format.Sparkplug("ward", Verb.DBIRTH, Optional.of("d" + i)),
                    payload((i + 1) % 256, pulse()).build().toByteString(),
                    PayloadContract.arrivals(1));
            assertThat(heard.refused().isPresent()).isEqualTo(i == SparkplugNode.MAX_DEVICES);
        }
    }

    @Test
    void the_node_that_was_silent_longest_is_forgotten_first() {
        hear(Verb.NBIRTH, payload(0, pulse()));
        for (int i = 0; i < Sparkplug.MAX_NODES; i++) {
            sparkplug.hear(
                    new DeviceId("n" + i),
                    new Format.Sparkplug("ward", Verb.NBIRTH, Optional.empty()),
                    payload(0).build().toByteString(),
                    PayloadContract.arrivals(1));
        }

        assertThat(hear(Verb.NDATA, payload(1, alias(7).setIntValue(72))).request())
                .isPresent();
    }
}
