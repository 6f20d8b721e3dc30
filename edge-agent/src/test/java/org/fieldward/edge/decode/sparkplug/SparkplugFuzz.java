package org.fieldward.edge.decode.sparkplug;

import static org.fieldward.edge.fuzz.Check.that;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.decode.Format.Sparkplug.Verb;
import org.fieldward.edge.decode.Judged;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.fuzz.Dice;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.sparkplug.Metric;
import org.fieldward.proto.sparkplug.Payload;
import org.fieldward.proto.sparkplug.PropertySet;
import org.fieldward.proto.sparkplug.PropertyValue;

/** What a node says one message after the other: births that define, data that refers to them, deaths, and bytes. */
public final class SparkplugFuzz {

    private static final Normaliser NORMALISER = new Normaliser(Catalogue.standard());
    private static final int MAX_MESSAGES = 200;
    private static final List<String> NAMES = List.of(
            "heart-rate",
            "ECG/heart-rate",
            "temperature",
            "weight",
            "151708",
            "bdSeq",
            "Properties/weight",
            "fan",
            "",
            "\u0000");
    private static final List<String> DEVICES = List.of("pump", "a.b", "", "x\u0000", "fan");
    private static final List<String> UNITS = List.of("bpm", "degC", "kg", "%", "\u0001");

    private SparkplugFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        var dice = new Dice(data);
        var sparkplug = new Sparkplug(NORMALISER);
        for (int i = 0; i < MAX_MESSAGES && !dice.isEmpty(); i++) {
            Verb verb = Verb.values()[dice.below(Verb.values().length)];
            var topic = new Format.Sparkplug(
                    "ward", verb, verb.name().startsWith("D") ? Optional.of(dice.one(DEVICES)) : Optional.empty());
            ByteString payload = dice.below(8) == 0 ? ByteString.copyFrom(dice.take(dice.octet())) : payload(dice);
            judge(sparkplug.hear(Judged.DEVICE, topic, payload, Judged.arrivals()));
            if (dice.below(16) == 1) {
                var status = dice.flag() ? DeviceStatus.Status.ONLINE : DeviceStatus.Status.LOST;
                List<DeviceStatus> behind = sparkplug.connection(
                        new DeviceStatus(Judged.DEVICE, Judged.arrivals().get().stamp(Optional.empty()), status));
                that(behind.size() <= SparkplugNode.MAX_DEVICES, "a node has so many devices at most");
            }
        }
    }

    private static void judge(Heard heard) {
        heard.refused().ifPresent(Judged::refused);
        Judged.entries(heard.readings());
        Judged.entries(heard.statuses());
        that(heard.statuses().size() <= SparkplugNode.MAX_DEVICES + 1, "each status is told once");
        heard.request()
                .ifPresent(request -> that(
                        request.topic().equals("spBv1.0/ward/NCMD/" + Judged.DEVICE), "a request is for the node"));
    }

    private static ByteString payload(Dice dice) {
        var payload = Payload.newBuilder().setSeq(dice.below(4));
        if (dice.flag()) {
            payload.setTimestamp(1_772_352_930_000L + dice.octet());
        }
        for (int left = dice.below(5); left > 0; left--) {
            payload.addMetrics(metric(dice));
        }
        return payload.build().toByteString();
    }

    private static Metric metric(Dice dice) {
        var metric = Metric.newBuilder();
        int shape = dice.octet();
        if ((shape & 1) == 0) {
            metric.setName(dice.one(NAMES));
        }
        if ((shape & 2) != 0) {
            metric.setAlias(dice.below(4));
        }
        if ((shape & 4) != 0) {
            metric.setDatatype(dice.below(20));
        }
        if ((shape & 8) != 0) {
            metric.setTimestamp(dice.octet() * 0x0101_0101_0101_01L);
        }
        if ((shape & 16) != 0) {
            metric.setProperties(PropertySet.newBuilder()
                    .addKeys("engUnit")
                    .addValues(PropertyValue.newBuilder().setStringValue(dice.one(UNITS)))
                    .addKeys("Quality")
                    .addValues(PropertyValue.newBuilder().setIntValue(dice.octet() * 3)));
        }
        switch (dice.below(8)) {
            case 0, 1 -> metric.setIntValue(dice.octet());
            case 2 -> metric.setLongValue(dice.twoOctets() * 0x0001_0001_0001_0001L);
            case 3 -> metric.setFloatValue(Float.intBitsToFloat(dice.twoOctets() << 16));
            case 4 -> metric.setDoubleValue(Double.longBitsToDouble((long) dice.twoOctets() << 48));
            case 5 -> metric.setIsNull(true);
            case 6 -> metric.setStringValue("x");
            default -> {}
        }
        return metric.build();
    }
}
