package org.fieldward.core.observation.search;

import com.google.protobuf.UnsafeByteOperations;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.fieldward.core.observation.ObservationException;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.ReadingQuery;
import org.fieldward.core.observation.ReadingQuery.Position;
import org.fieldward.core.observation.Readings;
import org.fieldward.core.observation.store.SqlObservations;
import org.fieldward.core.observation.store.SqlRuns;
import org.fieldward.core.registry.Snapshot;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Parameter;
import org.jspecify.annotations.Nullable;

/** Reads accepted readings from PostgreSQL: per device along the primary key, then merged. */
public final class SqlReadings implements Readings {

    static final String COLUMNS = "r.record, r.salt, r.commitment_batch, r.commitment_position, r.changed_at";

    /** Where to look, and which of it belongs to somebody who may be seen; {@link #set} fills it in. */
    static final String STRETCHES = "unnest(?::int4[], ?::int8[], ?::int8[], ?::text[], ?::bool[])"
            + " as k(device_no, from_us, until_us, name, whole)";

    private final DataSource database;
    private final Supplier<Snapshot> registry;
    private final SqlReadingScan scans;
    private final List<Consumer<List<Observed>>> listeners = new CopyOnWriteArrayList<>();

    public SqlReadings(DataSource database, Supplier<Snapshot> registry) {
        this.database = database;
        this.registry = registry;
        scans = new SqlReadingScan(database, registry);
    }

    @Override
    public List<Observed> find(ReadingQuery query) {
        Snapshot known = registry.get();
        List<Stretch> stretches = Stretch.of(known, query, false);
        if (stretches.isEmpty()) {
            return List.of();
        }
        String sql = """
                select COLUMNS from STRETCHES
                cross join lateral (
                    (select measured_us, record, salt, commitment_batch, commitment_position, changed_at from reading
                    where device_no = k.device_no and measured_us >= k.from_us and measured_us < k.until_us
                        and OWNER and (? = 0 or parameters & ? <> 0)
                    order by measured_us ORDER limit ?)
                    union all
                    (select u.measured_us, OF_RUN from reading_run r cross join lateral EACH
                    where r.device_no = k.device_no and r.last_us >= k.from_us and r.first_us < k.until_us
                        and u.measured_us >= k.from_us and u.measured_us < k.until_us
                        and OWNER and (? = 0 or r.parameters & u.parameters & ? <> 0)
                    order by r.first_us ORDER, u.measured_us ORDER limit ?)) r
                order by r.measured_us ORDER, k.name collate "C" ORDER limit ?""".replace("COLUMNS", COLUMNS)
                .replace("OF_RUN", SqlRuns.COLUMNS)
                .replace("EACH", SqlRuns.EACH)
                .replace("STRETCHES", STRETCHES)
                .replace("ORDER", query.newestFirst() ? "desc" : "asc")
                .replace("OWNER", owner(query));
        try (SqlOrdered ordered = SqlOrdered.begin(database);
                PreparedStatement select = ordered.connection().prepareStatement(sql)) {
            int at = set(select, stretches);
            long parameters = bits(query.parameters());
            // Once for the rows, once for the runs.
            for (int i = 0; i < 2; i++) {
                at = setOwner(select, at, query, known);
                select.setLong(at++, parameters);
                select.setLong(at++, parameters);
                select.setInt(at++, query.limit());
            }
            select.setInt(at, query.limit());
            return observed(select);
        } catch (SQLException e) {
            throw new ObservationException("readings could not be searched", e);
        }
    }

    static long bits(Set<Parameter> parameters) {
        long bits = 0;
        for (Parameter parameter : parameters) {
            bits |= 1L << parameter.number();
        }
        return bits;
    }

    /** Whose rows of a stretch are looked for. */
    static String owner(ReadingQuery query) {
        String owner = query.patient().isPresent() ? "patient_no = ?" : "patient_no <> 0";
        return query.scope().isPresent() ? owner + " and (k.whole or patient_no = any(?))" : owner;
    }

    /** Sets what {@link #owner} left open, and says which parameter is the next. */
    static int setOwner(PreparedStatement select, int first, ReadingQuery query, Snapshot known) throws SQLException {
        int at = first;
        if (query.patient().isPresent()) {
            select.setInt(at++, number(known, query.patient().get()));
        }
        if (query.scope().isPresent()) {
            Object[] patients = query.scope().get().patients().stream()
                    .map(id -> number(known, id))
                    .toArray();
            select.setArray(at++, select.getConnection().createArrayOf("int4", patients));
        }
        return at;
    }

    private static int number(Snapshot known, String patient) {
        return Optional.ofNullable(known.patients().get(patient))
                .map(Snapshot.Known::number)
                .orElse(-1);
    }

    /** Sets the parameters of {@link #STRETCHES}, the first ones, and says which is the next. */
    static int set(PreparedStatement select, List<Stretch> stretches) throws SQLException {
        return set(select, 1, stretches);
    }

    /** The same, from that parameter on. */
    static int set(PreparedStatement select, int first, List<Stretch> stretches) throws SQLException {
        Connection connection = select.getConnection();
        Object[] devices = stretches.stream().map(Stretch::number).toArray();
        Object[] from = stretches.stream().map(Stretch::from).toArray();
        Object[] until = stretches.stream().map(Stretch::until).toArray();
        Object[] names = stretches.stream().map(s -> s.device().name()).toArray();
        Object[] whole = stretches.stream().map(Stretch::whole).toArray();
        select.setArray(first, connection.createArrayOf("int4", devices));
        select.setArray(first + 1, connection.createArrayOf("int8", from));
        select.setArray(first + 2, connection.createArrayOf("int8", until));
        select.setArray(first + 3, connection.createArrayOf("text", names));
        select.setArray(first + 4, connection.createArrayOf("bool", whole));
        return first + 5;
    }

    @Override
    public Optional<Observed> get(Position position) {
        Optional<Integer> device = registry.get().number(position.device());
        if (device.isEmpty()) {
            return Optional.empty();
        }
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("""
                        with k as (select ?::int4 as device_no, ?::int8 as measured_us)
                        select COLUMNS from k join reading r using (device_no, measured_us) where patient_no <> 0
                        union all
                        select OF_RUN from k cross join lateral (
                            select * from reading_run where device_no = k.device_no and first_us <= k.measured_us
                            order by first_us desc limit 1) r
                        cross join lateral EACH where u.measured_us = k.measured_us""".replace("COLUMNS", COLUMNS)
                        .replace("OF_RUN", SqlRuns.COLUMNS)
                        .replace("EACH", SqlRuns.EACH))) {
            select.setInt(1, device.get());
            select.setLong(2, Micros.of(position.measuredAt()));
            return observed(select).stream().findFirst();
        } catch (SQLException e) {
            throw new ObservationException("a reading could not be read", e);
        }
    }

    @Override
    public List<Observed> history(Position position) {
        Optional<Integer> device = registry.get().number(position.device());
        if (device.isEmpty()) {
            return List.of();
        }
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select " + COLUMNS + ", r.replaced_at"
                        + " from reading_history r where device_no = ? and measured_us = ? order by version")) {
            select.setInt(1, device.get());
            select.setLong(2, Micros.of(position.measuredAt()));
            return observed(select);
        } catch (SQLException e) {
            throw new ObservationException("a reading's history could not be read", e);
        }
    }

    @Override
    public List<Position> changed(DeviceId device, Optional<Instant> after, int limit) {
        Optional<Integer> number = registry.get().number(device);
        if (number.isEmpty()) {
            return List.of();
        }
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select distinct measured_us"
                                + " from reading_history where device_no = ? and measured_us > ? order by measured_us limit ?")) {
            select.setInt(1, number.get());
            select.setLong(2, after.map(Micros::of).orElse(Long.MIN_VALUE));
            select.setInt(3, limit);
            try (ResultSet row = select.executeQuery()) {
                var changed = new ArrayList<Position>();
                while (row.next()) {
                    changed.add(new Position(device, Micros.instant(row.getLong(1))));
                }
                return changed;
            }
        } catch (SQLException e) {
            throw new ObservationException("corrected readings could not be searched", e);
        }
    }

    @Override
    public void scan(ReadingQuery query, Consumer<StoredReading> each) {
        scans.scan(query, each);
    }

    @Override
    public long atMost(ReadingQuery query) {
        return scans.atMost(query);
    }

    @Override
    public long count(ReadingQuery query, List<Long> groups) {
        return scans.count(query, groups);
    }

    @Override
    public long parameters(ReadingQuery query) {
        return scans.parameters(query);
    }

    /** Reads {@link #COLUMNS}, and behind them when it was replaced where that is asked for. */
    static List<Observed> observed(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            var found = new ArrayList<Observed>();
            boolean past = row.getMetaData().getColumnCount() > 5;
            while (row.next()) {
                found.add(past ? observed(row, 1, instant(row.getTimestamp(6))) : observed(row, 1));
            }
            return found;
        }
    }

    private static Optional<Instant> instant(@Nullable Timestamp at) {
        return Optional.ofNullable(at).map(Timestamp::toInstant);
    }

    /** Of {@link #COLUMNS}, which begin at that column. */
    static Observed observed(ResultSet row, int first) throws SQLException {
        return observed(row, first, Optional.empty());
    }

    private static Observed observed(ResultSet row, int first, Optional<Instant> replacedAt) throws SQLException {
        byte[] record = row.getBytes(first);
        return new Observed(
                SqlObservations.parse(record),
                UnsafeByteOperations.unsafeWrap(record),
                UnsafeByteOperations.unsafeWrap(row.getBytes(first + 1)),
                row.getLong(first + 2),
                row.getInt(first + 3),
                instant(row.getTimestamp(first + 4)),
                replacedAt);
    }

    @Override
    public Subscription listen(Consumer<List<Observed>> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    public void publish(List<Observed> observed) {
        List<Observed> readings =
                observed.stream().filter(one -> !one.record().hasWaveform()).toList();
        if (!readings.isEmpty()) {
            listeners.forEach(listener -> listener.accept(readings));
        }
    }
}
