package org.fieldward.core.access.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.fieldward.core.access.AccessException;
import org.fieldward.core.access.SqlTexts;
import org.fieldward.core.transaction.SqlWork;
import org.fieldward.proto.reading.Micros;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit in PostgreSQL. One thread writes what has come meanwhile in one commit, so that many answers share one sync of
 * the disk.
 */
public final class SqlAudit implements Audit, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SqlAudit.class);
    private static final int MAX_WAITING = 20_000;
    private static final int MAX_GROUP = 500;
    private static final int HOURS_TO_PURGE = 24;

    private record Waiting(Entry entry, CompletableFuture<Void> written) {}

    private final DataSource database;
    private final int years;
    private final InstantSource clock;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>(MAX_WAITING);
    private final Thread writer = Thread.ofPlatform().daemon().name("audit").unstarted(this::run);
    private volatile boolean ending;

    /** @param years how long entries are kept */
    public SqlAudit(DataSource database, int years, InstantSource clock) {
        this.database = database;
        this.years = years;
        this.clock = clock;
    }

    public SqlAudit start() {
        writer.start();
        return this;
    }

    @Override
    public CompletableFuture<Void> record(Entry entry) {
        var written = new CompletableFuture<Void>();
        if (ending || !queue.offer(new Waiting(entry, written))) {
            written.completeExceptionally(new AccessException("the audit takes no more"));
        }
        return written;
    }

    private void run() {
        Instant purgeAt = clock.instant();
        while (!ending || !queue.isEmpty()) {
            try {
                Waiting first = queue.poll(200, TimeUnit.MILLISECONDS);
                if (first != null) {
                    var group = new ArrayList<Waiting>();
                    group.add(first);
                    queue.drainTo(group, MAX_GROUP - 1);
                    write(group);
                } else if (!clock.instant().isBefore(purgeAt)) {
                    purgeAt = clock.instant().plus(HOURS_TO_PURGE, ChronoUnit.HOURS);
                    purge();
                }
            } catch (AccessException e) {
                LOG.error("{}", e.getMessage());
            } catch (InterruptedException e) {
                ending = true;
            }
        }
    }

    private void write(List<Waiting> group) {
        try {
            append(group.stream().map(Waiting::entry).toList());
            group.forEach(one -> one.written().complete(null));
        } catch (AccessException e) {
            group.forEach(one -> one.written().completeExceptionally(e));
            LOG.error("{} accesses are not answered: {}", group.size(), e.getMessage());
        }
    }

    private void append(List<Entry> entries) {
        inTransaction("append", connection -> {
            append(connection, entries);
            return entries.size();
        });
    }

    /** Adds entries in the connection's transaction; until that ends, nobody else can add any. */
    public static void append(Connection connection, List<Entry> entries) throws SQLException {
        Head head = Head.lock(connection);
        long number = head.number();
        byte[] hash = head.hash();
        int count = entries.size();
        var numbers = new Long[count];
        var times = new Long[count];
        var agents = new String[count];
        var patients = new String[count];
        var texts = new String[count];
        var hashes = new byte[count][];
        for (int i = 0; i < count; i++) {
            number++;
            String text = EntryJson.write(entries.get(i));
            Entry kept = EntryJson.read(text);
            hash = Link.hash(number, text, hash);
            numbers[i] = number;
            times[i] = Micros.of(kept.at());
            agents[i] = kept.agent();
            patients[i] = SqlTexts.literal(kept.patients());
            texts[i] = text;
            hashes[i] = hash;
        }
        // One statement for all: most of what a row costs is the statement.
        try (PreparedStatement insert = connection.prepareStatement("""
                with put as (insert into audit_event (number, at_us, agent, patients, entry, hash)
                    select t.number, t.at_us, t.agent, t.patients::text[], t.entry, t.hash
                    from unnest(?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::bytea[])
                        t (number, at_us, agent, patients, entry, hash))
                update audit_head set number = ?, hash = ?""")) {
            insert.setArray(1, connection.createArrayOf("bigint", numbers));
            insert.setArray(2, connection.createArrayOf("bigint", times));
            insert.setArray(3, connection.createArrayOf("text", agents));
            insert.setArray(4, connection.createArrayOf("text", patients));
            insert.setArray(5, connection.createArrayOf("text", texts));
            insert.setArray(6, connection.createArrayOf("bytea", hashes));
            insert.setLong(7, number);
            insert.setBytes(8, hash);
            insert.executeUpdate();
        }
    }

    /** The newest row and the last that retention took. */
    private static final class Head {
        private final long number;
        private final byte[] hash;

        private Head(long number, byte[] hash) {
            this.number = number;
            this.hash = hash;
        }

        long number() {
            return number;
        }

        byte[] hash() {
            return hash;
        }

        static Head lock(Connection connection) throws SQLException {
            try (PreparedStatement select =
                            connection.prepareStatement("select number, hash from audit_head for update");
                    ResultSet row = select.executeQuery()) {
                row.next();
                return new Head(row.getLong(1), row.getBytes(2));
            }
        }
    }

    /**
     * Takes what is older than the retention, from the beginning on, and records that it did.
     *
     * @return how many entries
     */
    public long purge() {
        Instant now = clock.instant();
        Instant before = now.atZone(ZoneOffset.UTC).minus(Period.ofYears(years)).toInstant();
        return inTransaction("purge", connection -> {
            long taken = purge(connection, before);
            if (taken > 0) {
                append(connection, List.of(purged(taken, now, before)));
            }
            return taken;
        });
    }

    private long purge(Connection connection, Instant before) throws SQLException {
        Head.lock(connection);
        long last = 0;
        try (PreparedStatement select =
                connection.prepareStatement("select coalesce(max(number), 0) from audit_event where number < coalesce("
                        + "(select min(number) from audit_event where at_us >= ?), 9223372036854775807)")) {
            select.setLong(1, Micros.of(before));
            try (ResultSet row = select.executeQuery()) {
                row.next();
                last = row.getLong(1);
            }
        }
        if (last == 0) {
            return 0;
        }
        try (PreparedStatement update = connection.prepareStatement("update audit_head set purged_number = ?,"
                        + " purged_hash = (select hash from audit_event where number = ?)");
                PreparedStatement allow =
                        connection.prepareStatement("select set_config('fieldward.audit_years', ?, true)");
                Statement grant = connection.createStatement();
                PreparedStatement delete = connection.prepareStatement("delete from audit_event where number <= ?")) {
            update.setLong(1, last);
            update.setLong(2, last);
            update.executeUpdate();
            allow.setString(1, Integer.toString(years));
            allow.execute();
            grant.execute("grant delete on audit_event to current_user");
            delete.setLong(1, last);
            long taken = delete.executeUpdate();
            grant.execute("revoke delete on audit_event from current_user");
            return taken;
        }
    }

    private static Entry purged(long taken, Instant now, Instant before) {
        return new Entry(
                now,
                "core",
                List.of(),
                "",
                Entry.Kind.PURGE,
                Entry.Outcome.DONE,
                "AuditEvent: " + taken + " from before " + before,
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    @Override
    public List<Stored> page(Query query) {
        var where = new StringBuilder("select number, entry from audit_event where true");
        query.before().ifPresent(number -> where.append(" and number < ?"));
        query.number().ifPresent(number -> where.append(" and number = ?"));
        query.from().ifPresent(from -> where.append(" and at_us >= ?"));
        query.until().ifPresent(until -> where.append(" and at_us < ?"));
        query.agent().ifPresent(agent -> where.append(" and agent = ?"));
        query.patient().ifPresent(patient -> where.append(" and patients @> array[?]::text[]"));
        where.append(" order by number desc limit ?");
        return inTransaction("read", connection -> {
            try (PreparedStatement select = connection.prepareStatement(where.toString())) {
                int place = 0;
                for (Optional<Long> number : List.of(
                        query.before(),
                        query.number(),
                        query.from().map(Micros::of),
                        query.until().map(Micros::of))) {
                    if (number.isPresent()) {
                        select.setLong(++place, number.get());
                    }
                }
                for (Optional<String> text : List.of(query.agent(), query.patient())) {
                    if (text.isPresent()) {
                        select.setString(++place, text.get());
                    }
                }
                select.setInt(++place, query.limit());
                var found = new ArrayList<Stored>();
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        found.add(new Stored(row.getLong(1), EntryJson.read(row.getString(2))));
                    }
                }
                return found;
            }
        });
    }

    private <T> T inTransaction(String what, SqlWork<T> work) {
        try {
            return SqlWork.inTransaction(database, work);
        } catch (SQLException e) {
            // The driver's message may quote the row.
            throw new AccessException(
                    "the audit could not " + what + " (SQL state " + e.getSQLState() + ")",
                    new SQLException(e.getSQLState()));
        }
    }

    /** Writes what still waits. */
    @Override
    public void close() {
        ending = true;
        try {
            writer.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
