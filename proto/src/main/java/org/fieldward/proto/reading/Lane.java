package org.fieldward.proto.reading;

/** How urgent a record is. Ordered: an earlier lane goes first. The number is on the wire and never changes. */
public enum Lane {
    ALARM(1),
    EVENT(2),
    VITAL(3),
    TREND(4),
    WAVEFORM(5);

    private final int number;

    Lane(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    public static Lane of(int number) {
        for (Lane lane : values()) {
            if (lane.number == number) {
                return lane;
            }
        }
        throw new IllegalArgumentException("lane must be 1 to 5, was " + number);
    }
}
