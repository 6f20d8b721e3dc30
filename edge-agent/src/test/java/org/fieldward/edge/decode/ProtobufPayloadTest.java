package org.fieldward.edge.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.edge.decode.Decoded.Readings;
import org.fieldward.edge.decode.Decoded.Refused;
import org.fieldward.proto.link.DevicePublish;
import org.fieldward.proto.link.DeviceReading;
import org.fieldward.proto.link.DeviceValue;
import org.fieldward.proto.reading.AbsentReason;
import org.junit.jupiter.api.Test;

class ProtobufPayloadTest implements PayloadContract {

    @Override
    public Format format() {
        return Format.PROTOBUF;
    }

    @Override
    public ByteString payload(List<SaidReading> readings) {
        var publish = DevicePublish.newBuilder();
        for (SaidReading reading : readings) {
            var one = DeviceReading.newBuilder();
            reading.time()
                    .ifPresent(time -> one.setTimeMicros(ChronoUnit.MICROS.between(java.time.Instant.EPOCH, time)));
            reading.values()
                    .forEach(said -> one.addValues(DeviceValue.newBuilder()
                            .setCode(said.code())
                            .setNumber(said.number())
                            .setUnit(said.unit())));
            publish.addReadings(one);
        }
        // A message without a field is no byte at all, which is not a payload of this format but an empty one.
        return readings.isEmpty()
                ? ByteString.copyFrom(new byte[] {10, 0})
                : publish.build().toByteString();
    }

    @Test
    void a_message_says_what_its_device_clock_showed_when_it_was_sent() {
        var publish = DevicePublish.newBuilder()
                .setSentMicros(1_772_352_931_000_000L)
                .addReadings(DeviceReading.newBuilder()
                        .addValues(DeviceValue.newBuilder().setCode("spo2").setNumber("97")));

        assertThat(decode(publish.build().toByteString()))
                .isInstanceOfSatisfying(
                        Readings.class,
                        all -> assertThat(all.sentAt()).contains(java.time.Instant.parse("2026-03-01T08:15:31Z")));
    }

    @Test
    void a_reason_stands_in_place_of_a_number() {
        var publish = DevicePublish.newBuilder()
                .addReadings(DeviceReading.newBuilder()
                        .addValues(DeviceValue.newBuilder().setCode("spo2").setAbsent("error"))
                        .addValues(
                                DeviceValue.newBuilder().setCode("heart-rate").setNumber("NaN")));

        assertThat(decode(publish.build().toByteString()))
                .isInstanceOfSatisfying(
                        Readings.class,
                        all -> assertThat(all.readings().getFirst().values())
                                .containsExactly(
                                        PayloadContract.absent("heart-rate", AbsentReason.NOT_A_NUMBER),
                                        PayloadContract.absent("spo2", AbsentReason.ERROR)));
    }

    @Test
    void a_field_that_nobody_knows_is_refused() {
        var unknown = UnknownFieldSet.newBuilder()
                .addField(9, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
        var publish = DevicePublish.newBuilder()
                .addReadings(DeviceReading.newBuilder()
                        .addValues(DeviceValue.newBuilder()
                                .setCode("spo2")
                                .setNumber("97")
                                .setUnknownFields(unknown)));

        assertThat(decode(publish.build().toByteString())).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(RejectReason.INVALID_FIELD);
            assertThat(refused.detail()).contains("field 9");
        });
    }

    @Test
    void a_value_without_code_or_number_misses_a_field() {
        for (DeviceValue.Builder value : List.of(
                DeviceValue.newBuilder().setNumber("97"),
                DeviceValue.newBuilder().setCode("spo2"))) {
            var publish = DevicePublish.newBuilder()
                    .addReadings(DeviceReading.newBuilder().addValues(value));

            assertThat(decode(publish.build().toByteString()))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(RejectReason.MISSING_FIELD));
        }
    }
}
