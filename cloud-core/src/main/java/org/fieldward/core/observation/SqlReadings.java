package org.fieldward.core.observation;

import com.google.protobuf.ByteString;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.fieldward.core.attribution.Attribution;
import org.fieldward.core.observation.ReadingQuery.Position;
import org.fieldward.core.registry.Snapshot;
import org.fieldward.proto.reading.Parameter;

/** Reads accepted readings from PostgreSQL: per device along the primary key, then merged. */
public final class SqlReadings implements Readings, Commitments {

    static final String COLUMNS = "r.record, r.salt, r.commitment_batch, r.commitment_position";

    private final DataSource database;
    private final Supplier<Snapshot> registry;
    private final List<Consumer<List<Observed>>> listeners = new CopyOnWriteArrayList<>();

    public SqlReadings(DataSource database, Supplier<Snapshot> registry) {
        this.database = database;
        this.registry = registry;
    }

    @Override
    public List<Observed> find(ReadingQuery query) {
        Snapshot known = registry.get();
        Optional<Integer> patient = query.patient()
                .map(id -> Optional.ofNullable(known.patients().get(id))
                        .map(Snapshot.Known::number)
                        .orElse(-1));
        List<Stretch> stretches = Stretch.of(known, query, false);
        if (stretches.isEmpty()) {
            return List.of();
        }
        String order = query.newestFirst() ? "desc" : "asc";
        String sql = """
                select COLUMNS from unnest(?::int4[], ?::int8[], ?::int8[], ?::text[])
                    as k(device_no, from_us, until_us, name)
                cross join lateral (
                    select measured_us, record, salt, commitment_batch, commitment_position from reading
                    where device_no = k.device_no and measured_us >= k.from_us and measured_us < k.until_us
                        and PATIENT and (? = 0 or parameters & ? <> 0)
                    order by measured_us ORDER limit ?) r
                order by r.measured_us ORDER, k.name collate "C" ORDER limit ?""".replace("COLUMNS", COLUMNS)
                .replace("ORDER", order)
                .replace("PATIENT", patient.isPresent() ? "patient_no = ?" : "patient_no <> 0");
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            int at = set(select, stretches);
            if (patient.isPresent()) {
                select.setInt(at++, patient.get());
            }
            long parameters = 0;
            for (Parameter parameter : query.parameters()) {
                parameters |= 1L << parameter.number();
            }
            select.setLong(at++, parameters);
            select.setLong(at++, parameters);
            select.setInt(at++, query.limit());
            select.setInt(at, query.limit());
            return observed(select);
        } catch (SQLException e) {
            throw new ObservationException("readings could not be searched", e);
        }
    }

    /** Sets the first four parameters, and says which is the next. */
    static int set(PreparedStatement select, List<Stretch> stretches) throws SQLException {
        Connection connection = select.getConnection();
        Object[] devices = stretches.stream().map(Stretch::number).toArray();
        Object[] from = stretches.stream().map(Stretch::from).toArray();
        Object[] until = stretches.stream().map(Stretch::until).toArray();
        Object[] names = stretches.stream().map(s -> s.device().name()).toArray();
        select.setArray(1, connection.createArrayOf("int4", devices));
        select.setArray(2, connection.createArrayOf("int8", from));
        select.setArray(3, connection.createArrayOf("int8", until));
        select.setArray(4, connection.createArrayOf("text", names));
        return 5;
    }

    @Override
    public Optional<Observed> get(Position position) {
        Optional<Integer> device = registry.get().number(position.device());
        if (device.isEmpty()) {
            return Optional.empty();
        }
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select " + COLUMNS
                        + " from reading r where device_no = ? and measured_us = ? and patient_no <> 0")) {
            select.setInt(1, device.get());
            select.setLong(2, Attribution.micros(position.measuredAt()));
            return observed(select).stream().findFirst();
        } catch (SQLException e) {
            throw new ObservationException("a reading could not be read", e);
        }
    }

    /** Earlier versions of the reading, oldest first: what was corrected stays provable. */
    public List<Observed> history(Position position) {
        Optional<Integer> device = registry.get().number(position.device());
        if (device.isEmpty()) {
            return List.of();
        }
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select " + COLUMNS
                        + " from reading_history r where device_no = ? and measured_us = ? order by version")) {
            select.setInt(1, device.get());
            select.setLong(2, Attribution.micros(position.measuredAt()));
            return observed(select);
        } catch (SQLException e) {
            throw new ObservationException("a reading's history could not be read", e);
        }
    }

    static List<Observed> observed(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            var found = new ArrayList<Observed>();
            while (row.next()) {
                found.add(observed(row));
            }
            return found;
        }
    }

    /** Of {@link #COLUMNS}. */
    static Observed observed(ResultSet row) throws SQLException {
        byte[] record = row.getBytes(1);
        return new Observed(
                SqlObservations.parse(record),
                ByteString.copyFrom(record),
                ByteString.copyFrom(row.getBytes(2)),
                row.getLong(3),
                row.getInt(4));
    }

    @Override
    public Subscription listen(Consumer<List<Observed>> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void publish(List<Observed> observed) {
        List<Observed> readings =
                observed.stream().filter(one -> !one.record().hasWaveform()).toList();
        if (!readings.isEmpty()) {
            listeners.forEach(listener -> listener.accept(readings));
        }
    }

    @Override
    public List<CommitmentBatch> after(long number, int limit) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select number, commitments from commitment_batch where number > ? order by number limit ?")) {
            select.setLong(1, number);
            select.setInt(2, limit);
            try (ResultSet row = select.executeQuery()) {
                var batches = new ArrayList<CommitmentBatch>();
                while (row.next()) {
                    batches.add(new CommitmentBatch(row.getLong(1), ByteString.copyFrom(row.getBytes(2))));
                }
                return batches;
            }
        } catch (SQLException e) {
            throw new ObservationException("commitments could not be read", e);
        }
    }
}
