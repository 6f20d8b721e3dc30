package org.fieldward.installer.campaign;

/** What befalls the product in a round. */
enum Fault {
    KILL_GATEWAY("SIGKILL gateway"),
    KILL_CORE("SIGKILL core"),
    KILL_POSTGRESQL("SIGKILL PostgreSQL"),
    CUT("link cut"),
    HALF_OPEN("link half-open"),
    SLOW("600 ms, 50 kbit/s"),
    PAUSE_GATEWAY("SIGSTOP gateway"),
    PAUSE_CORE("SIGSTOP core"),
    POWER_CUT("power cut of gateway", true),
    DISK_FULL("gateway's disk full", true);

    private final String words;
    private final boolean needsDisk;

    Fault(String words) {
        this(words, false);
    }

    Fault(String words, boolean needsDisk) {
        this.words = words;
        this.needsDisk = needsDisk;
    }

    /** Whether the gateway must have a disk of its own for it, which only root can make. */
    boolean needsDisk() {
        return needsDisk;
    }

    @Override
    public String toString() {
        return words;
    }
}
