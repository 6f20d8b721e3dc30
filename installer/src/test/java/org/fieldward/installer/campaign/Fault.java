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
    CLONE("gateway's card cloned"),
    POWER_CUT("power cut of gateway", Need.DISK),
    DISK_FULL("gateway's disk full", Need.DISK),
    SYNC_FAILS_GATEWAY("gateway's syncs fail", Need.MISCHIEF),
    SYNC_FAILS_CORE("PostgreSQL's syncs fail", Need.MISCHIEF),
    CLOCK_GATEWAY("gateway's clock jumps", Need.MISCHIEF),
    CLOCK_CORE("core's clock jumps", Need.MISCHIEF);

    /** What the site must have for it. */
    enum Need {
        NOTHING,
        /** A disk of the gateway's own, which only root can make. */
        DISK,
        /** A library in the parts, which only a C compiler can make. */
        MISCHIEF
    }

    private final String words;
    private final Need need;

    Fault(String words) {
        this(words, Need.NOTHING);
    }

    Fault(String words, Need need) {
        this.words = words;
        this.need = need;
    }

    Need need() {
        return need;
    }

    @Override
    public String toString() {
        return words;
    }
}
