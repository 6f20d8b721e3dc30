package org.fieldward.core.journal;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * Append-only record of what arrived from gateways, in one order for all readers. What is here counts as held by the
 * core: the gateway may forget it. Thread-safe.
 */
public interface Journal {

    /**
     * A batch as it came.
     *
     * @param covers the sequences its content holds; not empty
     * @param content in the batch format, not yet decoded
     */
    record Arrival(String gateway, long epoch, Lane lane, SequenceSet covers, ByteString content, Instant arrivedAt) {

        public Arrival {
            if (covers.isEmpty()) {
                throw new IllegalArgumentException("covers must hold at least one sequence");
            }
        }
    }

    /**
     * One arrival in its place.
     *
     * @param id ascends in the order of commit: a reader that saw this id has seen all smaller ones
     * @param fresh the sequences that no earlier entry had; the others are repetitions and must not be applied
     */
    record Entry(long id, Arrival arrival, SequenceSet fresh) {}

    /** What became of an arrival. Either way all its sequences are durable now. */
    sealed interface AppendResult {
        record Appended(long id, SequenceSet fresh) implements AppendResult {}

        /** Every sequence was there already; nothing was written. */
        record Duplicate() implements AppendResult {}
    }

    /**
     * Returns only after all of it would survive a power cut; all or none is kept. A sequence of a gateway's epoch is
     * fresh once, however often and however overlapping it is sent.
     *
     * @throws JournalException if the store failed; nothing may be confirmed then
     */
    List<AppendResult> append(List<Arrival> arrivals);

    /** What is held of one life of a gateway's buffer. */
    SequenceSet covered(String gateway, long epoch);

    /**
     * Remembers what a gateway's buffer file says of its lives, before anything of it is taken. True if another copy of the
     * file has spoken; nothing of either is lost or doubled, since no two copies share a life.
     */
    boolean hear(String gateway, Line line, Instant now);

    /** The entries behind {@code id}, oldest first, at most {@code limit} and at least one if there is one. */
    List<Entry> after(long id, int limit);

    /** The same of one lane only. */
    List<Entry> after(long id, Lane lane, int limit);

    /** Keeps bytes that cannot become an arrival; the same bytes again are kept once. */
    void setAside(String gateway, ByteString content, String reason, Instant arrivedAt);
}
