package org.fieldward.core.webhook.arrival;

import com.google.protobuf.ByteString;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.fieldward.core.chart.index.SqlQuery;
import org.fieldward.core.chart.store.SqlDesk;
import org.fieldward.core.webhook.arrival.Arrivals.Name;
import org.fieldward.proto.reading.Micros;

/**
 * Arrivals that share a transaction: each is written once, when what it became is known, and all in one statement. Not
 * thread-safe.
 */
final class SqlGroup implements SqlDesk.Ending {

    private static final String ROWS =
            "unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bytea[], ?::text[],"
                    + " ?::bytea[], ?::bigint[], ?::bigint[], ?::integer[], ?::text[])"
                    + " t (number, source, facility, control_id, signature, digest, kind, bytes, arrived, settled, status, answer)";

    /** What has no name or no signature has an empty one here. */
    private static final String WRITE = "with t as materialized (select * from " + ROWS + "),"
            + " signed as (insert into webhook_signature (source, signature, seen_at)"
            + " select t.source, t.signature, " + SqlQuery.time("t.arrived") + " from t where t.signature <> ''"
            + " on conflict do nothing returning 1),"
            + " put as (insert into webhook_arrival (number, source, facility, control_id, digest, kind, bytes, state,"
            + " arrived_at, settled_at, status, answer, attempts) overriding system value"
            + " select t.number, t.source, t.facility, nullif(t.control_id, ''), t.digest, t.kind, t.bytes, 'applied', "
            + SqlQuery.time("t.arrived") + ", " + SqlQuery.time("t.settled") + ", t.status, t.answer, 1 from t"
            + " on conflict (source, facility, control_id, digest) do nothing returning 1)"
            + " select (select count(*) from signed), (select count(*) from put)";

    private record Claimed(Name name, String kind, ByteString bytes, Instant at) {}

    private record Row(long number, Claimed claimed, int status, String answer, Instant settled) {}

    private final int works;
    private final Queue<Long> numbers = new ArrayDeque<>();
    private final Map<Long, Claimed> claimed = new LinkedHashMap<>();
    private final Map<Long, Row> rows = new LinkedHashMap<>();

    /** @param works how many there are at most */
    SqlGroup(int works) {
        this.works = works;
    }

    /** Gives its number. */
    long claim(Connection connection, Name name, String kind, ByteString bytes, Instant now) throws SQLException {
        if (numbers.isEmpty()) {
            try (PreparedStatement select = connection.prepareStatement(
                    "select nextval('webhook_arrival_number_seq') from generate_series(1, ?)")) {
                select.setInt(1, works);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        numbers.add(row.getLong(1));
                    }
                }
            }
        }
        long number = numbers.remove();
        claimed.put(number, new Claimed(name, kind, bytes, now));
        return number;
    }

    void applied(long number, int status, String answer, Instant now) {
        Claimed known = claimed.get(number);
        if (known == null) {
            throw new IllegalArgumentException("an arrival must be claimed by the transaction in which it is applied");
        }
        rows.put(number, new Row(number, known, status, answer, now));
    }

    @Override
    public boolean write(Connection connection) throws SQLException {
        if (!rows.keySet().equals(claimed.keySet())) {
            throw new IllegalStateException("an arrival was claimed and nothing became of it");
        }
        long signed = rows.values().stream()
                .filter(row -> row.claimed().name().signature().isPresent())
                .count();
        Collection<Row> all = rows.values();
        var write = new SqlQuery(
                WRITE,
                rows.keySet(),
                SqlQuery.column(all, row -> row.claimed().name().source()),
                SqlQuery.column(all, row -> row.claimed().name().facility()),
                SqlQuery.column(all, row -> row.claimed().name().controlId().orElse("")),
                SqlQuery.column(all, row -> row.claimed().name().signature().orElse("")),
                SqlQuery.column(all, row -> row.claimed().name().digest().toByteArray()),
                SqlQuery.column(all, row -> row.claimed().kind()),
                SqlQuery.column(all, row -> row.claimed().bytes().toByteArray()),
                SqlQuery.column(all, row -> Micros.of(row.claimed().at())),
                SqlQuery.column(all, row -> Micros.of(row.settled())),
                SqlQuery.column(all, Row::status),
                SqlQuery.column(all, Row::answer));
        try (PreparedStatement statement = write.prepare(connection);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1) == signed && row.getLong(2) == all.size();
        }
    }
}
