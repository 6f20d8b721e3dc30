package org.fieldward.proto.reading;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * When something happened, by every clock that saw it. All instants are in whole microseconds.
 *
 * @param deviceTime what the device's own clock said, if it has one
 * @param receivedAt the gateway's wall clock at arrival; strictly grows per gateway and boot, so that two records
 *     without a device time never share an instant, unless the clock was put back by more than a second
 * @param tickMillis the gateway's monotonic clock at arrival; comparable only within one boot
 * @param boot random per start of the gateway's agent
 * @param clock how far {@code receivedAt} could be trusted
 */
public record Stamp(Optional<Instant> deviceTime, Instant receivedAt, long tickMillis, long boot, ClockState clock) {

    public Stamp {
        deviceTime = deviceTime.map(time -> time.truncatedTo(ChronoUnit.MICROS));
        receivedAt = receivedAt.truncatedTo(ChronoUnit.MICROS);
        if (tickMillis < 0) {
            throw new IllegalArgumentException("tickMillis must not be negative, was " + tickMillis);
        }
    }

    /** The same with another time of arrival. */
    public Stamp receivedAt(Instant arrival) {
        return new Stamp(deviceTime, arrival, tickMillis, boot, clock);
    }

    /** When it was measured, as well as anybody knows: the device's time, else the time of arrival. */
    public Instant measuredAt() {
        return deviceTime.orElse(receivedAt);
    }
}
