package org.fieldward.edge.buffer.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fieldward.edge.buffer.BufferException;
import org.fieldward.edge.buffer.Quarantined;
import org.fieldward.edge.buffer.ReadingBuffer.Slice;
import org.fieldward.edge.seal.Seal;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.BatchException;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** Looks at a whole buffer file, also while an agent uses it, and changes nothing. */
public final class BufferCheck {

    private static final int MAX_FINDINGS = 100;

    private BufferCheck() {}

    /**
     * @param findings what is wrong, in plain words without any content; empty if all is well
     */
    public record Report(
            long epoch, long nextSequence, long groups, long records, long damagedGroups, List<String> findings) {
        public Report {
            findings = List.copyOf(findings);
        }
    }

    public static boolean exists(Path directory) {
        return Files.exists(directory.resolve(BufferFile.NAME));
    }

    /** Records that are not yet confirmed. */
    public static long waiting(Path directory) {
        return look(
                directory,
                (connection, seal) ->
                        number(connection, "SELECT coalesce(sum(last - first + 1), 0) FROM record_group"));
    }

    /** Quarantined payloads by ascending id. */
    public static List<Quarantined> quarantined(Path directory, long firstId, int max) {
        return look(directory, (connection, seal) -> {
            try {
                return QuarantineRows.list(connection, seal, firstId, max);
            } catch (GeneralSecurityException e) {
                throw new BufferException("a quarantined payload does not open with this key", e);
            }
        });
    }

    /** SQLite's own check, then each group: its checksum, its records, their sequences. */
    public static Report check(Path directory) {
        return look(directory, BufferCheck::check);
    }

    /** Takes what is read; may block as long as it likes, the agent goes on meanwhile. */
    public interface Taker {
        void take(Slice slice) throws IOException;
    }

    /**
     * Every unconfirmed record up to a sequence, as it would go over the link: alarms first, waveforms last. Returns how
     * many groups did not open and were passed over.
     *
     * @param max records in a slice
     */
    public static int unconfirmed(Path directory, long upTo, int max, Taker taker) throws IOException {
        var file = new BufferFile(directory);
        Set<Long> damaged = new HashSet<>();
        // Not in one transaction: the agent's log could not be folded into its file until a slow stick is written.
        try (Connection connection = BufferFile.connect(file.path(), true)) {
            var source = new SliceMaker.Source(connection, LifeRows.read(connection), file.existingSeal());
            for (Lane lane : Lane.values()) {
                long from = 1;
                while (from <= upTo) {
                    Optional<Slice> slice = SliceMaker.read(
                            source, lane, new SequenceRange(from, upTo), SequenceSet.EMPTY, max, damaged::add);
                    if (slice.isEmpty()) {
                        break;
                    }
                    taker.take(slice.get());
                    from = slice.get().sequences().ranges().getLast().last() + 1;
                }
            }
            return damaged.size();
        } catch (SQLException e) {
            throw new BufferException("buffer could not be read: " + e.getMessage(), e);
        }
    }

    private interface Look<T> {
        T at(Connection connection, Seal seal) throws SQLException;
    }

    private static <T> T look(Path directory, Look<T> look) {
        var file = new BufferFile(directory);
        if (!exists(directory)) {
            throw new BufferException("there is no buffer in " + directory);
        }
        Seal seal = file.existingSeal();
        try (Connection connection = BufferFile.connect(file.path(), true)) {
            // One transaction: an agent that writes meanwhile must not look like damage.
            connection.setAutoCommit(false);
            return look.at(connection, seal);
        } catch (SQLException e) {
            throw new BufferException("buffer could not be read: " + e.getMessage(), e);
        }
    }

    private static Report check(Connection connection, Seal seal) throws SQLException {
        var findings = new ArrayList<String>();
        long epoch = LifeRows.read(connection).newestBegun().epoch();
        long next = number(connection, "SELECT next_sequence FROM meta");
        long groups = 0;
        long records = 0;
        long before = 0;
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery("PRAGMA quick_check(" + MAX_FINDINGS + ")")) {
                while (rows.next()) {
                    if (!rows.getString(1).equals("ok")) {
                        findings.add("SQLite: " + rows.getString(1));
                    }
                }
            }
            try (ResultSet rows = statement.executeQuery(RecordGroups.COLUMNS + " FROM record_group ORDER BY last")) {
                while (rows.next() && findings.size() < MAX_FINDINGS) {
                    RecordGroups.Row row = RecordGroups.row(rows);
                    groups++;
                    if (row.first() <= before) {
                        findings.add("group " + row.first() + ".." + row.last() + " overlaps the one before it");
                    }
                    if (row.last() >= next) {
                        findings.add(
                                "group " + row.first() + ".." + row.last() + " lies beyond the next sequence, " + next);
                    }
                    before = row.last();
                    records += check(row, seal, findings);
                }
            }
        }
        return new Report(
                epoch, next, groups, records, number(connection, "SELECT count(*) FROM damaged_group"), findings);
    }

    private static long check(RecordGroups.Row row, Seal seal, List<String> findings) {
        String name = "group " + row.first() + ".." + row.last();
        try {
            List<Sequenced> records = BatchCodec.decode(RecordGroups.open(row, seal));
            boolean complete = records.size() == row.last() - row.first() + 1
                    && records.getFirst().sequence() == row.first()
                    && records.getLast().sequence() == row.last();
            if (!complete) {
                findings.add(name + " holds " + records.size() + " records that are not of its range");
            }
            return records.size();
        } catch (GeneralSecurityException e) {
            findings.add(name + " does not open: its bytes are not those that were written");
        } catch (BatchException e) {
            findings.add(name + " opens and is no batch: " + e.getMessage());
        }
        return 0;
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
