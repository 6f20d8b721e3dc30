package org.fieldward.proto.reading;

import java.time.Duration;
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
 * @param correction what must be added to {@code deviceTime} to put it right, in whole milliseconds; zero where the
 *     device is believed, and at most 300 years
 */
public record Stamp(
        Optional<Instant> deviceTime,
        Instant receivedAt,
        long tickMillis,
        long boot,
        ClockState clock,
        Duration correction) {

    /** A clock that began in 1900, read as if it had begun in 2036, is 136 years off. */
    public static final Duration MAX_CORRECTION = Duration.ofDays(300 * 366L);

    public Stamp {
        deviceTime = deviceTime.map(time -> time.truncatedTo(ChronoUnit.MICROS));
        receivedAt = receivedAt.truncatedTo(ChronoUnit.MICROS);
        if (tickMillis < 0) {
            throw new IllegalArgumentException("tickMillis must not be negative, was " + tickMillis);
        }
        if (!correction.isZero() && deviceTime.isEmpty()) {
            throw new IllegalArgumentException("correction must be zero without a device time");
        }
        if (correction.abs().compareTo(MAX_CORRECTION) > 0 || correction.getNano() % 1_000_000 != 0) {
            throw new IllegalArgumentException(
                    "correction must be whole milliseconds, at most " + MAX_CORRECTION.toDays() + " days");
        }
    }

    /** Of a device that is believed. */
    public Stamp(Optional<Instant> deviceTime, Instant receivedAt, long tickMillis, long boot, ClockState clock) {
        this(deviceTime, receivedAt, tickMillis, boot, clock, Duration.ZERO);
    }

    /** The same with another time of arrival. */
    public Stamp receivedAt(Instant arrival) {
        return new Stamp(deviceTime, arrival, tickMillis, boot, clock, correction);
    }

    /** The same, its device put right; unchanged where the device gave no time. */
    public Stamp corrected(Duration by) {
        return deviceTime.isEmpty() ? this : new Stamp(deviceTime, receivedAt, tickMillis, boot, clock, by);
    }

    /** When it was measured, as well as anybody knows: the device's time put right, else the time of arrival. */
    public Instant measuredAt() {
        return deviceTime.map(time -> time.plus(correction)).orElse(receivedAt);
    }
}
