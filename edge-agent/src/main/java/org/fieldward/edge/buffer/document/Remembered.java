package org.fieldward.edge.buffer.document;

import java.time.Instant;
import org.fieldward.proto.reading.Document;

/**
 * A document without its content.
 *
 * @param sequence its number at this gateway
 * @param recordedAt by the gateway's clock
 * @param detail why the core refused it, empty where it did not
 */
public record Remembered(
        long sequence,
        Instant recordedAt,
        Document.Purpose purpose,
        String id,
        String recorder,
        String kind,
        State state,
        String detail) {

    /** Where it is. The number is on disk. */
    public enum State {
        /** Stored here, and the core has not confirmed it. */
        KEPT(0),
        /** The core has it and has not said what became of it. */
        ARRIVED(1),
        /** It took effect at the core. */
        TAKEN(2),
        /** It waits at the core, for the reason in the detail. */
        REFUSED(3);

        private final int number;

        State(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }

        public static State of(int number) {
            for (State state : values()) {
                if (state.number == number) {
                    return state;
                }
            }
            throw new IllegalArgumentException("state of a document must be 0 to 3, was " + number);
        }
    }

    /** Without its names: they may be a patient's. */
    @Override
    public String toString() {
        return "document " + sequence + " " + state;
    }
}
