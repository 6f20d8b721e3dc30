package org.fieldward.edge.buffer;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.fieldward.edge.buffer.document.Ruling;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * An ordered, durable queue. A sequence is given once and never reused, also when the buffer was emptied
 * or restarted. Nothing is forgotten before it was confirmed, except that waveforms and then trends are given up where
 * there is no room for what matters more; that, and what is refused, is counted and told of as a gap. One thread commits; reads may come from any thread and see
 * only what is durable.
 */
public interface ReadingBuffer extends AutoCloseable {

    /** The lives of the file, the newest among them; see {@link Lives}. */
    Lives lives();

    /** The next sequence to be given out. */
    long nextSequence();

    /**
     * Returns only after everything in the group would survive a power cut; all of what was accepted, or nothing with a
     * {@link BufferException}.
     */
    Committed commit(Group group);

    /** Takes in what was found in a damaged file, durably; false if there is no room for it, and nothing was done. */
    boolean salvage(Salvaged part);

    /**
     * Up to {@code max} unconfirmed records of a lane, lowest sequence first.
     *
     * @param within only these sequences
     * @param excluding not these
     */
    Optional<Slice> read(Lane lane, SequenceRange within, SequenceSet excluding, int max);

    /** Unconfirmed records of a lane. */
    Backlog backlog(Lane lane);

    /** Whether anything waits to be confirmed; cheap. */
    boolean hasBacklog();

    /** Bytes of records kept, and bytes allowed. */
    Usage usage();

    /** How many records were given up or turned away since this buffer began, by lane and reason. */
    Map<Lane, Map<Gap.Reason, Long>> lost();

    @Override
    void close();

    /**
     * What becomes durable together.
     *
     * @param confirmed to be forgotten: repeating it is harmless, and so are sequences that were never given out
     * @param tellGaps if there, the losses that are not told of yet become entries of this stamp, unless those told of
     *     before are not confirmed yet
     * @param parts another copy of this file has used the newest epoch too: what waits of it goes under a new one
     * @param rulings of the core, to be remembered
     */
    record Group(
            List<Append> appends,
            List<Rejected> rejected,
            SequenceSet confirmed,
            List<Long> discarded,
            Optional<Stamp> tellGaps,
            boolean parts,
            List<Ruling> rulings) {
        public Group(List<Append> appends, List<Rejected> rejected, SequenceSet confirmed, List<Long> discarded) {
            this(appends, rejected, confirmed, discarded, Optional.empty(), false, List.of());
        }

        public Group {
            appends = List.copyOf(appends);
            rejected = List.copyOf(rejected);
            discarded = List.copyOf(discarded);
            rulings = List.copyOf(rulings);
        }
    }

    /**
     * All of these or none, under consecutive sequences.
     *
     * @param replays the quarantined payload that these entries came from; it is marked in the same transaction
     */
    record Append(List<? extends Entry> entries, OptionalLong replays) {
        public Append {
            entries = List.copyOf(entries);
        }
    }

    /**
     * One answer per append and per rejected payload, in their order, and every entry that was stored.
     *
     * @param forgotten false if the disk had no room even to forget: then what was confirmed or discarded is still there
     */
    record Committed(
            List<AppendResult> appends, List<AppendResult> rejected, List<Sequenced> entries, boolean forgotten) {}

    /**
     * Records to be sent, all of one life.
     *
     * @param epoch of that life
     * @param oldest arrival of the oldest of them
     * @param content as {@link org.fieldward.proto.batch.BatchCodec} writes it
     */
    record Slice(Lane lane, long epoch, SequenceSet sequences, Instant oldest, ByteString content) {}

    /** @param oldest arrival of the oldest record, empty where there is none */
    record Backlog(long records, Optional<Instant> oldest) {}

    record Usage(long bytesUsed, long bytesAllowed) {}
}
