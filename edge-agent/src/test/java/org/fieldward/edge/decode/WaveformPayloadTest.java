package org.fieldward.edge.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.edge.decode.Decoded.Readings;
import org.fieldward.edge.decode.Decoded.Refused;
import org.fieldward.proto.link.DeviceMark;
import org.fieldward.proto.link.DevicePublish;
import org.fieldward.proto.link.DeviceReading;
import org.fieldward.proto.link.DeviceValue;
import org.fieldward.proto.link.DeviceWaveform;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Samples;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Waveform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaveformPayloadTest {

    private static final Instant NOW = Instant.parse("2026-03-01T08:15:30Z");
    private static final Decoder DECODER = new Decoder(Catalogue.standard());

    private static Decoded decode(Format format, ByteString payload) {
        var count = new int[1];
        return DECODER.decode(
                format,
                new DeviceId("monitor-07"),
                payload,
                () -> new Arrival(NOW.plusNanos(1000L * count[0]++), 5, 7, ClockState.SYNCHRONISED));
    }

    private static Decoded json(String text) {
        return decode(Format.WAVEFORM, ByteString.copyFromUtf8(text));
    }

    private static List<Waveform> blocks(Decoded decoded) {
        assertThat(decoded).isInstanceOf(Readings.class);
        assertThat(((Readings) decoded).readings()).isEmpty();
        return ((Readings) decoded).waveforms();
    }

    @Test
    void a_block_keeps_its_samples_its_scale_and_its_rate_exactly() {
        Waveform block = blocks(json("""
                {"time":"2026-03-01T08:15:00.25Z","waveform":{"kind":"ecg-ii","rate":360,"resolution":0.0050,
                 "offset":-1.5,"unit":"uV","lower-limit":-5,"upper-limit":5.0,"samples":[1,-2,null,"E","L","U",2048]}}
                """)).getFirst();

        assertThat(block.stamp().measuredAt()).isEqualTo("2026-03-01T08:15:00.25Z");
        assertThat(block.kind().mdc()).contains(131330);
        assertThat(block.rate()).isEqualTo(new Waveform.Rate(9, 25_000));
        assertThat(block.scale())
                .isEqualTo(new Waveform.Scale(
                        new BigDecimal("0.0050"),
                        new BigDecimal("-1.5"),
                        Unit.MICROVOLT,
                        Optional.of(new BigDecimal("-5")),
                        Optional.of(new BigDecimal("5.0"))));
        assertThat(block.samples())
                .isEqualTo(Samples.of(1, -2, Samples.MISSING, Samples.MISSING, Samples.BELOW, Samples.ABOVE, 2048));
    }

    @Test
    void what_is_left_out_is_the_catalogues_unit_a_resolution_of_one_and_no_offset() {
        Waveform block = blocks(json("{\"waveform\":{\"kind\":\"150452\",\"period-micros\":8000,\"samples\":[0]}}"))
                .getFirst();

        assertThat(block.stamp().deviceTime()).isEmpty();
        assertThat(block.kind().key()).isEqualTo("pleth");
        assertThat(block.rate()).isEqualTo(new Waveform.Rate(125, 1_000_000));
        assertThat(block.scale())
                .isEqualTo(new Waveform.Scale(
                        BigDecimal.ONE, BigDecimal.ZERO, Unit.ONE, Optional.empty(), Optional.empty()));
    }

    @Test
    void an_array_holds_up_to_a_thousand_blocks_and_no_two_share_an_instant_of_arrival() {
        String one = "{\"waveform\":{\"kind\":\"ecg\",\"rate\":250,\"samples\":[1]}}";

        assertThat(blocks(json("[" + (one + ",").repeat(999) + one + "]")))
                .hasSize(1000)
                .extracting(block -> block.stamp().receivedAt())
                .doesNotHaveDuplicates();
        assertThat(json("[" + (one + ",").repeat(1000) + one + "]"))
                .isInstanceOfSatisfying(
                        Refused.class, no -> assertThat(no.detail()).contains("at most 1000"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'kind':'ecg','rate':250 | MISSING_FIELD | 'samples'",
                "'kind':'ecg','rate':250,'samples':[] | MISSING_FIELD | 'samples'",
                "'rate':250,'samples':[1] | MISSING_FIELD | 'kind'",
                "'kind':'ecg','samples':[1] | MISSING_FIELD | 'rate'",
                "'kind':'ecg','rate':250,'period-micros':4000,'samples':[1] | INVALID_FIELD | not both",
                "'kind':'ecg','rate':0,'samples':[1] | INVALID_FIELD | rate must be",
                "'kind':'ecg','rate':1000000,'samples':[1] | INVALID_FIELD | rate must be",
                "'kind':'ecg','rate':1e-18,'samples':[1] | INVALID_FIELD | rate must be",
                "'kind':'ecg-13','rate':250,'samples':[1] | UNKNOWN_CODE | 'ecg-13'",
                "'kind':'heart-rate','rate':250,'samples':[1] | UNKNOWN_CODE | 'heart-rate'",
                "'kind':'ecg','rate':250,'unit':'%','samples':[1] | WRONG_UNIT | mV or uV",
                "'kind':'ecg','rate':250,'resolution':0,'samples':[1] | INVALID_FIELD | resolution",
                "'kind':'ecg','rate':250,'samples':[1.5] | INVALID_FIELD | whole number",
                "'kind':'ecg','rate':250,'samples':[true] | INVALID_FIELD | whole number",
                "'kind':'ecg','rate':250,'samples':['X'] | INVALID_FIELD | 'X'",
                "'kind':'ecg','rate':250,'samples':[1000000001] | INVALID_FIELD | a sample must be",
                "'kind':'ecg','rate':250,'samples':[99999999999] | INVALID_FIELD | a sample must be",
                "'kind':'ecg','rate':250,'samples':['U'] | INVALID_FIELD | needs the highest",
                "'kind':'ecg','rate':250,'samples':[1],'samples':[1] | INVALID_FIELD | twice",
                "'kind':'ecg','rate':250,'sample':[1] | INVALID_FIELD | 'sample'"
            })
    void what_is_wrong_is_named(String members, RejectReason reason, String detail) {
        String text = "{\"waveform\":{" + members.replace('\'', '"') + "}}";

        assertThat(json(text)).isInstanceOfSatisfying(Refused.class, no -> {
            assertThat(no.reason()).isEqualTo(reason);
            assertThat(no.detail()).contains(detail);
        });
    }

    @Test
    void a_block_of_more_than_ten_thousand_samples_is_refused() {
        String samples = "1,".repeat(10_000) + "1";

        assertThat(json("{\"waveform\":{\"kind\":\"ecg\",\"rate\":250,\"samples\":[" + samples + "]}}"))
                .isInstanceOfSatisfying(
                        Refused.class, no -> assertThat(no.detail()).contains("at most 10000"));
    }

    @Test
    void protobuf_says_the_same_also_beside_readings() {
        var publish = DevicePublish.newBuilder()
                .addReadings(DeviceReading.newBuilder()
                        .addValues(DeviceValue.newBuilder().setCode("spo2").setNumber("97")))
                .addWaveforms(DeviceWaveform.newBuilder()
                        .setTimeMicros(1_000_000)
                        .setKind("ecg-ii")
                        .setPeriodMicros("4000")
                        .setResolution("0.005")
                        .addAllSamples(List.of(1, 0, 0, 4))
                        .addMarks(
                                DeviceMark.newBuilder().setFirst(1).setCount(2).setMark("E")));

        assertThat(decode(Format.PROTOBUF, publish.build().toByteString()))
                .isInstanceOfSatisfying(Readings.class, all -> {
                    assertThat(all.readings()).hasSize(1);
                    Waveform block = all.waveforms().getFirst();
                    assertThat(block.samples()).isEqualTo(Samples.of(1, Samples.MISSING, Samples.MISSING, 4));
                    assertThat(block.rate()).isEqualTo(new Waveform.Rate(1, 4000));
                    assertThat(block.stamp().measuredAt()).isEqualTo(Instant.ofEpochSecond(1));
                    assertThat(all.entries()).hasSize(2);
                });
        publish.getWaveformsBuilder(0).getMarksBuilder(0).setCount(-1);
        assertThat(decode(Format.PROTOBUF, publish.build().toByteString()))
                .isInstanceOfSatisfying(
                        Refused.class, no -> assertThat(no.detail()).contains("'marks'"));
    }

    /** Else each eight bytes of a publish could have ten thousand samples written anew, on the door's own thread. */
    @Test
    void marks_that_overlap_or_follow_too_many_samples_are_refused() {
        var mark = DeviceMark.newBuilder().setFirst(1).setCount(2).setMark("E");
        var block = DeviceWaveform.newBuilder()
                .setKind("ecg-ii")
                .setPeriodMicros("4000")
                .addAllSamples(List.of(1, 0, 0, 4))
                .addMarks(mark)
                .addMarks(mark.clone().setFirst(2));

        assertThat(decode(
                        Format.PROTOBUF,
                        DevicePublish.newBuilder().addWaveforms(block).build().toByteString()))
                .isInstanceOfSatisfying(
                        Refused.class, no -> assertThat(no.detail()).contains("'marks'", "overlap"));

        block.clearMarks().addMarks(mark).addAllSamples(Collections.nCopies(Waveform.MAX_SAMPLES, 0));
        assertThat(decode(
                        Format.PROTOBUF,
                        DevicePublish.newBuilder().addWaveforms(block).build().toByteString()))
                .isInstanceOfSatisfying(
                        Refused.class, no -> assertThat(no.detail()).contains("at most 10000"));
    }

    @Test
    void plain_json_on_the_topic_of_waveforms_is_a_waveform() {
        assertThat(Format.withContentType(Format.WAVEFORM, "application/json")).contains(Format.WAVEFORM);
        assertThat(Format.withContentType(Format.SENML, "application/json")).contains(Format.JSON);
        assertThat(Format.ofTopicLevel("waveforms")).contains(Format.WAVEFORM);
    }
}
