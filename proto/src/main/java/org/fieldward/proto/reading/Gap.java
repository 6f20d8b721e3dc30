package org.fieldward.proto.reading;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What is not there, or not as it was measured: records of one device and lane that the gateway had to give up or turn away, so that nobody takes
 * their absence for calm.
 *
 * @param stamp when the gateway made this record, which may be long after the loss
 * @param lost the lane of the lost records
 * @param from when the earliest of them was measured, in whole microseconds
 * @param to when the latest of them was measured, a waveform's last sample included; not before {@code from}
 * @param count how many records, at least 1
 */
public record Gap(DeviceId device, Stamp stamp, Lane lost, Instant from, Instant to, long count, Reason reason)
        implements Entry {

    /** Stands for the device where it is not known, or where too many lost something to tell them apart. */
    public static final DeviceId UNNAMED = new DeviceId("unnamed");

    /** A closed set. The number is on the wire and in stored records. */
    public enum Reason {
        /** Given up to make room: every second stretch of an older waveform. */
        THINNED(1),
        /** Given up to make room: the oldest that was left. */
        EVICTED(2),
        /** There was no room. The device was told so and may have sent it again: then it counts here once per attempt. */
        REFUSED(3),
        /** Its bytes on disk are not those that were written. They are kept apart. */
        DAMAGED(4),
        /** Still there, but only its lowest and highest of each second: the rest was given up to make room. */
        SUMMARISED(5);

        private final int number;

        Reason(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }

        /** Whether the records themselves are gone. */
        public boolean isMissing() {
            return this != SUMMARISED;
        }

        public static Reason of(int number) {
            for (Reason reason : values()) {
                if (reason.number == number) {
                    return reason;
                }
            }
            throw new IllegalArgumentException("reason of a gap must be 1 to 5, was " + number);
        }
    }

    public Gap {
        from = from.truncatedTo(ChronoUnit.MICROS);
        to = to.truncatedTo(ChronoUnit.MICROS);
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("to must not be before from");
        }
        if (count < 1) {
            throw new IllegalArgumentException("count must be at least 1, was " + count);
        }
    }

    @Override
    public Lane lane() {
        return Lane.EVENT;
    }
}
