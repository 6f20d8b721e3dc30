package org.fieldward.core.journal;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.fieldward.core.journal.Journal.AppendResult.Appended;
import org.fieldward.core.journal.Journal.AppendResult.Duplicate;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceSet;

/** The journal in PostgreSQL. Cores that share the database may append at the same time. */
public final class SqlJournal implements Journal {

    /** What a reader takes into memory at once, unless a single entry is larger. */
    private static final long MAX_READ_BYTES = 16 << 20;

    private static final int MOST_LIVES = 256;

    private final DataSource database;

    /**
     * What lives covered when the tail was left there. Coverage never changes without the tail, so it is still right for
     * whoever locks the same tail.
     */
    private record Left(long tail, Map<Life, SequenceSet> covered) {}

    private volatile Left left = new Left(-1, Map.of());

    public SqlJournal(DataSource database) {
        this.database = database;
    }

    private record Life(String gateway, long epoch) implements Comparable<Life> {
        @Override
        public int compareTo(Life other) {
            int order = gateway.compareTo(other.gateway);
            return order != 0 ? order : Long.compare(epoch, other.epoch);
        }
    }

    @Override
    public List<AppendResult> append(List<Arrival> arrivals) {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                var covered = new HashMap<Life, SequenceSet>();
                var results = new ArrayList<AppendResult>(arrivals.size());
                long tail = append(connection, arrivals, covered, results);
                connection.commit();
                left = new Left(tail, Map.copyOf(covered));
                return results;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new JournalException("journal could not append " + arrivals.size() + " batches", e);
        }
    }

    /** Returns where it left the tail; says what each life covers that was seen by it or is known from before. */
    private long append(
            Connection connection, List<Arrival> arrivals, Map<Life, SequenceSet> covered, List<AppendResult> results)
            throws SQLException {
        // Held until the commit: without it a smaller id could become visible after a larger one.
        long id = lockTail(connection);
        long last = id;
        Left known = left;
        if (known.tail() == id && known.covered().size() < MOST_LIVES) {
            covered.putAll(known.covered());
        }
        var changed = new TreeSet<Life>();
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into journal (id, gateway, epoch, lane, covers, fresh, content, arrived_at)"
                        + " values (?, ?, ?, ?, ?::int8multirange, ?::int8multirange, ?, ?)")) {
            for (Arrival arrival : arrivals) {
                Life life = new Life(arrival.gateway(), arrival.epoch());
                SequenceSet before = covered.get(life);
                if (before == null) {
                    before = covered(connection, life);
                    covered.put(life, before);
                }
                SequenceSet fresh = arrival.covers().minus(before);
                if (fresh.isEmpty()) {
                    results.add(new Duplicate());
                    continue;
                }
                covered.put(life, before.plus(arrival.covers()));
                changed.add(life);
                bind(insert, ++last, arrival, fresh);
                insert.addBatch();
                results.add(new Appended(last, fresh));
            }
            if (last > id) {
                insert.executeBatch();
                moveTail(connection, last);
            }
        }
        // In order, so that cores that append at the same time lock the lives in the same one.
        for (Life life : changed) {
            cover(connection, life, covered.getOrDefault(life, SequenceSet.EMPTY));
        }
        return last;
    }

    private static void bind(PreparedStatement insert, long id, Arrival arrival, SequenceSet fresh)
            throws SQLException {
        insert.setLong(1, id);
        insert.setString(2, arrival.gateway());
        insert.setLong(3, arrival.epoch());
        insert.setInt(4, arrival.lane().number());
        insert.setString(5, SqlMultirange.write(arrival.covers()));
        insert.setString(6, SqlMultirange.write(fresh));
        insert.setBytes(7, arrival.content().toByteArray());
        insert.setTimestamp(8, Timestamp.from(arrival.arrivedAt()));
    }

    private static long lockTail(Connection connection) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement("select last_id from journal_tail for update");
                ResultSet row = lock.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void moveTail(Connection connection, long last) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update journal_tail set last_id = ?")) {
            update.setLong(1, last);
            update.executeUpdate();
        }
    }

    @Override
    public SequenceSet covered(String gateway, long epoch) {
        try (Connection connection = database.getConnection()) {
            return covered(connection, new Life(gateway, epoch));
        } catch (SQLException e) {
            throw new JournalException("journal could not read what it covers", e);
        }
    }

    @Override
    public boolean hear(String gateway, Line line, Instant now) {
        if (line.lives().isEmpty()) {
            return false;
        }
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                boolean copy = SqlLine.hear(connection, gateway, line, now);
                connection.commit();
                return copy;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new JournalException("journal could not remember the lives of a gateway's buffer", e);
        }
    }

    static SequenceSet covered(Connection connection, String gateway, long epoch) throws SQLException {
        return covered(connection, new Life(gateway, epoch));
    }

    private static SequenceSet covered(Connection connection, Life life) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select covered::text from journal_coverage where gateway = ? and epoch = ?")) {
            select.setString(1, life.gateway());
            select.setLong(2, life.epoch());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? SqlMultirange.read(row.getString(1)) : SequenceSet.EMPTY;
            }
        }
    }

    private static void cover(Connection connection, Life life, SequenceSet covered) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement(
                "insert into journal_coverage (gateway, epoch, covered) values (?, ?, ?::int8multirange)"
                        + " on conflict (gateway, epoch) do update set covered = excluded.covered")) {
            upsert.setString(1, life.gateway());
            upsert.setLong(2, life.epoch());
            upsert.setString(3, SqlMultirange.write(covered));
            upsert.executeUpdate();
        }
    }

    @Override
    public List<Entry> after(long id, int limit) {
        return after(id, "", limit);
    }

    @Override
    public List<Entry> after(long id, Lane lane, int limit) {
        // Written out, so that the database sees that the index of this lane is the one.
        return after(id, " and lane = " + lane.number(), limit);
    }

    private List<Entry> after(long id, String lane, int limit) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("""
                        select id, gateway, epoch, lane, covers::text, fresh::text, content, arrived_at from (
                            select *, sum(octet_length(content)) over (order by id) - octet_length(content) as before
                            from (select * from journal where id > ?%s order by id limit ?) page) measured
                        where before < ? order by id""".formatted(lane))) {
            select.setLong(1, id);
            select.setInt(2, limit);
            select.setLong(3, MAX_READ_BYTES);
            try (ResultSet row = select.executeQuery()) {
                var entries = new ArrayList<Entry>();
                while (row.next()) {
                    Arrival arrival = new Arrival(
                            row.getString(2),
                            row.getLong(3),
                            Lane.of(row.getInt(4)),
                            SqlMultirange.read(row.getString(5)),
                            ByteString.copyFrom(row.getBytes(7)),
                            row.getTimestamp(8).toInstant());
                    entries.add(new Entry(row.getLong(1), arrival, SqlMultirange.read(row.getString(6))));
                }
                return entries;
            }
        } catch (SQLException e) {
            throw new JournalException("journal could not read after " + id, e);
        }
    }

    @Override
    public void setAside(String gateway, ByteString content, String reason, Instant arrivedAt) {
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into journal_malformed (gateway, digest, reason, content, arrived_at)"
                                + " values (?, ?, ?, ?, ?) on conflict do nothing")) {
            insert.setString(1, gateway);
            insert.setBytes(2, MessageDigest.getInstance("SHA-256").digest(content.toByteArray()));
            insert.setString(3, reason);
            insert.setBytes(4, content.toByteArray());
            insert.setTimestamp(5, Timestamp.from(arrivedAt));
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new JournalException("journal could not set a malformed message aside", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
