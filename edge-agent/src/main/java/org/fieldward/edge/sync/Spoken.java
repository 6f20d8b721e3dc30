package org.fieldward.edge.sync;

import java.util.List;
import java.util.Optional;
import org.fieldward.edge.buffer.ReadingBuffer;
import org.fieldward.edge.buffer.ReadingBuffer.Slice;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * What a core of this protocol version understands. What it would set aside as unreadable, with all that came in the same
 * batch, waits in the buffer until it is updated.
 */
record Spoken(int protocol) {

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
        if (hasGaps() || slice.lane().compareTo(Lane.EVENT) > 0) {
            // Gaps are events, and lanes of their own were left out before.
            return SequenceSet.EMPTY;
        }
        List<SequenceRange> unknown = BatchCodec.decode(slice.content().toByteArray()).stream()
                .filter(record -> BatchCodec.version(record.entry()) > protocol)
                .map(record -> SequenceRange.of(record.sequence()))
                .toList();
        return SequenceSet.of(unknown);
    }
}
