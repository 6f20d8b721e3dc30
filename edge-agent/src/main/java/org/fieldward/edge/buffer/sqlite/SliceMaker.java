package org.fieldward.edge.buffer.sqlite;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.fieldward.edge.buffer.Lives;
import org.fieldward.edge.buffer.ReadingBuffer.Slice;
import org.fieldward.edge.seal.Seal;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Waveform;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * Collects rows until there is a batch of them. Whole rows go over without an object for each record, and a single one
 * that is large enough without touching its content.
 */
final class SliceMaker {
    private final Lane lane;
    private final SequenceRange within;
    private final SequenceSet excluding;
    private final int max;
    private final List<byte[]> batches = new ArrayList<>();
    private final List<Sequenced> blocks = new ArrayList<>();
    private Optional<SequenceRange> whole = Optional.empty();
    private long count;
    private long epoch;
    private long bytes;
    private long samples;
    private long oldest = Long.MAX_VALUE;

    /** A buffer's file. */
    record Source(Connection connection, Lives lives, Seal seal) {}

    /** @param damaged gets the last sequence of each row that does not open; it is passed over */
    static Optional<Slice> read(
            Source from, Lane lane, SequenceRange within, SequenceSet excluding, int max, LongConsumer damaged)
            throws SQLException {
        var slice = new SliceMaker(lane, within, excluding, max);
        try (PreparedStatement query = from.connection()
                .prepareStatement("SELECT first, last, received_micros, content, epoch FROM record_group"
                        + " WHERE lane = ? AND last >= ? AND first <= ? ORDER BY last")) {
            query.setInt(1, lane.number());
            query.setLong(2, slice.start());
            query.setLong(3, within.last());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    long first = rows.getLong(1);
                    long last = rows.getLong(2);
                    long wanted = slice.wanted(first, last);
                    if (wanted == 0) {
                        continue;
                    }
                    byte[] sealed = rows.getBytes(4);
                    long epoch = from.lives().of(last).epoch();
                    if (!slice.hasRoomFor(wanted, sealed.length) || !slice.isOf(epoch)) {
                        break;
                    }
                    try {
                        byte[] opened =
                                from.seal().open(sealed, RecordGroups.bound(rows.getLong(5), lane, first, last));
                        slice.add(first, last, wanted, opened);
                        slice.epoch = epoch;
                        slice.bytes += sealed.length;
                        slice.oldest = Math.min(slice.oldest, rows.getLong(3));
                    } catch (GeneralSecurityException e) {
                        damaged.accept(last);
                    }
                }
            }
        }
        return slice.make();
    }

    private SliceMaker(Lane lane, SequenceRange within, SequenceSet excluding, int max) {
        this.lane = lane;
        this.within = within;
        this.excluding = excluding;
        this.max = max;
    }

    /** The first sequence that may be wanted. */
    private long start() {
        long start = within.first();
        for (SequenceRange hole : excluding.ranges()) {
            if (hole.contains(start)) {
                start = hole.last() + 1;
            }
        }
        return start;
    }

    /** How many records of a row are asked for. */
    private long wanted(long first, long last) {
        long from = Math.max(first, within.first());
        long to = Math.min(last, within.last());
        if (from > to) {
            return 0;
        }
        long wanted = to - from + 1;
        for (SequenceRange hole : excluding.ranges()) {
            wanted -= Math.max(0, Math.min(to, hole.last()) - Math.max(from, hole.first()) + 1);
        }
        return wanted;
    }

    /** A batch has one epoch. */
    private boolean isOf(long other) {
        return count == 0 || epoch == other;
    }

    /** Rows are cut only if one alone is too much: what is sent whole is confirmed and deleted whole. */
    private boolean hasRoomFor(long wanted, int rowBytes) {
        return count == 0
                || (count + wanted <= max
                        && (lane != Lane.EVENT || bytes + rowBytes <= RecordGroups.MAX_DOCUMENT_BYTES)
                        && (lane != Lane.WAVEFORM
                                || (bytes + rowBytes <= RecordGroups.MAX_WAVEFORM_BYTES
                                        && samples + RecordGroups.MAX_ROW_SAMPLES <= RecordGroups.MAX_BATCH_SAMPLES)));
    }

    private void add(long first, long last, long wanted, byte[] opened) {
        long size = last - first + 1;
        boolean asked = wanted == size && size <= max;
        whole = count == 0 && asked && size >= RecordGroups.COMPRESSED_FROM
                ? Optional.of(new SequenceRange(first, last))
                : Optional.empty();
        if (lane == Lane.WAVEFORM && whole.isEmpty()) {
            // Of these the samples count too, and what thinning left of a row is not known before.
            batches.forEach(batch -> BatchCodec.decode(batch).forEach(this::take));
            batches.clear();
            asked(opened).forEach(this::take);
            count = blocks.size();
            return;
        }
        if (asked) {
            batches.add(opened);
            count += size;
            return;
        }
        List<Sequenced> part = asked(opened);
        if (!part.isEmpty()) {
            batches.add(BatchCodec.encodePlain(part));
            count += part.size();
        }
    }

    private List<Sequenced> asked(byte[] opened) {
        return BatchCodec.decode(opened).stream()
                .filter(record -> within.contains(record.sequence()) && !excluding.contains(record.sequence()))
                .limit(max - count)
                .toList();
    }

    private void take(Sequenced record) {
        blocks.add(record);
        samples += record.entry() instanceof Waveform block ? block.samples().size() : 0;
    }

    private Optional<Slice> make() {
        if (count == 0) {
            return Optional.empty();
        }
        Instant since = Micros.instant(oldest);
        if (whole.isPresent()) {
            ByteString content = UnsafeByteOperations.unsafeWrap(batches.getFirst());
            return Optional.of(new Slice(lane, epoch, SequenceSet.of(whole.get()), since, content));
        }
        if (!blocks.isEmpty()) {
            var sequences = SequenceSet.of(blocks.stream()
                    .map(block -> SequenceRange.of(block.sequence()))
                    .toList());
            ByteString content = UnsafeByteOperations.unsafeWrap(BatchCodec.encode(blocks));
            return Optional.of(new Slice(lane, epoch, sequences, since, content));
        }
        BatchCodec.Merged merged = BatchCodec.merge(batches);
        return Optional.of(new Slice(lane, epoch, merged.sequences(), since, merged.batch()));
    }
}
