package org.fieldward.proto.reading;

/** How far the gateway's clock could be trusted when it stamped a record. The number is on the wire. */
public enum ClockState {
    /** Set by NTP or by the core since boot. */
    SYNCHRONISED(1),
    /** Plausible, but nobody has confirmed it since boot. */
    UNCONFIRMED(2),
    /** Before the software was built: it cannot be right. */
    IMPLAUSIBLE(3);

    private final int number;

    ClockState(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    public static ClockState of(int number) {
        for (ClockState state : values()) {
            if (state.number == number) {
                return state;
            }
        }
        throw new IllegalArgumentException("clock state must be 1 to 3, was " + number);
    }
}
