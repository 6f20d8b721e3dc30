package org.fieldward.edge.buffer.sqlite;

import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.fieldward.edge.seal.Seal;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.BatchException;
import org.fieldward.proto.reading.Lane;

/**
 * What is done in a buffer's file behind a commit, each step small enough not to delay the next and in a transaction of its
 * own. Small rows of readings that wait for long are gathered into one: what a reading costs on disk, when it is sent and
 * when it is forgotten is then its share of that row. For the writer's connection only.
 */
final class Upkeep {

    /** With the core there, what was stored before that is most often confirmed. */
    private static final Duration WAITING = Duration.ofMinutes(1);

    /** Sequences whose rows are gathered together, as many as a row may hold. */
    private static final int PIECE = RecordGroups.MAX_ROW_RECORDS;

    /** That many may be waited for: a million sequences in a minute, or a clock that stands still. */
    private static final int MOST_PIECES = 1000;

    /** Fewer are not worth being written again. */
    private static final int LEAST_ROWS = 4;

    private static final int VACUUM_PAGES = 2048;

    private final Connection connection;
    private final Seal seal;
    private long removedSinceVacuum;

    private final ArrayDeque<Piece> pieces = new ArrayDeque<>();

    /** What is below stands in a piece, was looked at, or was stored by an earlier run of the agent and stays as it is. */
    private long from;

    /** @param next the first sequence that this run of the agent gives out */
    Upkeep(Connection connection, Seal seal, long next) {
        this.connection = connection;
        this.seal = seal;
        from = next;
    }

    /** Sequences that were given out until then. */
    private record Piece(long first, Instant at) {}

    /** Rows that follow each other, and what is in them. */
    private record Run(List<RecordGroups.Row> rows, List<byte[]> batches) {
        Run() {
            this(new ArrayList<>(), new ArrayList<>());
        }

        boolean takes(RecordGroups.Row row) {
            return rows.isEmpty()
                    || (row.first() == rows.getLast().last() + 1
                            && row.epoch() == rows.getFirst().epoch()
                            && row.last() - rows.getFirst().first() < RecordGroups.MAX_ROW_RECORDS);
        }
    }

    /**
     * Confirmed pages go back to the filesystem.
     *
     * @param removed bytes of records that were forgotten
     * @param now whether they must go back at once
     */
    void giveBack(long removed, boolean now) throws SQLException {
        removedSinceVacuum += removed;
        if (removedSinceVacuum < (long) VACUUM_PAGES * 4096 && !now) {
            return;
        }
        removedSinceVacuum = 0;
        try (Statement statement = connection.createStatement()) {
            // As an update the driver runs it to its end; as a query it would stop after the first page.
            statement.executeUpdate("PRAGMA incremental_vacuum(" + VACUUM_PAGES * 2 + ")");
            connection.commit();
        }
    }

    /**
     * Gathers rows that have waited for {@link #WAITING}.
     *
     * @param next the next sequence to be given out
     * @param damaged gets the last sequence of each row that does not open; it stays as it is
     */
    RecordGroups.Change gather(RecordGroups groups, long next, Instant now, LongConsumer damaged) throws SQLException {
        var change = new RecordGroups.Change();
        for (; next - from >= PIECE; from += PIECE) {
            pieces.addLast(new Piece(from, now));
        }
        if (!isDue(now)) {
            return change;
        }
        while (isDue(now)) {
            // Taken before all else: what could not be gathered stays as it is, and is not tried again with every
            // commit.
            long first = pieces.removeFirst().first();
            for (Run run : runs(first, damaged)) {
                if (run.rows().size() >= LEAST_ROWS) {
                    change.add(gather(run, groups));
                }
            }
        }
        connection.commit();
        return change;
    }

    /** Where the clock is put back, what waits is gathered sooner: that harms nobody, and later would. */
    private boolean isDue(Instant now) {
        return !pieces.isEmpty()
                && (pieces.size() > MOST_PIECES
                        || Duration.between(pieces.getFirst().at(), now).abs().compareTo(WAITING) >= 0);
    }

    private List<Run> runs(long first, LongConsumer damaged) throws SQLException {
        var runs = new ArrayList<Run>(List.of(new Run()));
        try (PreparedStatement query = connection.prepareStatement(
                RecordGroups.COLUMNS + " FROM record_group WHERE last BETWEEN ? AND ? AND lane = "
                        + Lane.VITAL.number() + " AND last - first < " + RecordGroups.COMPRESSED_FROM
                        + " ORDER BY last")) {
            query.setLong(1, first);
            query.setLong(2, first + PIECE - 1);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    RecordGroups.Row row = RecordGroups.row(rows);
                    if (!runs.getLast().takes(row)) {
                        runs.add(new Run());
                    }
                    try {
                        runs.getLast().batches().add(RecordGroups.open(row, seal));
                        runs.getLast().rows().add(row);
                    } catch (GeneralSecurityException e) {
                        damaged.accept(row.last());
                    }
                }
            }
        }
        return runs;
    }

    private RecordGroups.Change gather(Run run, RecordGroups groups) throws SQLException {
        RecordGroups.Row first = run.rows().getFirst();
        RecordGroups.Row last = run.rows().getLast();
        byte[] batch;
        try {
            batch = BatchCodec.merge(run.batches()).batch().toByteArray();
        } catch (BatchException e) {
            // Who reads them to send them will meet it too, and say so.
            return new RecordGroups.Change();
        }
        var change = new RecordGroups.Change();
        for (RecordGroups.Row row : run.rows()) {
            change.add(groups.delete(row));
        }
        change.add(groups.insert(groups.sealed(first, last.last(), batch)));
        return change;
    }
}
