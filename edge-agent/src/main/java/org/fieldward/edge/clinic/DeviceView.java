package org.fieldward.edge.clinic;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Value;

/**
 * One device as the gateway knows it since its start.
 *
 * @param since when it came into this state
 * @param lastSeen arrival of its last word, empty if it said none
 * @param lastSeenMillis how long ago that is
 * @param lastMinute readings that arrived in it, and {@code lastHour} likewise
 * @param values the newest of each parameter, in the order of the catalogue
 */
public record DeviceView(
        DeviceId device,
        State state,
        Optional<Instant> since,
        Optional<Instant> lastSeen,
        long lastSeenMillis,
        int lastMinute,
        int lastHour,
        Optional<Offset> clock,
        List<LastValue> values) {

    public enum State {
        ONLINE,
        /** It said goodbye. */
        OFFLINE,
        /** Its connection broke. */
        LOST,
        /** It never connected here: it comes by a broker, or only its rejected messages or alarms are known. */
        UNKNOWN
    }

    /**
     * How far its clock is from the gateway's.
     *
     * @param medianMillis positive if the device is ahead
     * @param spreadMillis nine of ten samples lie within this distance of the median
     * @param samples readings that this rests on
     */
    public record Offset(long medianMillis, long spreadMillis, int samples) {}

    /**
     * @param measuredAt as the reading says it
     * @param ageMillis since then, by the gateway's monotonic clock; a device clock that is off does not spoil it
     */
    public record LastValue(Value value, Instant measuredAt, Instant receivedAt, long ageMillis) {}

    public DeviceView {
        values = List.copyOf(values);
    }

    static DeviceView unknown(DeviceId device) {
        return new DeviceView(
                device, State.UNKNOWN, Optional.empty(), Optional.empty(), 0, 0, 0, Optional.empty(), List.of());
    }

    DeviceView in(State other) {
        return new DeviceView(
                device, other, Optional.empty(), lastSeen, lastSeenMillis, lastMinute, lastHour, clock, values);
    }
}
