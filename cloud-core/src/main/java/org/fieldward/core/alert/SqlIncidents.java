package org.fieldward.core.alert;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.fieldward.core.alert.Rule.Level;
import org.fieldward.core.transaction.SqlWork;
import org.jspecify.annotations.Nullable;

/** Incidents and the messages about them, in PostgreSQL. */
public final class SqlIncidents {

    private static final String COLUMNS = "number, rule, gateway, place, what, priority, raised_at, seen, level,"
            + " acknowledged_at, acknowledged_by, closed_at";

    private final DataSource database;

    public SqlIncidents(DataSource database) {
        this.database = database;
    }

    /** A message that waits, with what it is about. */
    record Waiting(
            long number,
            Incident incident,
            int level,
            String channel,
            String address,
            int failures,
            Instant queuedAt) {}

    /** Opens an incident and queues its first messages, unless the same is open or was until just now. */
    static void open(Connection connection, Rule rule, Sign sign, Instant now) throws SQLException {
        String likeness = rule.name() + "|" + sign.likeness();
        if (again(connection, likeness, sign, now, rule.quiet())) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into alert_incident (rule, subject, likeness, gateway, place, what, priority, raised_at,
                    opened_at, level, next_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?) returning number""")) {
            insert.setString(1, rule.name());
            insert.setString(2, sign.subject());
            insert.setString(3, likeness);
            insert.setString(4, sign.gateway());
            insert.setString(5, sign.place());
            insert.setString(6, sign.what());
            insert.setString(7, sign.priority());
            insert.setTimestamp(8, Timestamp.from(sign.raisedAt()));
            insert.setTimestamp(9, Timestamp.from(now));
            insert.setTimestamp(10, timestamp(rule.next(1).map(now::plus)));
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                queue(connection, row.getLong(1), 1, rule.levels().getFirst(), now);
            }
        }
    }

    /** Counts it to the incident of the same kind; one that was just over goes on, and nobody is told again at once. */
    private static boolean again(Connection connection, String likeness, Sign sign, Instant now, Duration quiet)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                update alert_incident set seen = seen + 1, subject = ?, closed_at = null where number = (
                    select number from alert_incident where likeness = ? and (closed_at is null or closed_at > ?)
                    order by number desc limit 1)""")) {
            update.setString(1, sign.subject());
            update.setString(2, likeness);
            update.setTimestamp(3, Timestamp.from(now.minus(quiet)));
            return update.executeUpdate() > 0;
        }
    }

    private static void queue(Connection connection, long incident, int level, Level told, Instant now)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into alert_message (incident, level, channel, address, queued_at, next_at)"
                        + " values (?, ?, ?, ?, ?, ?)")) {
            for (String address : told.mail()) {
                add(insert, incident, level, "mail", address, now);
            }
            for (String address : told.webhooks()) {
                add(insert, incident, level, "webhook", address, now);
            }
            insert.executeBatch();
        }
    }

    private static void add(
            PreparedStatement insert, long incident, int level, String channel, String address, Instant now)
            throws SQLException {
        insert.setLong(1, incident);
        insert.setInt(2, level);
        insert.setString(3, channel);
        insert.setString(4, address);
        insert.setTimestamp(5, Timestamp.from(now));
        insert.setTimestamp(6, Timestamp.from(now));
        insert.addBatch();
    }

    static void acknowledge(Connection connection, String subject, String by, Instant now) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update alert_incident set acknowledged_at = coalesce(acknowledged_at, ?),"
                        + " acknowledged_by = coalesce(acknowledged_by, ?) where subject = ? and closed_at is null")) {
            update.setTimestamp(1, Timestamp.from(now));
            update.setString(2, by);
            update.setString(3, subject);
            update.executeUpdate();
        }
    }

    static void close(Connection connection, String subject, Instant now) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update alert_incident set closed_at = ? where subject = ? and closed_at is null")) {
            update.setTimestamp(1, Timestamp.from(now));
            update.setString(2, subject);
            update.executeUpdate();
        }
    }

    /** Tells the next level of one incident that nobody answered; false if there is none. */
    boolean escalate(List<Rule> rules, Instant now) {
        return transaction(connection -> {
            try (PreparedStatement select = connection.prepareStatement("""
                    select number, rule, level from alert_incident
                    where closed_at is null and acknowledged_at is null and next_at <= ?
                    order by next_at limit 1 for update skip locked""")) {
                select.setTimestamp(1, Timestamp.from(now));
                try (ResultSet row = select.executeQuery()) {
                    if (!row.next()) {
                        return false;
                    }
                    long number = row.getLong(1);
                    String name = row.getString(2);
                    Optional<Rule> rule = rules.stream()
                            .filter(one -> one.name().equals(name))
                            .findFirst();
                    int told = row.getInt(3);
                    int level = rule.map(one -> Math.min(told + 1, one.levels().size()))
                            .orElse(told);
                    if (rule.isPresent()) {
                        queue(connection, number, level, rule.get().levels().get(level - 1), now);
                    }
                    // A rule that is gone tells nobody more.
                    due(
                            connection,
                            number,
                            level,
                            rule.flatMap(one -> one.next(level)).map(now::plus));
                    return true;
                }
            }
        });
    }

    private static void due(Connection connection, long number, int level, Optional<Instant> next) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update alert_incident set level = ?, next_at = ? where number = ?")) {
            update.setInt(1, level);
            update.setTimestamp(2, timestamp(next));
            update.setLong(3, number);
            update.executeUpdate();
        }
    }

    /** What became of an attempt: empty reason, it was sent; otherwise when to try again, or never. */
    record Attempt(Optional<String> failure, Optional<Instant> nextAt) {}

    interface Sending {
        Attempt send(Waiting waiting);
    }

    /** Takes one message that is due, sends it and writes down what became of it; false if there is none. */
    boolean send(Sending sending, Instant now) {
        return transaction(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("select m.number, m.level, m.channel, m.address,"
                            + " m.failures, m.queued_at, i." + COLUMNS.replace(", ", ", i.")
                            + " from alert_message m join alert_incident i on i.number = m.incident"
                            + " where m.sent_at is null and m.dropped is null and m.next_at <= ?"
                            + " order by m.next_at, m.number limit 1 for update of m skip locked")) {
                select.setTimestamp(1, Timestamp.from(now));
                try (ResultSet row = select.executeQuery()) {
                    if (!row.next()) {
                        return false;
                    }
                    var waiting = new Waiting(
                            row.getLong(1),
                            incident(row, 6),
                            row.getInt(2),
                            row.getString(3),
                            row.getString(4),
                            row.getInt(5),
                            row.getTimestamp(6).toInstant());
                    write(connection, waiting, sending.send(waiting), now);
                    return true;
                }
            }
        });
    }

    private static void write(Connection connection, Waiting waiting, Attempt attempt, Instant now)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update alert_message set sent_at = ?, dropped = ?,"
                + " failures = ?, next_at = coalesce(?, next_at) where number = ?")) {
            boolean sent = attempt.failure().isEmpty();
            update.setTimestamp(1, sent ? Timestamp.from(now) : null);
            update.setString(
                    2, attempt.nextAt().isPresent() ? null : attempt.failure().orElse(null));
            update.setInt(3, waiting.failures() + (sent ? 0 : 1));
            update.setTimestamp(4, timestamp(attempt.nextAt()));
            update.setLong(5, waiting.number());
            update.executeUpdate();
        }
    }

    /** Newest first. */
    public List<Incident> list(boolean onlyOpen, int limit) {
        return transaction(connection -> {
            try (PreparedStatement select = connection.prepareStatement("select " + COLUMNS + " from alert_incident"
                    + (onlyOpen ? " where closed_at is null" : "") + " order by number desc limit ?")) {
                select.setInt(1, limit);
                try (ResultSet row = select.executeQuery()) {
                    var incidents = new ArrayList<Incident>();
                    while (row.next()) {
                        incidents.add(incident(row, 0));
                    }
                    return incidents;
                }
            }
        });
    }

    public Optional<Incident> find(long number) {
        return transaction(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("select " + COLUMNS + " from alert_incident where number = ?")) {
                select.setLong(1, number);
                try (ResultSet row = select.executeQuery()) {
                    return row.next() ? Optional.of(incident(row, 0)) : Optional.<Incident>empty();
                }
            }
        });
    }

    /** Somebody knows: no next level is told. False if there is no such incident. */
    public boolean acknowledge(long number, String by, Instant now) {
        return transaction(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "update alert_incident set acknowledged_at = coalesce(acknowledged_at, ?),"
                            + " acknowledged_by = coalesce(acknowledged_by, ?) where number = ?")) {
                update.setTimestamp(1, Timestamp.from(now));
                update.setString(2, by);
                update.setLong(3, number);
                return update.executeUpdate() > 0;
            }
        });
    }

    private static Incident incident(ResultSet row, int before) throws SQLException {
        return new Incident(
                row.getLong(before + 1),
                row.getString(before + 2),
                row.getString(before + 3),
                row.getString(before + 4),
                row.getString(before + 5),
                row.getString(before + 6),
                row.getTimestamp(before + 7).toInstant(),
                row.getInt(before + 8),
                row.getInt(before + 9),
                Optional.ofNullable(row.getTimestamp(before + 10)).map(Timestamp::toInstant),
                Optional.ofNullable(row.getString(before + 11)),
                Optional.ofNullable(row.getTimestamp(before + 12)).map(Timestamp::toInstant));
    }

    private static @Nullable Timestamp timestamp(Optional<Instant> instant) {
        return instant.map(Timestamp::from).orElse(null);
    }

    private <T> T transaction(SqlWork<T> work) {
        try {
            return SqlWork.inTransaction(database, work);
        } catch (SQLException e) {
            throw new AlertException("incidents could not be kept (SQL state " + e.getSQLState() + ")", e);
        }
    }
}
