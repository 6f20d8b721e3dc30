package org.fieldward.core.webhook.arrival;

import com.google.protobuf.ByteString;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;
import org.fieldward.core.chart.ChartException;
import org.fieldward.core.chart.Desk;
import org.fieldward.core.chart.store.SqlDesk;
import org.fieldward.core.transaction.SqlWork;
import org.fieldward.core.webhook.WebhookException;
import org.fieldward.core.webhook.arrival.Arrival.State;

/** Arrivals in PostgreSQL. */
public final class SqlArrivals implements Arrivals {

    private static final String COLUMNS = "number, source, facility, control_id, kind, state, bytes,"
            + " octet_length(bytes) as size, arrived_at, settled_at, place, rule, status, answer, attempts";

    private final DataSource database;
    private final Recent recent = new Recent();

    public SqlArrivals(DataSource database) {
        this.database = database;
    }

    private interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private static <T> T on(Desk desk, Work<T> work) {
        try {
            return work.in(((SqlDesk) desk).connection());
        } catch (SQLException e) {
            // The chart starts over where the database asks for it.
            throw new ChartException("an arrival could not be stored", e);
        }
    }

    private <T> T read(Work<T> work) {
        try (Connection connection = database.getConnection()) {
            return work.in(connection);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static WebhookException failed(SQLException e) {
        return new WebhookException("arrivals could not be read or stored", e);
    }

    @Override
    public boolean isAgain(Name name) {
        return recent.again(name);
    }

    private static Optional<SqlGroup> group(Desk desk) {
        return ((SqlDesk) desk)
                .company()
                .map(company -> company.ending(SqlGroup.class, () -> new SqlGroup(company.size())));
    }

    @Override
    public Claim claim(Desk desk, Name name, String kind, ByteString bytes, Instant now) {
        Optional<SqlGroup> group = group(desk);
        return on(
                desk,
                connection -> group.isPresent()
                        ? new Claim.Ours(group.get().claim(connection, name, kind, bytes, now))
                        : claim(connection, name, kind, bytes, State.APPLIED, now));
    }

    /** @param state what it will be when the transaction ends */
    private static Claim claim(
            Connection connection, Name name, String kind, ByteString bytes, State state, Instant now)
            throws SQLException {
        // One statement, since every message of every source passes here.
        try (PreparedStatement insert = connection.prepareStatement("""
                with signed as (insert into webhook_signature (source, signature, seen_at)
                        select ?, t.signature, ? from (select ?::text as signature) t where t.signature is not null
                        on conflict do nothing returning 1),
                    fresh as (select ?::text is null or exists (select from signed) as is),
                    put as (insert into webhook_arrival
                            (source, facility, control_id, digest, kind, bytes, state, arrived_at, settled_at)
                        select ?, ?, ?, ?, ?, ?, ?, ?, ? from fresh where fresh.is
                        on conflict (source, facility, control_id, digest) do nothing returning number)
                select fresh.is, put.number from fresh left join put on true""")) {
            String signature = name.signature().orElse(null);
            Timestamp at = Timestamp.from(now);
            insert.setString(1, name.source());
            insert.setTimestamp(2, at);
            insert.setString(3, signature);
            insert.setString(4, signature);
            insert.setString(5, name.source());
            insert.setString(6, name.facility());
            insert.setString(7, name.controlId().orElse(null));
            insert.setBytes(8, name.digest().toByteArray());
            insert.setString(9, kind);
            insert.setBytes(10, bytes.toByteArray());
            insert.setString(11, word(state));
            insert.setTimestamp(12, at);
            insert.setTimestamp(13, at);
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                if (!row.getBoolean(1)) {
                    return new Claim.Replayed();
                }
                long number = row.getLong(2);
                if (!row.wasNull()) {
                    return new Claim.Ours(number);
                }
            }
        }
        Arrival before = known(connection, name);
        return before.state() == State.APPLIED ? new Claim.Repeated(before) : new Claim.Ours(before.number());
    }

    private static Arrival known(Connection connection, Name name) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select " + COLUMNS
                        + " from webhook_arrival where source = ? and facility = ? and control_id = ? and digest = ? for update")) {
            select.setString(1, name.source());
            select.setString(2, name.facility());
            select.setString(3, name.controlId().orElse(null));
            select.setBytes(4, name.digest().toByteArray());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return arrival(row);
            }
        }
    }

    @Override
    public void applied(Desk desk, long number, int status, String answer, Instant now) {
        Optional<SqlGroup> group = group(desk);
        if (group.isPresent()) {
            group.get().applied(number, status, answer, now);
            return;
        }
        on(desk, connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "update webhook_arrival set state = 'applied', status = ?, answer = ?, settled_at = ?, place = null,"
                            + " rule = null, attempts = attempts + 1 where number = ?")) {
                update.setInt(1, status);
                update.setString(2, answer);
                update.setTimestamp(3, Timestamp.from(now));
                update.setLong(4, number);
                return update.executeUpdate();
            }
        });
    }

    @Override
    public Claim quarantine(Name name, String kind, ByteString bytes, Reason reason, Instant now) {
        try {
            return SqlWork.inTransaction(database, connection -> {
                Claim claim = claim(connection, name, kind, bytes, State.QUARANTINED, now);
                if (claim instanceof Claim.Ours ours) {
                    explain(connection, ours.number(), reason, now);
                }
                return claim;
            });
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static void explain(Connection connection, long number, Reason reason, Instant now) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update webhook_arrival set place = ?, rule = ?, status = ?, settled_at = ?, attempts = attempts + 1"
                        + " where number = ? and state = 'quarantined'")) {
            update.setString(1, reason.place());
            update.setString(2, reason.rule());
            update.setInt(3, reason.status());
            update.setTimestamp(4, Timestamp.from(now));
            update.setLong(5, number);
            update.executeUpdate();
        }
    }

    @Override
    public void stillQuarantined(long number, Reason reason, Instant now) {
        read(connection -> {
            explain(connection, number, reason, now);
            return number;
        });
    }

    @Override
    public List<Arrival> list(Optional<State> state, Optional<Long> before, int limit) {
        return read(connection -> {
            try (PreparedStatement select = connection.prepareStatement("select "
                    + COLUMNS.replace(" bytes,", " ''::bytea as bytes,")
                    + " from webhook_arrival where (?::text is null or state = ?) and number < ?"
                    + " order by number desc limit ?")) {
                String wanted = state.map(SqlArrivals::word).orElse(null);
                select.setString(1, wanted);
                select.setString(2, wanted);
                select.setLong(3, before.orElse(Long.MAX_VALUE));
                select.setInt(4, limit);
                var found = new ArrayList<Arrival>();
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        found.add(arrival(row));
                    }
                }
                return found;
            }
        });
    }

    @Override
    public Optional<Arrival> find(long number) {
        return read(connection -> find(connection, number, ""));
    }

    @Override
    public Optional<Arrival> take(Desk desk, long number) {
        return on(desk, connection -> find(connection, number, " for update"));
    }

    private static Optional<Arrival> find(Connection connection, long number, String lock) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select " + COLUMNS + " from webhook_arrival where number = ?" + lock)) {
            select.setLong(1, number);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(arrival(row)) : Optional.empty();
            }
        }
    }

    @Override
    public void forgetSignatures(Instant before) {
        read(connection -> {
            try (PreparedStatement delete =
                    connection.prepareStatement("delete from webhook_signature where seen_at < ?")) {
                delete.setTimestamp(1, Timestamp.from(before));
                return delete.executeUpdate();
            }
        });
    }

    private static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static Arrival arrival(ResultSet row) throws SQLException {
        return new Arrival(
                row.getLong("number"),
                row.getString("source"),
                row.getString("facility"),
                Optional.ofNullable(row.getString("control_id")),
                row.getString("kind"),
                State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                ByteString.copyFrom(row.getBytes("bytes")),
                row.getInt("size"),
                row.getTimestamp("arrived_at").toInstant(),
                row.getTimestamp("settled_at").toInstant(),
                Optional.ofNullable(row.getString("place")),
                Optional.ofNullable(row.getString("rule")),
                row.getInt("status"),
                row.getString("answer"),
                row.getInt("attempts"));
    }
}
