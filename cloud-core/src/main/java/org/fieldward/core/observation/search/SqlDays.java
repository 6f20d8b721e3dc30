package org.fieldward.core.observation.search;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.fieldward.core.observation.Days;
import org.fieldward.core.observation.ObservationException;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.store.SqlRuns;

/** Reads days from PostgreSQL, along the primary key of {@code reading}, a few thousand rows in memory at a time. */
public final class SqlDays implements Days {

    private static final int ROWS_AT_ONCE = 5_000;
    private static final int QUARTERS = 96;
    private static final long DAY_MICROS = TimeUnit.DAYS.toMicros(1);

    private final DataSource database;

    public SqlDays(DataSource database) {
        this.database = database;
    }

    @Override
    public List<Day> before(LocalDate until) {
        try (Connection connection = database.getConnection()) {
            return days(connection, Long.MIN_VALUE, until.toEpochDay() * QUARTERS);
        } catch (SQLException e) {
            throw new ObservationException("the days that have readings could not be read", e);
        }
    }

    private static List<Day> days(Connection connection, long from, long until) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                select floor(quarter::numeric / ?)::bigint as day, sum(readings), min(first_batch), max(last_batch)
                from (select quarter, readings, first_batch, last_batch from tally
                    union all select quarter, readings, batch, batch from tally_pending) t
                where quarter >= ? and quarter < ? group by day having sum(readings) > 0 order by day""")) {
            select.setInt(1, QUARTERS);
            select.setLong(2, from);
            select.setLong(3, until);
            try (ResultSet row = select.executeQuery()) {
                var days = new ArrayList<Day>();
                while (row.next()) {
                    days.add(new Day(
                            LocalDate.ofEpochDay(row.getLong(1)), row.getLong(2), row.getLong(3), row.getLong(4)));
                }
                return days;
            }
        }
    }

    @Override
    public Day read(LocalDate day, Consumer<Observed> each) {
        try (Connection connection = database.getConnection()) {
            // The driver fetches in pieces only within a transaction, and what the day is like must be of the same
            // view.
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try {
                long first = day.toEpochDay() * QUARTERS;
                List<Day> found = days(connection, first, first + QUARTERS);
                for (int device : devices(connection, first)) {
                    read(connection, device, day.toEpochDay() * DAY_MICROS, each);
                }
                return found.isEmpty() ? new Day(day, 0, 0, 0) : found.getFirst();
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new ObservationException("the readings of " + day + " could not be read", e);
        }
    }

    private static List<Integer> devices(Connection connection, long firstQuarter) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                select device_no from device where exists (
                        select from tally where tally.device_no = device.device_no and quarter >= ? and quarter < ?
                            and readings > 0)
                    or device_no in (select device_no from tally_pending where quarter >= ? and quarter < ? and readings > 0)
                order by id""")) {
            select.setLong(1, firstQuarter);
            select.setLong(2, firstQuarter + QUARTERS);
            select.setLong(3, firstQuarter);
            select.setLong(4, firstQuarter + QUARTERS);
            try (ResultSet row = select.executeQuery()) {
                var devices = new ArrayList<Integer>();
                while (row.next()) {
                    devices.add(row.getInt(1));
                }
                return devices;
            }
        }
    }

    private static void read(Connection connection, int device, long from, Consumer<Observed> each)
            throws SQLException {
        try (PreparedStatement rows = connection.prepareStatement("""
                        select measured_us, record, salt, commitment_batch, commitment_position, changed_at from reading
                        where device_no = ? and measured_us >= ? and measured_us < ? order by measured_us""");
                PreparedStatement runs = connection.prepareStatement(
                        """
                        select u.measured_us, OF_RUN from reading_run r cross join lateral EACH
                        where r.device_no = ? and u.measured_us >= ? and u.measured_us < ?
                            and r.last_us >= ? and r.first_us < ?
                        order by r.first_us, u.measured_us""".replace("OF_RUN", SqlRuns.COLUMNS).replace("EACH", SqlRuns.EACH))) {
            for (PreparedStatement select : List.of(rows, runs)) {
                select.setInt(1, device);
                select.setLong(2, from);
                select.setLong(3, from + DAY_MICROS);
            }
            runs.setLong(4, from);
            runs.setLong(5, from + DAY_MICROS);
            SqlOrdered.merge(rows, runs, ROWS_AT_ONCE, row -> each.accept(SqlReadings.observed(row, 2)));
        }
    }
}
