package org.fieldward.simulator.siege;

/** How one client behaves on one connection. Pure; used by one thread. */
interface Manner {

    byte[] NOTHING = {};

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

    /** Whether it waits for a CONNACK: then it is in place only after that. */
    default boolean logsIn() {
        return true;
    }

    /** Whether it ever takes a byte from its socket. */
    default boolean reads() {
        return true;
    }
}
