package org.fieldward.core.distribution.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.fieldward.core.distribution.outbox.Receiver.Event;
import org.fieldward.core.distribution.source.Subject;
import org.fieldward.core.distribution.source.Subject.Word;
import org.fieldward.core.transaction.SqlWork;

/** Events and how far they were told, in PostgreSQL. Thread-safe. */
public final class SqlEvents {

    private static final String COLUMNS = "number, at, word, focus, version, place, patient";

    private final DataSource database;

    public SqlEvents(DataSource database) {
        this.database = database;
    }

    /** What waits to be told. */
    record Waiting(int receiver, String lane, int failures, Optional<Instant> failingSince) {}

    /** An event's place among those of its lane. */
    record Owed(Subject subject, String lane) {}

    /** Numbers them in this order, in the transaction that found them. */
    static void insert(Connection connection, int receiver, List<Owed> owed, Instant now) throws SQLException {
        long last = count(connection, receiver, owed.size());
        int size = owed.size();
        Object[] numbers = new Object[size];
        Object[] versions = new Object[size];
        Object[] places = new Object[size];
        String[][] texts = new String[4][size];
        Map<String, Long> lanes = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            Subject subject = owed.get(i).subject();
            numbers[i] = last - size + 1 + i;
            versions[i] = subject.version();
            places[i] = subject.place();
            texts[0][i] = owed.get(i).lane();
            texts[1][i] = subject.word().name();
            texts[2][i] = subject.focus();
            texts[3][i] = subject.patient().orElse("");
            lanes.put(owed.get(i).lane(), last - size + 1 + i);
        }
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into receiver_event (receiver_no, number, lane, at, word, focus, version, place, patient)
                select ?, e.number, e.lane, ?, e.word, e.focus, e.version, e.place, nullif(e.patient, '')
                from unnest(?::int8[], ?::text[], ?::text[], ?::text[], ?::text[], ?::int8[], ?::int8[])
                    as e(number, lane, word, focus, patient, version, place)""")) {
            insert.setInt(1, receiver);
            insert.setTimestamp(2, Timestamp.from(now));
            insert.setArray(3, connection.createArrayOf("int8", numbers));
            for (int i = 0; i < texts.length; i++) {
                insert.setArray(4 + i, connection.createArrayOf("text", texts[i]));
            }
            insert.setArray(8, connection.createArrayOf("int8", versions));
            insert.setArray(9, connection.createArrayOf("int8", places));
            insert.executeUpdate();
        }
        try (PreparedStatement upsert = connection.prepareStatement("""
                insert into receiver_lane (receiver_no, lane, last)
                select ?, l.lane, l.last from unnest(?::text[], ?::int8[]) as l(lane, last)
                on conflict (receiver_no, lane) do update set last = excluded.last""")) {
            upsert.setInt(1, receiver);
            upsert.setArray(2, connection.createArrayOf("text", lanes.keySet().toArray()));
            upsert.setArray(3, connection.createArrayOf("int8", lanes.values().toArray()));
            upsert.executeUpdate();
        }
    }

    private static long count(Connection connection, int receiver, int more) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update receiver set events = events + ? where receiver_no = ? returning events")) {
            update.setInt(1, more);
            update.setInt(2, receiver);
            try (ResultSet row = update.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /**
     * Lanes of active receivers that have something to tell and need not wait.
     *
     * @param but receivers that are not told
     */
    List<Waiting> waiting(Instant now, List<Integer> but, int limit) {
        return query("""
                select l.receiver_no, l.lane, l.failures, l.failing_since from receiver_lane l
                join receiver r using (receiver_no)
                where l.sent < l.last and r.state = 'active' and (l.next_at is null or l.next_at <= ?)
                    and l.receiver_no <> all (?)
                order by l.next_at nulls first limit ?""", row -> waiting(row), Timestamp.from(now), but.toArray(Integer[]::new), limit);
    }

    /** How a lane stands; empty while it must wait, or where the receiver is not what it was in that revision. */
    Optional<Waiting> due(int receiver, long revision, String lane, Instant now) {
        return query("""
                        select r.receiver_no, ?, coalesce(l.failures, 0), l.failing_since from receiver r
                        left join receiver_lane l on l.receiver_no = r.receiver_no and l.lane = ?
                        where r.receiver_no = ? and r.revision = ? and (l.next_at is null or l.next_at <= ?)""", row -> waiting(row), lane, lane, receiver, revision, Timestamp.from(now)).stream()
                .findFirst();
    }

    /** When each receiver that owes nothing to its first lane last took a message there. */
    public Map<Integer, Instant> heard() {
        Map<Integer, Instant> heard = new LinkedHashMap<>();
        query(
                "select receiver_no, heard_at from receiver_lane where lane = '' and sent >= last and heard_at is not null",
                row -> heard.put(row.getInt(1), row.getTimestamp(2).toInstant()));
        return heard;
    }

    private static Waiting waiting(ResultSet row) throws SQLException {
        return new Waiting(
                row.getInt(1),
                row.getString(2),
                row.getInt(3),
                Optional.ofNullable(row.getTimestamp(4)).map(Timestamp::toInstant));
    }

    /** What comes next in a lane, oldest first. */
    List<Event> next(int receiver, String lane, int limit) {
        return query(
                "select " + COLUMNS + " from receiver_event where receiver_no = ? and lane = ? and number >"
                        + " (select sent from receiver_lane where receiver_no = ? and lane = ?)"
                        + " order by number limit ?",
                SqlEvents::event,
                receiver,
                lane,
                receiver,
                lane,
                limit);
    }

    /** Kept events with these numbers, both included; those that were given up if only they are asked for. */
    public List<Event> between(int receiver, long from, long until, int limit, boolean onlyDead) {
        return query(
                "select " + COLUMNS + " from receiver_event where receiver_no = ? and number >= ? and number <= ?"
                        + (onlyDead ? " and dead" : "") + " order by number limit ?",
                SqlEvents::event,
                receiver,
                from,
                until,
                limit);
    }

    private static Event event(ResultSet row) throws SQLException {
        return new Event(
                row.getLong(1),
                row.getTimestamp(2).toInstant(),
                new Subject(
                        Word.valueOf(row.getString(3)),
                        row.getString(4),
                        row.getLong(5),
                        row.getLong(6),
                        Optional.ofNullable(row.getString(7))));
    }

    /** Whether any of its lanes has failed since it last succeeded. */
    public boolean isFailing(int receiver) {
        return !query(
                        "select 1 from receiver_lane where receiver_no = ? and failures > 0 limit 1",
                        row -> true,
                        receiver)
                .isEmpty();
    }

    /** The newest event that was taken, or given up, of a receiver with one lane. */
    public long taken(int receiver) {
        return query(
                        "select coalesce(max(sent), 0) from receiver_lane where receiver_no = ? and lane = ''",
                        row -> row.getLong(1),
                        receiver)
                .getFirst();
    }

    /** How many events are not told yet. */
    public long waitingFor(int receiver) {
        return query(
                        "select coalesce(sum((select count(*) from receiver_event e where e.receiver_no = l.receiver_no"
                                + " and e.lane = l.lane and e.number > l.sent)), 0)"
                                + " from receiver_lane l where receiver_no = ? and sent < last",
                        row -> row.getLong(1),
                        receiver)
                .getFirst();
    }

    /**
     * The lane's receiver took everything up to this number; 0: a message without an event. What is forgotten in a power
     * cut is told again, so this need not wait for the disk.
     */
    public void taken(int receiver, String lane, long number, Instant now) {
        update("""
                with hurry as (select set_config('synchronous_commit', 'off', true) as is)
                insert into receiver_lane (receiver_no, lane, last, sent, heard_at) select ?, ?, 0, ?, ? from hurry
                on conflict (receiver_no, lane) do update set sent = greatest(receiver_lane.sent, excluded.sent),
                    failures = 0, failing_since = null, next_at = null, heard_at = excluded.heard_at""", receiver, lane, number, Timestamp.from(now));
    }

    void failed(Waiting waiting, Instant since, Instant nextAt) {
        update("""
                insert into receiver_lane (receiver_no, lane, last, failures, failing_since, next_at)
                values (?, ?, 0, 1, ?, ?)
                on conflict (receiver_no, lane) do update set failures = receiver_lane.failures + 1,
                    failing_since = excluded.failing_since, next_at = excluded.next_at""", waiting.receiver(), waiting.lane(), Timestamp.from(since), Timestamp.from(nextAt));
    }

    /** Sets aside what is older and was not taken, and lets its lane go on behind that; how many there were. */
    int bury(int receiver, String lane, Instant olderThan) {
        return query("""
                        with dead as (
                            update receiver_event e set dead = true from receiver_lane l
                            where e.receiver_no = ? and e.lane = ? and e.at <= ? and l.receiver_no = e.receiver_no
                                and l.lane = e.lane and e.number > l.sent
                            returning e.receiver_no, e.lane, e.number),
                        last as (
                            select receiver_no, lane, max(number) as number, count(*) as dead from dead
                            group by receiver_no, lane)
                        update receiver_lane l set sent = greatest(l.sent, last.number) from last
                        where l.receiver_no = last.receiver_no and l.lane = last.lane returning last.dead""", row -> row.getInt(1), receiver, lane, Timestamp.from(olderThan)).stream()
                .findFirst()
                .orElse(0);
    }

    /** Tells events that were given up once more, at the end of their lanes and under new numbers. */
    public int replay(int receiver, long from, long until, int limit, Instant now) {
        List<Event> dead = between(receiver, from, until, limit, true);
        if (dead.isEmpty()) {
            return 0;
        }
        try {
            return SqlWork.inTransaction(database, connection -> replay(connection, receiver, dead, now));
        } catch (SQLException e) {
            throw new OutboxException("events could not be told again", e);
        }
    }

    private static int replay(Connection connection, int receiver, List<Event> dead, Instant now) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update receiver_event set dead = false where receiver_no = ? and number = any(?) and dead"
                        + " returning lane, number")) {
            update.setInt(1, receiver);
            update.setArray(
                    2,
                    connection.createArrayOf(
                            "int8", dead.stream().map(Event::number).toArray()));
            Map<Long, String> lanes = new LinkedHashMap<>();
            try (ResultSet row = update.executeQuery()) {
                while (row.next()) {
                    lanes.put(row.getLong(2), row.getString(1));
                }
            }
            List<Owed> owed = dead.stream()
                    .filter(event -> lanes.containsKey(event.number()))
                    .map(event -> new Owed(event.subject(), lanes.getOrDefault(event.number(), "")))
                    .toList();
            if (!owed.isEmpty()) {
                insert(connection, receiver, owed, now);
            }
            return owed.size();
        }
    }

    /** Forgets what is older, and lanes that have nothing left. */
    int forget(Instant before) {
        int forgotten = update("delete from receiver_event where at < ?", Timestamp.from(before));
        update("delete from receiver_lane l where lane <> '' and not exists (select from receiver_event e"
                + " where e.receiver_no = l.receiver_no and e.lane = l.lane)");
        update("update receiver_lane l set sent = last where sent < last and not exists (select from receiver_event e"
                + " where e.receiver_no = l.receiver_no and e.lane = l.lane and e.number > l.sent)");
        return forgotten;
    }

    private interface Reading<T> {
        T of(ResultSet row) throws SQLException;
    }

    private <T> List<T> query(String sql, Reading<T> reading, Object... values) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                select.setObject(i + 1, values[i]);
            }
            try (ResultSet row = select.executeQuery()) {
                var found = new ArrayList<T>();
                while (row.next()) {
                    found.add(reading.of(row));
                }
                return found;
            }
        } catch (SQLException e) {
            throw new OutboxException("events could not be read", e);
        }
    }

    private int update(String sql, Object... values) {
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                update.setObject(i + 1, values[i]);
            }
            return update.executeUpdate();
        } catch (SQLException e) {
            throw new OutboxException("events could not be changed", e);
        }
    }
}
