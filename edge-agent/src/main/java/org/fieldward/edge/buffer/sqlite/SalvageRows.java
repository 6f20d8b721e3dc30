package org.fieldward.edge.buffer.sqlite;

import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.fieldward.edge.buffer.Lives;
import org.fieldward.edge.buffer.Lives.Kind;
import org.fieldward.edge.buffer.Lives.Life;
import org.fieldward.edge.buffer.Salvaged;
import org.fieldward.edge.buffer.quota.LaneBytes;
import org.fieldward.edge.buffer.quota.LanePolicy;
import org.fieldward.edge.buffer.quota.Loss;
import org.fieldward.edge.seal.Seal;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * Takes rows of a damaged file into this one as they are, under their own epoch and sequences: what the core had of them is a
 * repetition to it, so it does not matter whether a row was confirmed before, nor how often it is found. For one part and
 * the writer's connection.
 */
final class SalvageRows {

    private final Connection connection;
    private final Seal seal;
    private final RecordGroups groups;
    private final List<Life> lives;
    private final RecordGroups.Change change = new RecordGroups.Change();
    private final List<Loss> losses = new ArrayList<>();

    /** This file's own sequences begin here, far beyond those of the damaged ones. */
    private final long limit;

    SalvageRows(Connection connection, Seal seal, RecordGroups groups, Lives lives) {
        this.connection = connection;
        this.seal = seal;
        this.groups = groups;
        this.lives = new ArrayList<>(lives.all());
        limit = lives.all().stream()
                .filter(life -> life.kind() != Kind.SALVAGED)
                .findFirst()
                .orElseThrow()
                .first();
    }

    static List<Salvaged.State> read(Connection connection) throws SQLException {
        var states = new ArrayList<Salvaged.State>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT file, position, done, records, lost_rows FROM salvage ORDER BY file")) {
            while (rows.next()) {
                states.add(new Salvaged.State(
                        rows.getString(1), rows.getLong(2), rows.getBoolean(3), rows.getLong(4), rows.getLong(5)));
            }
        }
        return states;
    }

    static void begin(Connection connection, String file) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO salvage (file) VALUES (?)")) {
            insert.setString(1, file);
            insert.executeUpdate();
        }
    }

    /** Nothing is given up for what is safe where it is. */
    static boolean fits(LanePolicy policy, LaneBytes kept, Salvaged part) {
        var pending = new LaneBytes();
        for (Lane lane : Lane.values()) {
            var wanted = new LaneBytes();
            part.rows().stream()
                    .filter(row -> row.opens() && row.lane() == lane)
                    .forEach(row -> wanted.add(lane, row.sealed().size() + RecordGroups.ROW_BYTES));
            if (wanted.total() > 0 && !(policy.decide(kept, pending, wanted) instanceof LanePolicy.Verdict.Admit)) {
                return false;
            }
            pending.add(wanted);
        }
        return true;
    }

    void take(Salvaged part) throws SQLException {
        long records = 0;
        for (Salvaged.Row row : part.rows()) {
            if (row.opens() && row.last() < limit) {
                records += save(row);
            } else {
                miss(row);
            }
        }
        try (PreparedStatement update = connection.prepareStatement("UPDATE salvage SET position = ?, done = ?,"
                + " records = records + ?, lost_rows = (SELECT count(*) FROM damaged_group WHERE last < ?)"
                + " WHERE file = ?")) {
            update.setLong(1, part.position());
            update.setBoolean(2, part.done());
            update.setLong(3, records);
            update.setLong(4, limit);
            update.setString(5, part.file());
            update.executeUpdate();
        }
        if (part.done()) {
            tellLosses();
        }
    }

    private long save(Salvaged.Row found) throws SQLException {
        var row = new RecordGroups.Row(
                found.first(), found.last(), found.lane(), found.receivedMicros(), found.sealed(), found.epoch());
        SequenceSet there = there(row);
        RecordGroups.Change added;
        if (there.isEmpty()) {
            added = groups.insert(row);
        } else {
            added = groups.insert(open(row).stream()
                    .filter(record -> !there.contains(record.sequence()))
                    .toList());
        }
        change.add(added);
        live(row);
        // Also what was gathered into it and stands as a row of its own on a page that nobody uses any more.
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM damaged_group WHERE last BETWEEN ?1 AND ?2 AND first >= ?1")) {
            delete.setLong(1, row.first());
            delete.setLong(2, row.last());
            delete.executeUpdate();
        }
        return added.records[row.lane().ordinal()];
    }

    private List<Sequenced> open(RecordGroups.Row row) {
        try {
            return BatchCodec.decode(RecordGroups.open(row, seal));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("a salvaged row must open", e);
        }
    }

    /** Another version of the row, or a part of it, may have been found before. */
    private SequenceSet there(RecordGroups.Row row) throws SQLException {
        var ranges = new ArrayList<SequenceRange>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT first, last FROM record_group WHERE last >= ? AND first <= ? ORDER BY last LIMIT 1000")) {
            query.setLong(1, row.first());
            query.setLong(2, row.last());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    ranges.add(new SequenceRange(rows.getLong(1), rows.getLong(2)));
                }
            }
        }
        return SequenceSet.of(ranges);
    }

    private void live(RecordGroups.Row row) throws SQLException {
        for (int i = 0; i < lives.size(); i++) {
            Life life = lives.get(i);
            if (life.epoch() == row.epoch()) {
                if (life.first() > row.first()) {
                    LifeRows.lower(connection, life.epoch(), row.first());
                    lives.set(i, new Life(life.epoch(), 0, row.first(), Kind.SALVAGED));
                }
                return;
            }
        }
        var found = new Life(row.epoch(), 0, row.first(), Kind.SALVAGED);
        LifeRows.insert(connection, found);
        lives.addFirst(found);
        lives.sort(Comparator.comparingLong(Life::first));
    }

    private void miss(Salvaged.Row row) throws SQLException {
        if (row.last() >= limit) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT OR IGNORE INTO damaged_group (last, first, lane, received_micros, content, epoch)"
                        + " SELECT ?1, ?2, ?3, ?4, x'', ?5 WHERE NOT EXISTS"
                        + " (SELECT 1 FROM record_group WHERE last >= ?2 AND first <= ?1)")) {
            insert.setLong(1, row.last());
            insert.setLong(2, row.first());
            insert.setInt(3, row.lane().number());
            insert.setLong(4, row.receivedMicros());
            insert.setLong(5, row.epoch());
            insert.executeUpdate();
        }
    }

    /** As a gap each, so that the core hears of them; their bytes stay in the damaged file. */
    private void tellLosses() throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement(RecordGroups.COLUMNS + " FROM damaged_group WHERE last < ?")) {
            query.setLong(1, limit);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    losses.add(RecordGroups.damaged(RecordGroups.row(rows)));
                }
            }
        }
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM damaged_group WHERE last < ?")) {
            delete.setLong(1, limit);
            delete.executeUpdate();
        }
    }

    RecordGroups.Change change() {
        return change;
    }

    List<Loss> losses() {
        return losses;
    }

    Lives lives() {
        return new Lives(lives);
    }
}
