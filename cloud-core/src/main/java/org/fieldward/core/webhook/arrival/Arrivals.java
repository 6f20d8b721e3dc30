package org.fieldward.core.webhook.arrival;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.chart.Desk;

/** Messages as they came. Thread-safe. */
public interface Arrivals {

    /**
     * What names a message. The same bytes under the same control id are the same message; other bytes are another one,
     * since some senders begin to count anew.
     *
     * @param digest SHA-256 of what the message says, without the time at which it was sent
     * @param signature counts once; of a signed request only
     */
    record Name(
            String source,
            String facility,
            Optional<String> controlId,
            ByteString digest,
            Optional<String> signature) {}

    /** What became of a claim. */
    sealed interface Claim {

        /** @param number it is ours to apply now, or to apply again */
        record Ours(long number) implements Claim {}

        record Repeated(Arrival before) implements Claim {}

        /** The signature was used before. */
        record Replayed() implements Claim {}
    }

    /**
     * Whether this message came not long ago, as far as is known without asking the store. Such are not shared with others:
     * where one of a group was there before, all of the group begin again.
     */
    boolean isAgain(Name name);

    /**
     * Stores the bytes in the desk's transaction, unless they are there; whoever brings the same waits for it to end. Where
     * several works share the transaction it is taken for new, and if it is not, each is done again in one of its own.
     */
    Claim claim(Desk desk, Name name, String kind, ByteString bytes, Instant now);

    /** In the desk's transaction: what it says is applied, and this was the answer. */
    void applied(Desk desk, long number, int status, String answer, Instant now);

    /** Stores the bytes with the reason, durably; one that is there is told the reason anew. */
    Claim quarantine(Name name, String kind, ByteString bytes, Reason reason, Instant now);

    /** @param status of the answer */
    record Reason(String place, String rule, int status) {}

    /** The number to go on behind, the newest first. */
    List<Arrival> list(Optional<Arrival.State> state, Optional<Long> before, int limit);

    Optional<Arrival> find(long number);

    /** As {@link #find}, and nobody else tries it until the desk's transaction ends. */
    Optional<Arrival> take(Desk desk, long number);

    /** Says again why it waits. */
    void stillQuarantined(long number, Reason reason, Instant now);

    /** Drops signatures that are too old to be believed anyway. */
    void forgetSignatures(Instant before);
}
