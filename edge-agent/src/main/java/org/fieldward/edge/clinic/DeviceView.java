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
     * @param correctionMillis by what its times are put right, 0 if it is believed
     * @param unsteady it jumps to and fro, so that it is believed as it is
     */
    public record Offset(long medianMillis, long spreadMillis, int samples, long correctionMillis, boolean unsteady) {}

    /**
     * @param measuredAt as the reading says it, put right where its device is
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

    /** The same, its clock known to jump to and fro. */
    public DeviceView unsteady() {
        Optional<Offset> jumping =
                clock.map(one -> new Offset(one.medianMillis(), one.spreadMillis(), one.samples(), 0, true));
        return new DeviceView(device, state, since, lastSeen, lastSeenMillis, lastMinute, lastHour, jumping, values);
    }

    DeviceView in(State other) {
        return new DeviceView(
                device, other, Optional.empty(), lastSeen, lastSeenMillis, lastMinute, lastHour, clock, values);
    }
}
