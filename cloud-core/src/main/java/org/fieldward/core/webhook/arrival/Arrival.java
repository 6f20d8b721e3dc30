package org.fieldward.core.webhook.arrival;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Optional;

/**
 * A message as it came, and what became of it.
 *
 * @param controlId the sender's own name of it
 * @param kind such as {@code ADT^A01}; empty where it could not be read
 * @param bytes as they came; none in a list, where {@code size} still says how many there are
 * @param place where it is wrong, such as {@code PID[3]-7}; of a quarantined one only
 * @param rule what must hold there
 * @param status of the answer, as HTTP has it
 * @param answer JSON, as the sender got it
 * @param attempts how often it was tried
 */
public record Arrival(
        long number,
        String source,
        String facility,
        Optional<String> controlId,
        String kind,
        State state,
        ByteString bytes,
        int size,
        Instant arrivedAt,
        Instant settledAt,
        Optional<String> place,
        Optional<String> rule,
        int status,
        String answer,
        int attempts) {

    public enum State {
        /** What it says stands in the chart. */
        APPLIED,
        /** It was refused, and waits for somebody. */
        QUARANTINED
    }

    /** Without content: it is a patient's. */
    @Override
    public String toString() {
        return "arrival " + number + " of " + source;
    }
}
