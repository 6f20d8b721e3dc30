package org.fieldward.core.webhook;

import java.util.Optional;
import org.fieldward.core.webhook.hl7.Message;

/**
 * What became of a delivery.
 *
 * @param status as HTTP has it: 200 applied, 400 unreadable, 409 used before, 422 against a rule, 503 again later
 * @param answer JSON
 * @param message of HL7 version 2 that could be read
 * @param number of the arrival; 0 where nothing was stored
 * @param repeated whether the answer is that of an earlier delivery
 * @param place where it is wrong, empty where it is not
 * @param noted whether the audit knows of it already
 */
public record Received(
        int status,
        String answer,
        Optional<Message> message,
        long number,
        boolean repeated,
        String place,
        String rule,
        boolean noted) {

    public static final int APPLIED = 200;
    public static final int UNREADABLE = 400;
    public static final int REPLAYED = 401;
    public static final int AGAINST_RULES = 422;
    public static final int BUSY = 503;

    /** The same, of which the audit knows. */
    Received withNote() {
        return new Received(status, answer, message, number, repeated, place, rule, true);
    }

    public boolean isApplied() {
        return status == APPLIED;
    }

    /** Without content: it may be a patient's. */
    @Override
    public String toString() {
        return "Received " + number + " with " + status;
    }
}
