package org.fieldward.core.distribution.outbox;

import java.util.Locale;

/**
 * A receiver as it stands in the database.
 *
 * @param number the database's own
 * @param name the Subscription's id, or the target's number
 * @param reason why it is in error, without content
 * @param definition in the form of its kind
 * @param revision counts up with every change of definition or state
 * @param heeded the number in the chart of the newest version that was heeded; 0 for a target
 * @param told whether the resource says what stands here
 * @param events how many there were
 */
public record Entry(
        int number,
        Kind kind,
        String name,
        State state,
        String reason,
        String definition,
        long revision,
        long heeded,
        boolean told,
        long events) {

    /** Names are kept in the database. */
    public enum Kind {
        SUBSCRIPTION,
        TARGET;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /** As FHIR has them (https://hl7.org/fhir/R4/valueset-subscription-status.html). Only OFF has no events. */
    public enum State {
        /** It must take a handshake first. */
        REQUESTED,
        ACTIVE,
        /** Given up until somebody sets it going again. */
        ERROR,
        OFF;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /** The definition holds an address and may hold secrets. */
    @Override
    public String toString() {
        return kind.text() + " " + name + " " + state.text() + " " + events;
    }
}
