package org.fieldward.edge.buffer.sqlite;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.edge.buffer.quota.GapBook;
import org.fieldward.edge.buffer.quota.Loss;
import org.fieldward.edge.seal.Seal;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Stamp;

/**
 * The rows of losses that the core was not told of, and how many there were in all. Losses become durable with the
 * transaction in which they happen; those that happen because nothing can be written wait for the next one that can. For
 * the writer's thread, except {@link #lost}.
 */
final class GapRows {

    private static final Stamp UNTOLD = new Stamp(Optional.empty(), Instant.EPOCH, 0, 0, ClockState.UNCONFIRMED);

    private final Connection connection;
    private final Seal seal;
    private GapBook kept;
    private GapBook staged;
    private GapBook waiting = GapBook.EMPTY;
    private Map<Lane, Map<Gap.Reason, Long>> stagedTotals;
    private volatile Map<Lane, Map<Gap.Reason, Long>> totals;

    GapRows(Connection connection, Seal seal) throws SQLException {
        this.connection = connection;
        this.seal = seal;
        kept = GapBook.of(read());
        staged = kept;
        totals = readTotals();
        stagedTotals = totals;
    }

    private List<GapBook.Open> read() throws SQLException {
        var found = new ArrayList<GapBook.Open>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id, content FROM open_gap ORDER BY id")) {
            while (rows.next()) {
                long id = rows.getLong(1);
                try {
                    byte[] content = seal.open(rows.getBytes(2), bound(id));
                    if (BatchCodec.decode(content).getFirst().entry() instanceof Gap gap) {
                        found.add(new GapBook.Open(id, Loss.of(gap)));
                    }
                } catch (GeneralSecurityException e) {
                    // The total still has it.
                    continue;
                }
            }
        }
        return found;
    }

    private Map<Lane, Map<Gap.Reason, Long>> readTotals() throws SQLException {
        var found = new EnumMap<Lane, Map<Gap.Reason, Long>>(Lane.class);
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT lane, reason, records FROM gap_total")) {
            while (rows.next()) {
                found.computeIfAbsent(Lane.of(rows.getInt(1)), any -> new EnumMap<>(Gap.Reason.class))
                        .put(Gap.Reason.of(rows.getInt(2)), rows.getLong(3));
            }
        }
        return found;
    }

    /** Writes these and those that waited, in the transaction under way. */
    void stage(Collection<Loss> losses) throws SQLException {
        if (losses.isEmpty() && waiting.isEmpty()) {
            return;
        }
        var all = new ArrayList<>(waiting.losses());
        all.addAll(losses);
        staged = kept.plus(all);
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT OR REPLACE INTO open_gap (id, content) VALUES (?, ?)")) {
            for (GapBook.Open one : staged.since(kept)) {
                var record = new Sequenced(one.number(), one.loss().gap(UNTOLD));
                insert.setLong(1, one.number());
                insert.setBytes(2, seal.seal(BatchCodec.encodePlain(List.of(record)), bound(one.number())));
                insert.executeUpdate();
            }
        }
        stagedTotals = addTotals(all);
    }

    private Map<Lane, Map<Gap.Reason, Long>> addTotals(List<Loss> losses) throws SQLException {
        var sums = new EnumMap<Lane, Map<Gap.Reason, Long>>(Lane.class);
        totals.forEach((lane, reasons) -> sums.put(lane, new EnumMap<>(reasons)));
        try (PreparedStatement add = connection.prepareStatement("INSERT INTO gap_total (lane, reason, records)"
                + " VALUES (?, ?, ?) ON CONFLICT (lane, reason) DO UPDATE SET records = records + excluded.records")) {
            for (Loss loss : losses) {
                sums.computeIfAbsent(loss.lane(), any -> new EnumMap<>(Gap.Reason.class))
                        .merge(loss.reason(), loss.count(), Long::sum);
                add.setInt(1, loss.lane().number());
                add.setInt(2, loss.reason().number());
                add.setLong(3, loss.count());
                add.executeUpdate();
            }
        }
        return sums;
    }

    /** Hands out what is staged, to be stored as entries in the same transaction. */
    List<Gap> tell(Stamp stamp) throws SQLException {
        List<Gap> told = staged.losses().stream().map(loss -> loss.gap(stamp)).toList();
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM open_gap");
        }
        staged = GapBook.EMPTY;
        return told;
    }

    boolean hasOpen() {
        return !kept.isEmpty() || !waiting.isEmpty();
    }

    /** @param unwritten what was not staged and waits for the next transaction */
    void committed(Collection<Loss> unwritten) {
        kept = staged;
        if (unwritten.isEmpty()) {
            waiting = GapBook.EMPTY;
        } else {
            keep(unwritten);
        }
        totals = stagedTotals;
    }

    void rolledBack() {
        staged = kept;
        stagedTotals = totals;
    }

    /** Until something can be written. */
    void keep(Collection<Loss> losses) {
        waiting = waiting.plus(losses);
    }

    Map<Lane, Map<Gap.Reason, Long>> lost() {
        return totals;
    }

    private static byte[] bound(long id) {
        return ("open gap\0" + id).getBytes(StandardCharsets.UTF_8);
    }
}
