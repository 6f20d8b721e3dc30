package org.fieldward.edge.buffer.sqlite;

import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.buffer.quota.Extremes;
import org.fieldward.edge.buffer.quota.LanePolicy;
import org.fieldward.edge.buffer.quota.Loss;
import org.fieldward.edge.seal.Seal;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Waveform;

/**
 * Gives up whole rows of a lane, oldest first; waveforms are thinned before, and what that left is summarised. For the
 * writer's thread.
 */
final class LaneEviction implements AutoCloseable {

    private final Seal seal;
    private final PreparedStatement sizes;
    private final PreparedStatement content;
    private final PreparedStatement delete;
    private final PreparedStatement remember;
    private final PreparedStatement rewrite;

    /** Everything up to here was thinned already: what is left of it was to stay. */
    private long thinnedTo;

    private long stagedThinnedTo;

    /** Everything up to here was summarised already. After a start it is looked at once more, and left as it is. */
    private long summarisedTo;

    private long stagedSummarisedTo;

    LaneEviction(Connection connection, Seal seal) throws SQLException {
        this.seal = seal;
        try (PreparedStatement query = connection.prepareStatement("SELECT thinned_to FROM meta");
                ResultSet row = query.executeQuery()) {
            row.next();
            thinnedTo = row.getLong(1);
            stagedThinnedTo = thinnedTo;
        }
        // The length alone does not make SQLite read the content.
        sizes = connection.prepareStatement("SELECT last, received_micros, length(content) FROM record_group"
                + " WHERE lane = ? AND last > ? ORDER BY last");
        content = connection.prepareStatement(RecordGroups.COLUMNS + " FROM record_group WHERE last = ?");
        delete = connection.prepareStatement("DELETE FROM record_group WHERE last = ?");
        rewrite = connection.prepareStatement("UPDATE record_group SET content = ? WHERE last = ?");
        remember = connection.prepareStatement("UPDATE meta SET thinned_to = ?");
    }

    /** At least so many bytes, or the whole lane. Losses and what went are added to what is given. */
    void evict(Lane lane, long bytes, RecordGroups.Change went, List<Loss> losses) throws SQLException {
        long freed = 0;
        if (bytes > 0 && lane == Lane.WAVEFORM) {
            freed = drop(thinnable(bytes), Gap.Reason.THINNED, went, losses);
            freed += summarise(bytes - freed, went, losses);
        }
        if (freed < bytes) {
            drop(oldest(lane, bytes - freed), Gap.Reason.EVICTED, went, losses);
        }
    }

    private List<Long> thinnable(long bytes) throws SQLException {
        var chosen = new ArrayList<Long>();
        long freed = 0;
        long before = stagedThinnedTo;
        sizes.setInt(1, Lane.WAVEFORM.number());
        sizes.setLong(2, stagedThinnedTo);
        try (ResultSet rows = sizes.executeQuery()) {
            while (freed < bytes && rows.next()) {
                stagedThinnedTo = rows.getLong(1);
                if (LanePolicy.thins(Micros.instant(rows.getLong(2)))) {
                    chosen.add(stagedThinnedTo);
                    freed += rows.getLong(3) + RecordGroups.ROW_BYTES;
                }
            }
        }
        if (stagedThinnedTo != before) {
            remember.setLong(1, stagedThinnedTo);
            remember.executeUpdate();
        }
        return chosen;
    }

    /** Of those that thinning left, and only of those. */
    private long summarise(long bytes, RecordGroups.Change went, List<Loss> losses) throws SQLException {
        long freed = 0;
        var rows = new ArrayList<Long>();
        if (bytes > 0) {
            sizes.setInt(1, Lane.WAVEFORM.number());
            sizes.setLong(2, stagedSummarisedTo);
            try (ResultSet all = sizes.executeQuery()) {
                while (all.next() && all.getLong(1) <= stagedThinnedTo) {
                    rows.add(all.getLong(1));
                }
            }
        }
        for (long last : rows) {
            if (freed >= bytes) {
                break;
            }
            freed += summariseRow(last, went, losses);
            stagedSummarisedTo = last;
        }
        return freed;
    }

    private long summariseRow(long last, RecordGroups.Change went, List<Loss> losses) throws SQLException {
        content.setLong(1, last);
        RecordGroups.Row row;
        try (ResultSet found = content.executeQuery()) {
            found.next();
            row = RecordGroups.row(found);
        }
        List<Sequenced> records;
        try {
            records = BatchCodec.decode(RecordGroups.open(row, seal));
        } catch (GeneralSecurityException e) {
            // It stays until a read finds it damaged, too, and it is kept apart.
            return 0;
        }
        var summarised = new ArrayList<Entry>();
        var smaller = new ArrayList<Sequenced>(records.size());
        for (Sequenced record : records) {
            Optional<Waveform> extremes =
                    record.entry() instanceof Waveform block ? Extremes.of(block) : Optional.empty();
            extremes.ifPresent(block -> summarised.add(record.entry()));
            smaller.add(extremes.map(block -> new Sequenced(record.sequence(), block))
                    .orElse(record));
        }
        byte[] sealed = RecordGroups.seal(row, smaller, seal);
        long freed = row.sealed().size() - sealed.length;
        if (summarised.isEmpty() || freed <= 0) {
            return 0;
        }
        rewrite.setBytes(1, sealed);
        rewrite.setLong(2, last);
        rewrite.executeUpdate();
        went.add(row.lane(), 0, -freed);
        losses.addAll(Loss.of(summarised, Gap.Reason.SUMMARISED));
        return freed;
    }

    private List<Long> oldest(Lane lane, long bytes) throws SQLException {
        var chosen = new ArrayList<Long>();
        long freed = 0;
        sizes.setInt(1, lane.number());
        sizes.setLong(2, 0);
        try (ResultSet rows = sizes.executeQuery()) {
            while (freed < bytes && rows.next()) {
                chosen.add(rows.getLong(1));
                freed += rows.getLong(3) + RecordGroups.ROW_BYTES;
            }
        }
        return chosen;
    }

    private long drop(List<Long> lasts, Gap.Reason reason, RecordGroups.Change went, List<Loss> losses)
            throws SQLException {
        long freed = 0;
        for (long last : lasts) {
            content.setLong(1, last);
            try (ResultSet row = content.executeQuery()) {
                row.next();
                RecordGroups.Row gone = RecordGroups.row(row);
                long size = gone.sealed().size() + RecordGroups.ROW_BYTES;
                went.add(gone.lane(), -(gone.last() - gone.first() + 1), -size);
                freed += size;
                losses.addAll(losses(gone, reason));
            }
            delete.setLong(1, last);
            delete.executeUpdate();
        }
        return freed;
    }

    private List<Loss> losses(RecordGroups.Row gone, Gap.Reason reason) {
        try {
            return Loss.of(
                    BatchCodec.decode(RecordGroups.open(gone, seal)).stream()
                            .map(Sequenced::entry)
                            .toList(),
                    reason);
        } catch (GeneralSecurityException e) {
            return List.of(RecordGroups.damaged(gone));
        }
    }

    void committed() {
        thinnedTo = stagedThinnedTo;
        summarisedTo = stagedSummarisedTo;
    }

    void rolledBack() {
        stagedThinnedTo = thinnedTo;
        stagedSummarisedTo = summarisedTo;
    }

    @Override
    public void close() throws SQLException {
        sizes.close();
        content.close();
        delete.close();
        remember.close();
        rewrite.close();
    }
}
