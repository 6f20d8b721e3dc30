package org.fieldward.simulator.siege;

/** How one client behaves on one connection. Pure; used by one thread. */
interface Manner {

    byte[] NOTHING = {};

    /** How far a client has to come before the siege counts as laid. */
    enum Arrival {
        /** There is a TCP connection; it says more without waiting for an answer. */
        CONNECTED,
        /** There was a CONNACK, whatever it said. */
        ANSWERED,
        WELCOMED
    }

    /** What it says as soon as it is connected. */
    byte[] opening();

    /**
     * What it says next, once everything before is with the operating system; empty for nothing now.
     *
     * @param sinceOpened nanoseconds
     */
    default byte[] more(long sinceOpened) {
        return NOTHING;
    }

    /** So many bytes came after the CONNACK. */
    default void heard(int bytes) {}

    /** When it has got where it wants. */
    default Arrival arrival() {
        return Arrival.WELCOMED;
    }

    /** Whether it ever takes a byte from its socket. */
    default boolean reads() {
        return true;
    }
}
