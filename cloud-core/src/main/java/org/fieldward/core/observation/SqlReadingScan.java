package org.fieldward.core.observation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.fieldward.core.registry.Snapshot;
import org.fieldward.proto.link.StoredReading;

/** Goes over many readings without holding them, or counts them where they are. */
final class SqlReadingScan {

    private static final int FETCHED_AT_ONCE = 2_000;
    private static final long QUARTER_MICROS = Tallies.QUARTER.toNanos() / 1_000;

    private static final String ROWS = """
            from STRETCHES join reading r on r.device_no = k.device_no
                and r.measured_us >= k.from_us and r.measured_us < k.until_us
            where OWNER and (? = 0 or r.parameters & ? <> 0)""".replace("STRETCHES", SqlReadings.STRETCHES);

    private final DataSource database;
    private final Supplier<Snapshot> registry;

    SqlReadingScan(DataSource database, Supplier<Snapshot> registry) {
        this.database = database;
        this.registry = registry;
    }

    void scan(ReadingQuery query, Consumer<StoredReading> each) {
        Snapshot known = registry.get();
        String sql = "select r.record " + ROWS.replace("OWNER", SqlReadings.owner(query)) + " order by r.measured_us";
        try (SqlOrdered ordered = SqlOrdered.begin(database);
                PreparedStatement select = ordered.connection().prepareStatement(sql)) {
            select.setFetchSize(FETCHED_AT_ONCE);
            for (Stretch stretch : stretches(known, query)) {
                set(select, known, query, List.of(stretch));
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        each.accept(SqlObservations.parse(row.getBytes(1)));
                    }
                }
            }
        } catch (SQLException e) {
            throw new ObservationException("readings could not be gone over", e);
        }
    }

    long atMost(ReadingQuery query) {
        Snapshot known = registry.get();
        List<Stretch> stretches =
                stretches(known, query).stream().map(SqlReadingScan::quarters).toList();
        String sql = """
                select coalesce(sum(r.readings + r.waveforms), 0) from STRETCHES
                join tally r on r.device_no = k.device_no and r.quarter >= k.from_us and r.quarter < k.until_us
                where OWNER""".replace("STRETCHES", SqlReadings.STRETCHES).replace("OWNER", SqlReadings.owner(query));
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            SqlReadings.setOwner(select, SqlReadings.set(select, stretches), query, known);
            return number(select);
        } catch (SQLException e) {
            throw new ObservationException("readings could not be counted", e);
        }
    }

    long count(ReadingQuery query, List<Long> groups) {
        if (groups.isEmpty()) {
            return 0;
        }
        String each = groups.stream()
                .map(group -> "(r.parameters & " + group + " <> 0)::int")
                .collect(Collectors.joining(" + "));
        return number(query, "sum(" + each + ")");
    }

    long parameters(ReadingQuery query) {
        return number(query, "bit_or(r.parameters)");
    }

    private long number(ReadingQuery query, String aggregate) {
        Snapshot known = registry.get();
        String sql = "select coalesce(" + aggregate + ", 0) " + ROWS.replace("OWNER", SqlReadings.owner(query));
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            set(select, known, query, stretches(known, query));
            return number(select);
        } catch (SQLException e) {
            throw new ObservationException("readings could not be counted", e);
        }
    }

    private static long number(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private static List<Stretch> stretches(Snapshot known, ReadingQuery query) {
        return Stretch.of(known, query.behind(Optional.empty()), false);
    }

    private static void set(PreparedStatement select, Snapshot known, ReadingQuery query, List<Stretch> stretches)
            throws SQLException {
        int at = SqlReadings.setOwner(select, SqlReadings.set(select, stretches), query, known);
        long parameters = SqlReadings.bits(query.parameters());
        select.setLong(at++, parameters);
        select.setLong(at, parameters);
    }

    /** In quarters of an hour that hold the stretch. */
    private static Stretch quarters(Stretch stretch) {
        long until =
                stretch.until() == Long.MAX_VALUE ? Long.MAX_VALUE : -Math.floorDiv(-stretch.until(), QUARTER_MICROS);
        return new Stretch(
                stretch.number(),
                stretch.device(),
                Math.floorDiv(stretch.from(), QUARTER_MICROS),
                until,
                stretch.whole());
    }
}
