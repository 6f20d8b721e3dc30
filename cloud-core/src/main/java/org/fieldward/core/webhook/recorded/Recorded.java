package org.fieldward.core.webhook.recorded;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Optional;
import org.fieldward.proto.reading.Document.Purpose;

/**
 * A document of a gateway, and what became of it.
 *
 * @param number the core's own name for it; 0 before it has one
 * @param facility the gateway's
 * @param recorder who told the gateway
 * @param content as it came; empty where another table keeps it
 * @param recordedAt as well as anybody knows
 * @param detail why it was refused: element and rule, never what it says
 * @param result number of the clinical event, or of the arrival
 */
public record Recorded(
        long number,
        Origin origin,
        Purpose purpose,
        String id,
        String recorder,
        String kind,
        String mediaType,
        String facility,
        ByteString content,
        Instant recordedAt,
        Instant arrivedAt,
        State state,
        String detail,
        Optional<Long> result,
        int attempts) {

    /** Names it for ever. */
    public record Origin(String gateway, long epoch, long sequence) {}

    /** Names are an API. */
    public enum State {
        TAKEN,
        REFUSED
    }

    /** Unique within it is the sender's name of an event. */
    String source() {
        return origin.gateway() + "/" + recorder;
    }

    Recorded settled(Ruling ruling) {
        return new Recorded(
                number,
                origin,
                purpose,
                id,
                recorder,
                kind,
                mediaType,
                facility,
                ruling.keeps() ? content : ByteString.EMPTY,
                recordedAt,
                arrivedAt,
                ruling.taken() ? State.TAKEN : State.REFUSED,
                ruling.detail(),
                ruling.result(),
                attempts);
    }

    /** Without content and names: they are a patient's. */
    @Override
    public String toString() {
        return "document " + origin.sequence() + " of " + origin.gateway();
    }
}
