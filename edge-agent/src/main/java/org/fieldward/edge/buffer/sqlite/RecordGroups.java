package org.fieldward.edge.buffer.sqlite;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.buffer.quota.LaneBytes;
import org.fieldward.edge.buffer.quota.Loss;
import org.fieldward.edge.seal.Seal;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Document;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Waveform;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** The rows of records: each a sealed run of consecutive sequences of one lane. For the writer's connection only. */
final class RecordGroups implements AutoCloseable {

    static final String COLUMNS = "SELECT first, last, lane, received_micros, content, epoch";

    /** What one row costs beside its content. */
    static final int ROW_BYTES = 64;

    /** Rows become batches as they are, so a row is no larger than a batch. */
    static final int MAX_ROW_RECORDS = 1000;

    /**
     * Of waveforms, in a row and in a batch: nothing urgent should wait long behind one on a slow link. More than the
     * largest block needs, so that every block fits.
     */
    static final int MAX_WAVEFORM_BYTES = 64 << 10;

    /** Of documents, likewise; a larger one stands alone. */
    static final int MAX_DOCUMENT_BYTES = 256 << 10;

    /** More than a record costs on disk before it is compressed with its neighbours. */
    private static final int ESTIMATED_ENTRY_BYTES = 64;

    private static final int ESTIMATED_SAMPLE_BYTES = 2;

    /** Of one row: that many are reckoned as {@link #MAX_WAVEFORM_BYTES}. */
    static final int MAX_ROW_SAMPLES = MAX_WAVEFORM_BYTES / ESTIMATED_SAMPLE_BYTES;

    /** Of a batch: a flat line costs next to nothing on disk, and a batch with too many samples is refused. */
    static final int MAX_BATCH_SAMPLES = 1_000_000;

    static final int COMPRESSED_FROM = 64;

    private final Seal seal;
    private final long epoch;
    private final PreparedStatement insert;
    private final PreparedStatement sizes;
    private final PreparedStatement delete;
    private final PreparedStatement straddling;
    private final PreparedStatement one;
    private final PreparedStatement deleteOne;
    private final PreparedStatement keepApart;

    RecordGroups(Connection connection, Seal seal, long epoch) throws SQLException {
        this.seal = seal;
        this.epoch = epoch;
        insert = connection.prepareStatement(
                "INSERT INTO record_group (first, last, lane, received_micros, content, epoch) VALUES (?, ?, ?, ?, ?, ?)");
        sizes = connection.prepareStatement("SELECT lane, sum(last - first + 1), sum(length(content) + " + ROW_BYTES
                + ") FROM record_group WHERE last BETWEEN ? AND ? AND first >= ? GROUP BY lane");
        delete = connection.prepareStatement("DELETE FROM record_group WHERE last BETWEEN ? AND ? AND first >= ?");
        // Rows do not overlap, so at most one hangs over either end.
        straddling = connection.prepareStatement(COLUMNS
                + " FROM record_group WHERE last IN ((SELECT min(last) FROM record_group WHERE last >= ?1),"
                + " (SELECT min(last) FROM record_group WHERE last >= ?2))"
                + " AND first <= ?2 AND (first < ?1 OR last > ?2)");
        one = connection.prepareStatement(COLUMNS + " FROM record_group WHERE last = ?");
        deleteOne = connection.prepareStatement("DELETE FROM record_group WHERE last = ?");
        keepApart = connection.prepareStatement("INSERT OR REPLACE INTO damaged_group"
                // A negative lane tells it from a row of records, should this file be salvaged one day.
                + " SELECT last, first, -lane, received_micros, content, epoch FROM record_group WHERE last = ?");
    }

    /** @param epoch under which it was sealed */
    record Row(long first, long last, Lane lane, long receivedMicros, ByteString sealed, long epoch) {}

    /** Records and bytes by lane, as they came or went. */
    static final class Change {
        final long[] records = new long[Lane.values().length];
        final LaneBytes bytes = new LaneBytes();

        void add(Lane lane, long count, long size) {
            records[lane.ordinal()] += count;
            bytes.add(lane, size);
        }

        void add(Change more) {
            for (int lane = 0; lane < records.length; lane++) {
                records[lane] += more.records[lane];
            }
            bytes.add(more.bytes);
        }
    }

    /** What an entry is counted for before it is known what it costs. */
    static int estimatedBytes(Entry entry) {
        return switch (entry) {
            case Waveform block ->
                ESTIMATED_ENTRY_BYTES + ESTIMATED_SAMPLE_BYTES * block.samples().size();
            case Document document -> ESTIMATED_ENTRY_BYTES + document.size();
            case Reading reading -> ESTIMATED_ENTRY_BYTES;
            case AlarmChange alarm -> ESTIMATED_ENTRY_BYTES;
            case DeviceStatus status -> ESTIMATED_ENTRY_BYTES;
            case Gap gap -> ESTIMATED_ENTRY_BYTES;
        };
    }

    private static int mostBytes(Entry entry) {
        return switch (entry) {
            case Waveform block -> MAX_WAVEFORM_BYTES;
            case Document document -> MAX_DOCUMENT_BYTES;
            case Reading reading -> Integer.MAX_VALUE;
            case AlarmChange alarm -> Integer.MAX_VALUE;
            case DeviceStatus status -> Integer.MAX_VALUE;
            case Gap gap -> Integer.MAX_VALUE;
        };
    }

    /** In ascending sequence; cut into rows where the lane changes, a number is missing or the row is large enough. */
    Change insert(List<Sequenced> entries) throws SQLException {
        var change = new Change();
        int from = 0;
        int bytes = 0;
        for (int i = 1; i <= entries.size(); i++) {
            bytes += estimatedBytes(entries.get(i - 1).entry());
            if (i == entries.size()
                    || i - from == MAX_ROW_RECORDS
                    || (long) bytes + estimatedBytes(entries.get(i).entry())
                            > mostBytes(entries.get(i).entry())
                    || entries.get(i).entry().lane()
                            != entries.get(from).entry().lane()
                    || entries.get(i).sequence() != entries.get(i - 1).sequence() + 1) {
                insertRow(entries.subList(from, i), change);
                from = i;
                bytes = 0;
            }
        }
        return change;
    }

    /** As it was sealed. */
    Change insert(Row row) throws SQLException {
        var change = new Change();
        insert.setLong(1, row.first());
        insert.setLong(2, row.last());
        insert.setInt(3, row.lane().number());
        insert.setLong(4, row.receivedMicros());
        insert.setBytes(5, row.sealed().toByteArray());
        insert.setLong(6, row.epoch());
        insert.executeUpdate();
        change.add(row.lane(), row.last() - row.first() + 1, row.sealed().size() + ROW_BYTES);
        return change;
    }

    private void insertRow(List<Sequenced> run, Change change) throws SQLException {
        Lane lane = run.getFirst().entry().lane();
        long first = run.getFirst().sequence();
        long last = run.getLast().sequence();
        byte[] content = seal.seal(encode(run), bound(epoch, lane, first, last));
        long received = Micros.of(run.getFirst().entry().stamp().receivedAt());
        change.add(insert(new Row(first, last, lane, received, ByteString.copyFrom(content), epoch)));
    }

    /**
     * Small runs are merged with others before they travel, so compressing them here would be work for nothing; but
     * waveforms fill the disk.
     */
    private static byte[] encode(List<Sequenced> run) {
        return run.size() < COMPRESSED_FROM && !(run.getFirst().entry() instanceof Waveform)
                ? BatchCodec.encodePlain(run)
                : BatchCodec.encode(run);
    }

    /** Forgets these; a row that is confirmed in part is written again with what is left. */
    Change remove(SequenceSet confirmed) throws SQLException {
        var change = new Change();
        for (SequenceRange range : confirmed.ranges()) {
            sizes.setLong(1, range.first());
            sizes.setLong(2, range.last());
            sizes.setLong(3, range.first());
            try (ResultSet lanes = sizes.executeQuery()) {
                while (lanes.next()) {
                    change.add(Lane.of(lanes.getInt(1)), -lanes.getLong(2), -lanes.getLong(3));
                }
            }
            delete.setLong(1, range.first());
            delete.setLong(2, range.last());
            delete.setLong(3, range.first());
            delete.executeUpdate();
            for (Row row : straddling(range)) {
                split(row, range, change);
            }
        }
        return change;
    }

    /** Moves rows that do not open out of the way: they are kept, but nobody waits for them. */
    Change keepApart(List<Long> lasts, List<Loss> losses) throws SQLException {
        var change = new Change();
        for (long last : lasts) {
            Row row;
            one.setLong(1, last);
            try (ResultSet rows = one.executeQuery()) {
                if (!rows.next()) {
                    continue;
                }
                row = row(rows);
            }
            losses.add(damaged(row));
            keepApart.setLong(1, last);
            keepApart.executeUpdate();
            change.add(delete(row));
        }
        return change;
    }

    /** Whose records they are stands in the bytes that cannot be opened. */
    static Loss damaged(Row row) {
        Instant received = Micros.instant(row.receivedMicros());
        return new Loss(Gap.UNNAMED, row.lane(), Gap.Reason.DAMAGED, received, received, row.last() - row.first() + 1);
    }

    private List<Row> straddling(SequenceRange range) throws SQLException {
        var found = new ArrayList<Row>(2);
        straddling.setLong(1, range.first());
        straddling.setLong(2, range.last());
        try (ResultSet rows = straddling.executeQuery()) {
            while (rows.next()) {
                found.add(row(rows));
            }
        }
        return found;
    }

    private void split(Row row, SequenceRange confirmed, Change change) throws SQLException {
        List<Sequenced> left;
        try {
            left = BatchCodec.decode(open(row, seal)).stream()
                    .filter(record -> !confirmed.contains(record.sequence()))
                    .toList();
        } catch (GeneralSecurityException e) {
            // It stays whole until a read finds it damaged, too, and it is kept apart.
            return;
        }
        change.add(delete(row));
        Change again = insert(left);
        change.add(row.lane(), left.size(), again.bytes.total());
    }

    /** Its records as they are; whoever calls it keeps them elsewhere. */
    Change delete(Row row) throws SQLException {
        deleteOne.setLong(1, row.last());
        deleteOne.executeUpdate();
        var change = new Change();
        change.add(row.lane(), -(row.last() - row.first() + 1), -(row.sealed().size() + ROW_BYTES));
        return change;
    }

    /** A row that begins as this one does. */
    Row sealed(Row first, long last, byte[] batch) {
        byte[] content = seal.seal(batch, bound(first.epoch(), first.lane(), first.first(), last));
        return new Row(
                first.first(), last, first.lane(), first.receivedMicros(), ByteString.copyFrom(content), first.epoch());
    }

    static Row row(ResultSet rows) throws SQLException {
        return new Row(
                rows.getLong(1),
                rows.getLong(2),
                Lane.of(rows.getInt(3)),
                rows.getLong(4),
                ByteString.copyFrom(rows.getBytes(5)),
                rows.getLong(6));
    }

    /** The batch in a row; throws if a bit of it, or of its place, is not as it was written. */
    static byte[] open(Row row, Seal seal) throws GeneralSecurityException {
        return seal.open(row.sealed().toByteArray(), bound(row.epoch(), row.lane(), row.first(), row.last()));
    }

    /** The same place with other content, as it is to be written. */
    static byte[] seal(Row row, List<Sequenced> records, Seal seal) {
        return seal.seal(encode(records), bound(row.epoch(), row.lane(), row.first(), row.last()));
    }

    /** When the oldest row of a lane arrived. */
    static Optional<Instant> oldest(Connection connection, Lane lane) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT received_micros FROM record_group WHERE lane = ? ORDER BY last LIMIT 1")) {
            query.setInt(1, lane.number());
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(Micros.instant(row.getLong(1))) : Optional.empty();
            }
        }
    }

    static byte[] bound(long epoch, Lane lane, long first, long last) {
        return ByteBuffer.allocate(28)
                .putLong(epoch)
                .putInt(lane.number())
                .putLong(first)
                .putLong(last)
                .array();
    }

    @Override
    public void close() throws SQLException {
        insert.close();
        sizes.close();
        delete.close();
        straddling.close();
        one.close();
        deleteOne.close();
        keepApart.close();
    }
}
