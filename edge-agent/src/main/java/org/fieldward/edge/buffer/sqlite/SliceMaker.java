package org.fieldward.edge.buffer.sqlite;

import com.google.protobuf.ByteString;
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
import org.fieldward.proto.reading.Waveform;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** Collects rows until there is a batch of them; a single whole row is passed on without touching its content. */
final class SliceMaker {
    private final Lane lane;
    private final SequenceRange within;
    private final SequenceSet excluding;
    private final int max;
    private final List<Sequenced> records = new ArrayList<>();
    private Optional<RecordGroups.Row> whole = Optional.empty();
    private byte[] content = new byte[0];
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
                .prepareStatement(RecordGroups.COLUMNS
                        + " FROM record_group WHERE lane = ? AND last >= ? AND first <= ? ORDER BY last")) {
            query.setInt(1, lane.number());
            query.setLong(2, slice.start());
            query.setLong(3, within.last());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    long wanted = slice.wanted(rows.getLong(1), rows.getLong(2));
                    if (wanted == 0) {
                        continue;
                    }
                    RecordGroups.Row row = RecordGroups.row(rows);
                    long epoch = from.lives().of(row.last()).epoch();
                    if (!slice.hasRoomFor(wanted, row.sealed().size()) || !slice.isOf(epoch)) {
                        break;
                    }
                    try {
                        slice.add(row, RecordGroups.open(row, from.seal()));
                        slice.epoch = epoch;
                    } catch (GeneralSecurityException e) {
                        damaged.accept(row.last());
                    }
                }
            }
        }
        return slice.make();
    }

    SliceMaker(Lane lane, SequenceRange within, SequenceSet excluding, int max) {
        this.lane = lane;
        this.within = within;
        this.excluding = excluding;
        this.max = max;
    }

    /** The first sequence that may be wanted. */
    long start() {
        long start = within.first();
        for (SequenceRange hole : excluding.ranges()) {
            if (hole.contains(start)) {
                start = hole.last() + 1;
            }
        }
        return start;
    }

    /** How many records of a row are asked for. */
    long wanted(long first, long last) {
        long from = Math.max(first, within.first());
        long to = Math.min(last, within.last());
        return from > to
                ? 0
                : SequenceSet.of(new SequenceRange(from, to)).minus(excluding).size();
    }

    /** A batch has one epoch. */
    private boolean isOf(long other) {
        return count == 0 || epoch == other;
    }

    /** Rows are cut only if one alone is too much: what is sent whole is confirmed and deleted whole. */
    boolean hasRoomFor(long wanted, int rowBytes) {
        return count == 0
                || (count + wanted <= max
                        && (lane != Lane.EVENT || bytes + rowBytes <= RecordGroups.MAX_DOCUMENT_BYTES)
                        && (lane != Lane.WAVEFORM
                                || (bytes + rowBytes <= RecordGroups.MAX_WAVEFORM_BYTES
                                        && samples + RecordGroups.MAX_ROW_SAMPLES <= RecordGroups.MAX_BATCH_SAMPLES)));
    }

    void add(RecordGroups.Row row, byte[] opened) {
        oldest = Math.min(oldest, row.receivedMicros());
        bytes += row.sealed().size();
        long size = row.last() - row.first() + 1;
        if (count == 0
                && size >= RecordGroups.COMPRESSED_FROM
                && size <= max
                && wanted(row.first(), row.last()) == size) {
            whole = Optional.of(row);
            content = opened;
            count = size;
            return;
        }
        if (whole.isPresent()) {
            BatchCodec.decode(content).forEach(this::take);
            whole = Optional.empty();
        }
        BatchCodec.decode(opened).stream()
                .filter(record -> within.contains(record.sequence()) && !excluding.contains(record.sequence()))
                .limit(max - records.size())
                .forEach(this::take);
        count = records.size();
    }

    private void take(Sequenced record) {
        records.add(record);
        samples += record.entry() instanceof Waveform block ? block.samples().size() : 0;
    }

    Optional<Slice> make() {
        if (count == 0) {
            return Optional.empty();
        }
        Instant since = RecordGroups.instant(oldest);
        if (whole.isPresent()) {
            var range = new SequenceRange(whole.get().first(), whole.get().last());
            return Optional.of(new Slice(lane, epoch, SequenceSet.of(range), since, ByteString.copyFrom(content)));
        }
        var sequences = SequenceSet.of(records.stream()
                .map(record -> SequenceRange.of(record.sequence()))
                .toList());
        return Optional.of(new Slice(lane, epoch, sequences, since, ByteString.copyFrom(BatchCodec.encode(records))));
    }
}
