package org.fieldward.edge.decode;

import static org.fieldward.edge.fuzz.Check.that;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.fieldward.edge.decode.Decoded.Readings;
import org.fieldward.edge.decode.Decoded.Refused;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Entry;

/** What holds of every payload, whatever its format and whatever is in it. */
public final class Judged {

    public static final DeviceId DEVICE = new DeviceId("monitor-07");

    /** More characters than a reason string needs, and so few that it fits every packet. */
    private static final int MAX_DETAIL = 600;

    private Judged() {}

    public static Supplier<Arrival> arrivals() {
        var count = new int[1];
        return () -> new Arrival(
                Instant.parse("2026-03-01T08:15:30Z").plusNanos(1000L * count[0]++), 5, 7, ClockState.SYNCHRONISED);
    }

    public static void decode(Decoder decoder, Format format, byte[] payload) {
        switch (decoder.decode(format, DEVICE, ByteString.copyFrom(payload), arrivals())) {
            case Readings readings -> {
                that(!readings.entries().isEmpty(), "a payload that is accepted holds a reading");
                entries(readings.entries());
                readings.rest().ifPresent(Judged::refused);
            }
            case Refused refused -> refused(refused);
        }
    }

    public static void refused(Refused refused) {
        String detail = refused.detail();
        that(!detail.isEmpty() && detail.length() <= MAX_DETAIL, "a refusal is said in few words");
        that(
                detail.chars().noneMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c)),
                "a refusal can be shown");
    }

    /** They travel unchanged. */
    public static void entries(List<? extends Entry> entries) {
        that(entries.size() <= Decoder.MAX_READINGS, "a payload holds so many readings at most");
        if (entries.isEmpty()) {
            return;
        }
        var records = new ArrayList<Sequenced>();
        entries.forEach(entry -> records.add(new Sequenced(records.size() + 1L, entry)));
        that(BatchCodec.decode(BatchCodec.encode(records)).equals(records), "readings travel unchanged");
    }
}
