package org.fieldward.core.observation.search;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.fieldward.core.observation.Accepted;
import org.fieldward.core.observation.ObservationException;
import org.fieldward.core.observation.store.SqlRuns;
import org.fieldward.core.registry.Snapshot;
import org.fieldward.proto.reading.AlarmChange.Kind;
import org.fieldward.proto.reading.AlarmChange.Phase;
import org.fieldward.proto.reading.AlarmChange.Priority;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;

/** Reads on in PostgreSQL along the batches of commitments and the numbers of alarms' steps. */
public final class SqlAccepted implements Accepted {

    private static final int BATCHES_AT_ONCE = 64;
    private static final int RECORDS_AT_ONCE = 5_000;
    private static final int COMMITMENT_BYTES = 32;

    private final DataSource database;
    private final Supplier<Snapshot> registry;

    public SqlAccepted(DataSource database, Supplier<Snapshot> registry) {
        this.database = database;
        this.registry = registry;
    }

    @Override
    public Readings readings(long after) {
        try (Connection connection = database.getConnection()) {
            long until = end(connection, after);
            if (until == after) {
                return new Readings(after, List.of());
            }
            try (PreparedStatement select = connection.prepareStatement("""
                    select COLUMNS from reading r
                    where commitment_batch > ? and commitment_batch <= ? and commitment_batch > 0
                    union all
                    select OF_RUN from reading_run r cross join lateral EACH
                    where r.commitment_batch > ? and r.commitment_batch <= ?
                    order by commitment_batch, commitment_position""".replace("COLUMNS", SqlReadings.COLUMNS)
                    .replace("OF_RUN", SqlRuns.COLUMNS)
                    .replace("EACH", SqlRuns.EACH))) {
                select.setLong(1, after);
                select.setLong(2, until);
                select.setLong(3, after);
                select.setLong(4, until);
                return new Readings(until, SqlReadings.observed(select));
            }
        } catch (SQLException e) {
            throw new ObservationException("accepted readings could not be read", e);
        }
    }

    /** The last of some batches that together are not too large. */
    private static long end(Connection connection, long after) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select number, length(commitments)"
                + " from commitment_batch where number > ? order by number limit ?")) {
            select.setLong(1, after);
            select.setInt(2, BATCHES_AT_ONCE);
            try (ResultSet row = select.executeQuery()) {
                long until = after;
                long records = 0;
                while (row.next() && records < RECORDS_AT_ONCE) {
                    until = row.getLong(1);
                    records += row.getLong(2) / COMMITMENT_BYTES;
                }
                return until;
            }
        }
    }

    @Override
    public long newestBatch() {
        return number("select coalesce(max(number), 0) from commitment_batch");
    }

    @Override
    public long readingsBetween(long after, long until) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select coalesce(sum(length(commitments)), 0)"
                        + " from commitment_batch where number > ? and number <= ?")) {
            select.setLong(1, after);
            select.setLong(2, until);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1) / COMMITMENT_BYTES;
            }
        } catch (SQLException e) {
            throw new ObservationException("accepted readings could not be counted", e);
        }
    }

    @Override
    public long newestStep() {
        return number("select coalesce(max(number), 0) from alarm_history");
    }

    private long number(String sql) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql);
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new ObservationException("the newest of what was accepted could not be read", e);
        }
    }

    @Override
    public List<Step> steps(long after, int limit) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("""
                        select h.number, h.gateway, h.alarm, h.device, h.kind, h.priority, h.phase, h.parameter,
                            h.at_us, coalesce(a.raised_us, h.at_us), h.detail,
                            exists (select from alarm_history b
                                where b.gateway = h.gateway and b.alarm = h.alarm and b.number < h.number
                                    and array_position(array['RAISED', 'ACKNOWLEDGED', 'CLEARED'], b.phase)
                                        >= array_position(array['RAISED', 'ACKNOWLEDGED', 'CLEARED'], h.phase))
                        from alarm_history h left join alarm a on a.gateway = h.gateway and a.alarm = h.alarm
                        where h.number > ? order by h.number limit ?""")) {
            select.setLong(1, after);
            select.setInt(2, limit);
            try (ResultSet row = select.executeQuery()) {
                var steps = new ArrayList<Step>();
                while (row.next()) {
                    steps.add(step(row));
                }
                return steps;
            }
        } catch (SQLException e) {
            throw new ObservationException("steps of alarms could not be read", e);
        }
    }

    private Step step(ResultSet row) throws SQLException {
        var device = new DeviceId(row.getString(4));
        int parameter = row.getInt(8);
        var raisedAt = Micros.instant(row.getLong(10));
        return new Step(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                device,
                Kind.valueOf(row.getString(5)),
                Priority.valueOf(row.getString(6)),
                Phase.valueOf(row.getString(7)),
                parameter == 0
                        ? Optional.empty()
                        : Optional.of(Catalogue.standard().parameter(parameter)),
                Micros.instant(row.getLong(9)),
                raisedAt,
                registry.get()
                        .servedBy(device, raisedAt)
                        .map(known -> known.is().id()),
                row.getString(11),
                row.getBoolean(12));
    }

    @Override
    public Optional<Phase> phase(String gateway, String alarm) {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select phase from alarm where gateway = ? and alarm = ?")) {
            select.setString(1, gateway);
            select.setString(2, alarm);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(Phase.valueOf(row.getString(1))) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new ObservationException("an alarm's phase could not be read", e);
        }
    }
}
