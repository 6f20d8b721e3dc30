package org.fieldward.edge.sync;

import java.util.List;
import java.util.Optional;
import org.fieldward.edge.buffer.ReadingBuffer;
import org.fieldward.edge.buffer.ReadingBuffer.Slice;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * What a core of this protocol version understands. What it would set aside as unreadable, with all that came in the same
 * batch, waits in the buffer until it is updated.
 */
record Spoken(int protocol) {

    /** The protocol version from which on a core reads times of devices that were put right. */
    static final int FIRST_WITH_CORRECTIONS = 5;

    boolean hasGaps() {
        return protocol >= SyncDecider.FIRST_WITH_GAPS;
    }

    Optional<Slice> read(ReadingBuffer buffer, SyncAction.Send send) {
        SequenceSet excluding = send.excluding();
        while (true) {
            Optional<Slice> slice = buffer.read(send.source().lane(), send.within(), excluding, send.max());
            SequenceSet unknown = slice.map(this::unknown).orElse(SequenceSet.EMPTY);
            if (unknown.isEmpty()) {
                return slice;
            }
            excluding = excluding.plus(unknown);
        }
    }

    private SequenceSet unknown(Slice slice) {
        byte[] content = slice.content().toByteArray();
        if (BatchCodec.version(content) <= protocol) {
            return SequenceSet.EMPTY;
        }
        List<SequenceRange> unknown = BatchCodec.decode(content).stream()
                .filter(record -> BatchCodec.version(record.entry()) > protocol)
                .map(record -> SequenceRange.of(record.sequence()))
                .toList();
        return SequenceSet.of(unknown);
    }
}
