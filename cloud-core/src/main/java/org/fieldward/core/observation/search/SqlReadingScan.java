package org.fieldward.core.observation.search;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongBinaryOperator;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.fieldward.core.observation.ObservationException;
import org.fieldward.core.observation.ReadingQuery;
import org.fieldward.core.observation.store.SqlObservations;
import org.fieldward.core.observation.store.SqlRuns;
import org.fieldward.core.observation.tally.Tallies;
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

    private static final String RUNS =
            """
            from STRETCHES join reading_run r on r.device_no = k.device_no
                and r.last_us >= k.from_us and r.first_us < k.until_us
            cross join lateral EACH
            where u.measured_us >= k.from_us and u.measured_us < k.until_us
                and OWNER and (? = 0 or r.parameters & u.parameters & ? <> 0)""".replace("STRETCHES", SqlReadings.STRETCHES).replace("EACH", SqlRuns.EACH);

    private final DataSource database;
    private final Supplier<Snapshot> registry;

    SqlReadingScan(DataSource database, Supplier<Snapshot> registry) {
        this.database = database;
        this.registry = registry;
    }

    void scan(ReadingQuery query, Consumer<StoredReading> each) {
        Snapshot known = registry.get();
        String owner = SqlReadings.owner(query);
        String rows = "select r.measured_us, r.record " + ROWS.replace("OWNER", owner) + " order by r.measured_us";
        String runs = "select u.measured_us, u.record " + RUNS.replace("OWNER", owner)
                + " order by r.first_us, u.measured_us";
        try (SqlOrdered ordered = SqlOrdered.begin(database);
                PreparedStatement ofRows = ordered.connection().prepareStatement(rows);
                PreparedStatement ofRuns = ordered.connection().prepareStatement(runs)) {
            for (Stretch stretch : stretches(known, query)) {
                set(ofRows, 1, known, query, List.of(stretch));
                set(ofRuns, 1, known, query, List.of(stretch));
                SqlOrdered.merge(
                        ofRows, ofRuns, FETCHED_AT_ONCE, row -> each.accept(SqlObservations.parse(row.getBytes(2))));
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
                with s as materialized (select * from STRETCHES),
                k as (
                    select s.whole, t.patient_no, t.readings + t.waveforms as records from s join tally t
                        on t.device_no = s.device_no and t.quarter >= s.from_us and t.quarter < s.until_us
                    union all
                    select s.whole, p.patient_no, p.readings + p.waveforms from s join tally_pending p
                        on p.device_no = s.device_no and p.quarter >= s.from_us and p.quarter < s.until_us
                )
                select coalesce(sum(records), 0) from k where OWNER""".replace("STRETCHES", SqlReadings.STRETCHES).replace("OWNER", SqlReadings.owner(query));
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
                .map(group -> "(PARAMETERS & " + group + " <> 0)::int")
                .collect(Collectors.joining(" + "));
        return number(query, "sum(" + each + ")", Long::sum);
    }

    long parameters(ReadingQuery query) {
        return number(query, "bit_or(PARAMETERS)", (rows, runs) -> rows | runs);
    }

    /** Both in one statement, or a run that is taken apart meanwhile would count twice or not at all. */
    private long number(ReadingQuery query, String aggregate, LongBinaryOperator together) {
        Snapshot known = registry.get();
        String coalesced = "coalesce(" + aggregate + ", 0)";
        String sql = ("select (select " + coalesced.replace("PARAMETERS", "r.parameters") + " " + ROWS + "), (select "
                        + coalesced.replace("PARAMETERS", "u.parameters") + " " + RUNS + ")")
                .replace("OWNER", SqlReadings.owner(query));
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            List<Stretch> stretches = stretches(known, query);
            set(select, set(select, 1, known, query, stretches), known, query, stretches);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return together.applyAsLong(row.getLong(1), row.getLong(2));
            }
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

    private static int set(
            PreparedStatement select, int first, Snapshot known, ReadingQuery query, List<Stretch> stretches)
            throws SQLException {
        int at = SqlReadings.setOwner(select, SqlReadings.set(select, first, stretches), query, known);
        long parameters = SqlReadings.bits(query.parameters());
        select.setLong(at++, parameters);
        select.setLong(at++, parameters);
        return at;
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
