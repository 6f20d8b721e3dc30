package org.fieldward.edge.decode.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.edge.decode.Decoded;
import org.fieldward.edge.decode.Decoder;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.decode.Format.Sparkplug.Verb;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.decode.PayloadContract;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.sparkplug.Metric;
import org.fieldward.proto.sparkplug.Payload;
import org.fieldward.proto.sparkplug.PropertySet;
import org.fieldward.proto.sparkplug.PropertyValue;
import org.junit.jupiter.api.Test;

/** A birth that stands alone keeps what every other format promises, but for what a float cannot say. */
class SparkplugPayloadTest implements PayloadContract {

    private static final Normaliser NORMALISER = new Normaliser(Catalogue.standard());
    private static final Decoder SPARKPLUG = new Decoder(
            NORMALISER,
            format -> format instanceof Format.Sparkplug said
                    ? Optional.of(new Sparkplug(NORMALISER).alone(said))
                    : Optional.empty());

    @Override
    public Format format() {
        return new Format.Sparkplug("ward", Verb.NBIRTH, Optional.empty());
    }

    @Override
    public Decoder decoder() {
        return SPARKPLUG;
    }

    @Override
    public ByteString payload(List<SaidReading> readings) {
        var payload = Payload.newBuilder().setSeq(0);
        for (SaidReading reading : readings) {
            for (Said said : reading.values()) {
                var metric = Metric.newBuilder().setName("Bed/" + said.code());
                var number = new BigDecimal(said.number());
                if (number.scale() > 0) {
                    metric.setDatatype(10).setDoubleValue(number.doubleValue());
                } else {
                    metric.setDatatype(4).setLongValue(number.longValueExact());
                }
                if (!said.unit().isEmpty()) {
                    metric.setProperties(PropertySet.newBuilder()
                            .addKeys("engUnit")
                            .addValues(PropertyValue.newBuilder().setType(12).setStringValue(said.unit())));
                }
                reading.time().ifPresent(time -> metric.setTimestamp(time.toEpochMilli()));
                payload.addMetrics(metric);
            }
        }
        return payload.build().toByteString();
    }

    /** A float has no trailing zeros to keep. */
    @Override
    @Test
    public void a_number_keeps_its_precision() {
        assertThat(value(new Said("temperature", "37.0", "Cel")))
                .isEqualTo(PayloadContract.quantity("temperature", "37.0", Unit.CELSIUS));
        assertThat(value(new Said("temperature", "36.6", "°C")))
                .isEqualTo(PayloadContract.quantity("temperature", "36.6", Unit.CELSIUS));
    }

    /** A node has hundreds of metrics that are no vital sign. */
    @Override
    @Test
    public void an_unknown_code_is_refused_by_name() {
        assertThat(readings(SaidReading.of(new Said("hart-rate", "72", ""), new Said("spo2", "97", "%"))))
                .singleElement()
                .satisfies(reading -> assertThat(reading.values())
                        .containsExactly(PayloadContract.quantity("spo2", "97", Unit.PERCENT)));
    }

    /** So is a panel. */
    @Override
    @Test
    public void a_panel_has_no_value_of_its_own() {
        assertThat(refusal(SaidReading.of(new Said("blood-pressure", "120", "mm[Hg]")))
                        .reason())
                .isEqualTo(RejectReason.MISSING_FIELD);
    }

    /** Damage to a name makes an unknown metric, and nothing of it may break anything. */
    @Override
    @Test
    public void damage_is_refused_and_nothing_else_happens() {
        byte[] good = payload(List.of(SaidReading.of(new Said("heart-rate", "72", ""), new Said("spo2", "97", "%"))))
                .toByteArray();
        var random = new java.util.Random(11);
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            refused += decode(ByteString.copyFrom(bad, 0, 1 + random.nextInt(bad.length))) instanceof Decoded.Refused
                    ? 1
                    : 0;
        }
        assertThat(refused).isGreaterThan(1500);
    }
}
