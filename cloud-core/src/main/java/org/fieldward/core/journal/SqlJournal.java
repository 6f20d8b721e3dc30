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
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import javax.sql.DataSource;
import org.fieldward.core.journal.Journal.AppendResult.Appended;
import org.fieldward.core.journal.Journal.AppendResult.Duplicate;
import org.fieldward.core.transaction.SqlWork;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Micros;
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
    private final Newest newest = new Newest();

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
            Plan plan = plan(connection, arrivals);
            if (!plan.rows().isEmpty()) {
                newest.add(plan.rows());
            }
            left = new Left(plan.tail() + plan.rows().size(), Map.copyOf(plan.covered()));
            return plan.results();
        } catch (SQLException e) {
            throw new JournalException("journal could not append " + arrivals.size() + " batches", e);
        }
    }

    /** Returns what was committed. */
    private Plan plan(Connection connection, List<Arrival> arrivals) throws SQLException {
        Left known = left;
        Set<Life> lives = lives(arrivals);
        if (known.covered().keySet().containsAll(lives)) {
            // Most often nobody else was at work since: then all of it is one statement, and one way there and back.
            Plan plan = new Plan(known.tail(), known.covered(), arrivals);
            if (plan.rows().isEmpty() || write(connection, plan)) {
                return plan;
            }
        }
        connection.setAutoCommit(false);
        try {
            // Held until the commit: without it a smaller id could become visible after a larger one.
            long tail = lockTail(connection);
            var covered = new HashMap<Life, SequenceSet>();
            if (known.tail() == tail && known.covered().size() < MOST_LIVES) {
                covered.putAll(known.covered());
            }
            for (Life life : lives) {
                if (!covered.containsKey(life)) {
                    covered.put(life, covered(connection, life));
                }
            }
            Plan plan = new Plan(tail, covered, arrivals);
            if (!plan.rows().isEmpty() && !write(connection, plan)) {
                throw new SQLException("the journal's tail moved under its lock");
            }
            connection.commit();
            return plan;
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        }
    }

    private static Set<Life> lives(List<Arrival> arrivals) {
        // In order, so that the database is asked in the same one.
        var lives = new TreeSet<Life>();
        arrivals.forEach(arrival -> lives.add(new Life(arrival.gateway(), arrival.epoch())));
        return lives;
    }

    /** What an append makes of a tail and of what the lives covered there. */
    private static final class Plan {
        private final long tail;
        private final Map<Life, SequenceSet> covered;
        private final Set<Life> changed = new TreeSet<>();
        private final List<Entry> rows = new ArrayList<>();
        private final List<AppendResult> results = new ArrayList<>();

        Plan(long tail, Map<Life, SequenceSet> known, List<Arrival> arrivals) {
            this.tail = tail;
            covered = new HashMap<>(known);
            for (Arrival arrival : arrivals) {
                Life life = new Life(arrival.gateway(), arrival.epoch());
                SequenceSet before = covered.getOrDefault(life, SequenceSet.EMPTY);
                SequenceSet fresh = arrival.covers().minus(before);
                if (fresh.isEmpty()) {
                    results.add(new Duplicate());
                    continue;
                }
                covered.put(life, before.plus(arrival.covers()));
                changed.add(life);
                long id = tail + rows.size() + 1;
                rows.add(new Entry(id, stored(arrival), fresh));
                results.add(new Appended(id, fresh));
            }
        }

        /** As the store gives it back. */
        private static Arrival stored(Arrival arrival) {
            return new Arrival(
                    arrival.gateway(),
                    arrival.epoch(),
                    arrival.lane(),
                    arrival.covers(),
                    arrival.content(),
                    Micros.instant(Micros.of(arrival.arrivedAt())));
        }

        long tail() {
            return tail;
        }

        /** Of every life that is known, when all of it is in. */
        Map<Life, SequenceSet> covered() {
            return covered;
        }

        /** Of those that cover more now, in order. */
        Set<Life> changed() {
            return changed;
        }

        List<Entry> rows() {
            return rows;
        }

        List<AppendResult> results() {
            return results;
        }
    }

    /** All of it or, where the tail has moved on, nothing. */
    private static boolean write(Connection connection, Plan plan) throws SQLException {
        try (PreparedStatement append = connection.prepareStatement("""
                with tail as (update journal_tail set last_id = ? where last_id = ? returning last_id),
                rows as (
                    insert into journal (id, gateway, epoch, lane, covers, fresh, content, arrived_at)
                    select a.id, a.gateway, a.epoch, a.lane, a.covers::int8multirange, a.fresh::int8multirange, a.content,
                        timestamptz 'epoch' + a.arrived_us * interval '1 microsecond'
                    from tail cross join unnest(?::int8[], ?::text[], ?::int8[], ?::int4[], ?::text[], ?::text[],
                        ?::bytea[], ?::int8[]) as a(id, gateway, epoch, lane, covers, fresh, content, arrived_us)
                    order by a.id),
                lives as (
                    insert into journal_coverage (gateway, epoch, covered)
                    select c.gateway, c.epoch, c.covered::int8multirange
                    from tail cross join unnest(?::text[], ?::int8[], ?::text[]) as c(gateway, epoch, covered)
                    on conflict (gateway, epoch) do update set covered = excluded.covered)
                select last_id from tail""")) {
            List<Entry> rows = plan.rows();
            append.setLong(1, plan.tail() + rows.size());
            append.setLong(2, plan.tail());
            array(append, 3, "int8", rows, Entry::id);
            array(append, 4, "text", rows, row -> row.arrival().gateway());
            array(append, 5, "int8", rows, row -> row.arrival().epoch());
            array(append, 6, "int4", rows, row -> row.arrival().lane().number());
            array(
                    append,
                    7,
                    "text",
                    rows,
                    row -> SqlMultirange.write(row.arrival().covers()));
            array(append, 8, "text", rows, row -> SqlMultirange.write(row.fresh()));
            byte[][] contents = rows.stream()
                    .map(row -> row.arrival().content().toByteArray())
                    .toArray(byte[][]::new);
            append.setArray(9, connection.createArrayOf("bytea", contents));
            array(append, 10, "int8", rows, row -> Micros.of(row.arrival().arrivedAt()));
            List<Life> changed = List.copyOf(plan.changed());
            array(append, 11, "text", changed, Life::gateway);
            array(append, 12, "int8", changed, Life::epoch);
            array(
                    append,
                    13,
                    "text",
                    changed,
                    life -> SqlMultirange.write(plan.covered().getOrDefault(life, SequenceSet.EMPTY)));
            try (ResultSet row = append.executeQuery()) {
                return row.next();
            }
        }
    }

    private static <T> void array(
            PreparedStatement statement, int at, String type, List<T> all, Function<T, Object> one)
            throws SQLException {
        statement.setArray(
                at,
                statement
                        .getConnection()
                        .createArrayOf(type, all.stream().map(one).toArray()));
    }

    private static long lockTail(Connection connection) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement("select last_id from journal_tail for update");
                ResultSet row = lock.executeQuery()) {
            row.next();
            return row.getLong(1);
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
        try {
            return SqlWork.inTransaction(database, connection -> SqlLine.hear(connection, gateway, line, now));
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

    @Override
    public List<Entry> after(long id, int limit) {
        List<Entry> known = newest.after(id, limit);
        return known.isEmpty() ? after(id, "", limit) : known;
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
