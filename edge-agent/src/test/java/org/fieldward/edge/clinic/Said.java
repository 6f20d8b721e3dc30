package org.fieldward.edge.clinic;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Value;

/** What devices say in tests; seconds count from the gateway's start. */
public final class Said {

    public static final DeviceId BED = new DeviceId("bed-1");
    public static final Instant START = Instant.parse("2026-11-21T08:00:00Z");

    private Said() {}

    public static Now now(double second) {
        long millis = Math.round(second * 1000);
        return new Now(START.plusMillis(millis), millis);
    }

    static Stamp stamp(double second) {
        return new Stamp(Optional.empty(), now(second).at(), now(second).tickMillis(), 7, ClockState.SYNCHRONISED);
    }

    /** @param measured what the device's clock says, in seconds from the gateway's start */
    static Stamp stamp(double second, double measured) {
        return new Stamp(
                Optional.of(START.plus(Duration.ofMillis(Math.round(measured * 1000)))),
                now(second).at(),
                now(second).tickMillis(),
                7,
                ClockState.SYNCHRONISED);
    }

    public static Value value(String parameter, String number) {
        Parameter known = Catalogue.standard().key(parameter);
        return new Value.Quantity(known, new BigDecimal(number), known.unit().orElseThrow());
    }

    public static Value off(String parameter) {
        return new Value.Absent(Catalogue.standard().key(parameter), AbsentReason.NOT_PERFORMED);
    }

    static Reading reading(Stamp stamp, Value... values) {
        return new Reading(BED, stamp, List.of(values));
    }

    static DeviceStatus status(double second, DeviceStatus.Status status) {
        return new DeviceStatus(BED, stamp(second), status);
    }

    static List<Sequenced> stored(Entry... entries) {
        return List.of(entries).stream().map(entry -> new Sequenced(1, entry)).toList();
    }
}
