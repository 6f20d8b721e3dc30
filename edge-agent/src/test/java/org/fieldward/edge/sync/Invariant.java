package org.fieldward.edge.sync;

/** What must hold in every simulated story, whatever befalls gateway, link and core. */
enum Invariant {
    /** Epoch and sequence name one record for ever, whatever file it is in, and a file gives each sequence once. */
    SEQUENCE_GIVEN_ONCE,
    /** The gateway forgets a record only when the core's journal durably holds it. */
    FORGETS_ONLY_WHAT_IS_HELD,
    /** What the core holds under an epoch and sequence is what the device was acknowledged for. */
    SAME_CONTENT,
    /** Within a session a record goes out once. */
    SENT_ONCE_A_SESSION,
    /** No reading goes out while an alarm waits. */
    ALARMS_FIRST,
    /** A core that is gone or sick is not called again and again. */
    CALLS_SPACED,
    /** No record's result is there twice. */
    APPLIED_ONCE,
    /** Results are made in the journal's order. */
    APPLIED_IN_ORDER,
    /** When all is well again, the gateway's backlog ends. */
    BACKLOG_DRAINS,
    /** In the end every acknowledged record is in the journal and has its result. */
    EVERYTHING_ARRIVES;

    /** Fails the story if it does not hold. */
    void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new Broken(this, otherwise);
        }
    }

    /** Ends a story; carries which invariant did not hold. */
    static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final Invariant invariant;
        private final String what;

        Broken(Invariant invariant, String what) {
            super(invariant + ": " + what);
            this.invariant = invariant;
            this.what = what;
        }

        Invariant invariant() {
            return invariant;
        }

        String what() {
            return what;
        }
    }
}
