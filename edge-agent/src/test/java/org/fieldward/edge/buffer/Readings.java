package org.fieldward.edge.buffer;

import com.google.protobuf.ByteString;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Document;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Samples;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;
import org.fieldward.proto.reading.Waveform;

/** Entries for tests, different from each other and the same in every run. */
public final class Readings {

    private static final Instant START = Instant.parse("2026-11-21T08:00:00Z");
    private static final Parameter HEART_RATE = Catalogue.standard().key("heart-rate");

    private Readings() {}

    public static Stamp stamp(long second) {
        return new Stamp(Optional.empty(), START.plusSeconds(second), second * 1000, 7, ClockState.SYNCHRONISED);
    }

    public static Reading reading(int number) {
        return new Reading(
                new DeviceId("monitor-" + number % 12),
                stamp(number),
                List.of(new Value.Quantity(HEART_RATE, BigDecimal.valueOf(600 + number % 400, 1), Unit.PER_MINUTE)));
    }

    public static List<Reading> readings(int count) {
        return IntStream.range(0, count).mapToObj(Readings::reading).toList();
    }

    public static AlarmChange alarm(int number) {
        return new AlarmChange(
                new DeviceId("monitor-1"),
                stamp(number),
                "a-" + number,
                AlarmChange.Kind.DEVICE_SILENT,
                AlarmChange.Priority.MEDIUM,
                AlarmChange.Phase.RAISED,
                Optional.empty(),
                "nothing came for 30 s");
    }

    public static AlarmChange diskAlarm(int number) {
        AlarmChange alarm = alarm(number);
        return new AlarmChange(
                alarm.device(),
                alarm.stamp(),
                alarm.alarm(),
                AlarmChange.Kind.DISK,
                alarm.priority(),
                alarm.phase(),
                alarm.parameter(),
                "the disk fills");
    }

    public static DeviceStatus status(int number) {
        return new DeviceStatus(new DeviceId("monitor-1"), stamp(number), DeviceStatus.Status.ONLINE);
    }

    /** What somebody recorded. */
    public static Document document(int number, int bytes) {
        byte[] content = new byte[bytes];
        new Random(number).nextBytes(content);
        return new Document(
                new DeviceId("gateway"),
                stamp(number),
                Document.Purpose.CLINICAL_EVENT,
                "event-" + number,
                "amy-of-the-night-shift",
                "lab_result",
                "application/json",
                ByteString.copyFrom(content));
    }

    /** A second of noise at that rate, which no format makes small. */
    public static Waveform waveform(DeviceId device, Stamp stamp, int hertz) {
        var kind = Catalogue.standard().findWaveform("ecg-ii").orElseThrow();
        return new Waveform(
                device,
                stamp,
                kind,
                new Waveform.Rate(hertz, 1_000_000),
                new Waveform.Scale(
                        new BigDecimal("0.005"), BigDecimal.ZERO, kind.unit(), Optional.empty(), Optional.empty()),
                Samples.of(new Random(stamp.tickMillis())
                        .ints(hertz, -Samples.MAX_SAMPLE, Samples.MAX_SAMPLE)
                        .toArray()));
    }

    public static Waveform waveform(int number, int hertz) {
        return waveform(new DeviceId("monitor-" + number % 12), stamp(number), hertz);
    }
}
