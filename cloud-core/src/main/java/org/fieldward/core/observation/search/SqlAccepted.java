package org.fieldward.core.observation.search;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.fieldward.core.observation.Accepted;
import org.fieldward.core.observation.ObservationException;
import org.fieldward.core.observation.alarm.SqlAlarmSteps;
import org.fieldward.core.observation.store.SqlRuns;
import org.fieldward.core.registry.Snapshot;
import org.fieldward.proto.reading.AlarmChange.Phase;

/** Reads on in PostgreSQL along the batches of commitments and the numbers of alarms' steps. */
public final class SqlAccepted implements Accepted {

    private static final int BATCHES_AT_ONCE = 64;
    private static final int RECORDS_AT_ONCE = 5_000;
    private static final int COMMITMENT_BYTES = 32;

    private final DataSource database;
    private final SqlAlarmSteps steps;

    public SqlAccepted(DataSource database, Supplier<Snapshot> registry) {
        this.database = database;
        steps = new SqlAlarmSteps(database, registry);
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
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select coalesce(max(number), 0) from commitment_batch");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new ObservationException("the newest of what was accepted could not be read", e);
        }
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
        return steps.newest();
    }

    @Override
    public List<Step> steps(long after, int limit) {
        return steps.after(after, limit);
    }

    @Override
    public Optional<Phase> phase(String gateway, String alarm) {
        return steps.phase(gateway, alarm);
    }
}
