package org.fieldward.core.copy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.fieldward.core.chart.Key;
import org.fieldward.core.copy.document.CopyException;

/** States in the core's own database. */
public final class SqlStates implements States {

    private static final String NEW = "insert into copy_state (name) values (?) on conflict do nothing";

    private final DataSource database;

    public SqlStates(DataSource database) {
        this.database = database;
    }

    private interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private <T> T with(Work<T> work) {
        try (Connection connection = database.getConnection()) {
            return work.in(connection);
        } catch (SQLException e) {
            throw new CopyException("a copy's state could not be kept (SQL state " + e.getSQLState() + ")", e);
        }
    }

    @Override
    public State of(String copy) {
        return with(connection -> {
            try (PreparedStatement select = connection.prepareStatement("""
                    select coalesce((select position from follower_cursor where follower = 'copy-' || asked.name), 0),
                        copied_at, coalesce(failures, 0), failing_since, last_error, last_error_at,
                        (select count(*) from copy_refused r where r.name = asked.name),
                        verified_at, verified_millis, compared, missing, extra, different, mended
                    from (values (?)) asked (name) left join copy_state s on s.name = asked.name""")) {
                select.setString(1, copy);
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    return state(row);
                }
            }
        });
    }

    private static State state(ResultSet row) throws SQLException {
        Optional<Instant> verifiedAt = instant(row, 8);
        Optional<Verification> verification = Optional.empty();
        if (verifiedAt.isPresent()) {
            var drift = new Drift(row.getLong(10), row.getLong(11), row.getLong(12), row.getLong(13), row.getLong(14));
            verification = Optional.of(new Verification(verifiedAt.get(), row.getLong(9), drift));
        }
        Optional<Failure> last = Optional.empty();
        if (row.getString(5) != null) {
            last = Optional.of(new Failure(row.getString(5), row.getTimestamp(6).toInstant()));
        }
        return new State(
                row.getLong(1), instant(row, 2), row.getInt(3), instant(row, 4), last, row.getLong(7), verification);
    }

    private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }

    /** The copy's name is the last value of the change. */
    private void change(String copy, String sql, Object... values) {
        with(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(NEW);
                    PreparedStatement update =
                            connection.prepareStatement("update copy_state set " + sql + " where name = ?")) {
                insert.setString(1, copy);
                insert.executeUpdate();
                for (int i = 0; i < values.length; i++) {
                    update.setObject(i + 1, values[i]);
                }
                update.setString(values.length + 1, copy);
                return update.executeUpdate();
            }
        });
    }

    @Override
    public void worked(String copy, Instant at) {
        change(copy, "copied_at = ?, failures = 0, failing_since = null", Timestamp.from(at));
    }

    @Override
    public void failed(String copy, String error, Instant at) {
        Timestamp when = Timestamp.from(at);
        change(
                copy,
                "failures = failures + 1, failing_since = coalesce(failing_since, ?), last_error = ?, last_error_at = ?",
                when,
                error,
                when);
    }

    @Override
    public void refused(String copy, Set<Key> keys, Instant at) {
        if (keys.isEmpty()) {
            return;
        }
        with(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "insert into copy_refused (name, type, id, refused_at) values (?, ?, ?, ?) on conflict"
                            + " (name, type, id) do update set refused_at = excluded.refused_at")) {
                for (Key key : keys) {
                    insert.setString(1, copy);
                    insert.setString(2, key.type());
                    insert.setString(3, key.id());
                    insert.setTimestamp(4, Timestamp.from(at));
                    insert.addBatch();
                }
                return insert.executeBatch();
            }
        });
    }

    @Override
    public void accepted(String copy, Instant before) {
        with(connection -> {
            try (PreparedStatement delete =
                    connection.prepareStatement("delete from copy_refused where name = ? and refused_at < ?")) {
                delete.setString(1, copy);
                delete.setTimestamp(2, Timestamp.from(before));
                return delete.executeUpdate();
            }
        });
    }

    @Override
    public void verified(String copy, Verification verification) {
        Drift drift = verification.drift();
        change(
                copy,
                "verified_at = ?, verified_millis = ?, compared = ?, missing = ?, extra = ?, different = ?, mended = ?",
                Timestamp.from(verification.at()),
                verification.millis(),
                drift.compared(),
                drift.missing(),
                drift.extra(),
                drift.different(),
                drift.mended());
    }
}
