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
    PAUSE_CORE("SIGSTOP core");

    private final String words;

    Fault(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
