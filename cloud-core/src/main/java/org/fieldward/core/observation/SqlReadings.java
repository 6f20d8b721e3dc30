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
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Snapshot;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Parameter;

/** Reads accepted readings from PostgreSQL: per device along the primary key, then merged. */
public final class SqlReadings implements Readings, Commitments {

    private static final String COLUMNS = "r.record, r.salt, r.commitment_batch, r.commitment_position";

    private final DataSource database;
    private final Supplier<Snapshot> registry;
    private final List<Consumer<List<Observed>>> listeners = new CopyOnWriteArrayList<>();

    public SqlReadings(DataSource database, Supplier<Snapshot> registry) {
        this.database = database;
        this.registry = registry;
    }

    /** Where to look: a device, from (included) and until (excluded) in microseconds. */
    private record Stretch(int number, DeviceId device, long from, long until) {}

    @Override
    public List<Observed> find(ReadingQuery query) {
        Snapshot known = registry.get();
        Optional<Integer> patient = query.patient()
                .map(id -> Optional.ofNullable(known.patients().get(id))
                        .map(Snapshot.Known::number)
                        .orElse(-1));
        List<Stretch> stretches = stretches(known, query);
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
            Object[] devices = stretches.stream().map(Stretch::number).toArray();
            Object[] from = stretches.stream().map(Stretch::from).toArray();
            Object[] until = stretches.stream().map(Stretch::until).toArray();
            Object[] names = stretches.stream().map(s -> s.device().name()).toArray();
            int at = 1;
            select.setArray(at++, connection.createArrayOf("int4", devices));
            select.setArray(at++, connection.createArrayOf("int8", from));
            select.setArray(at++, connection.createArrayOf("int8", until));
            select.setArray(at++, connection.createArrayOf("text", names));
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

    private static List<Stretch> stretches(Snapshot known, ReadingQuery query) {
        long from = query.from().map(Attribution::micros).orElse(Long.MIN_VALUE);
        long until = query.until().map(Attribution::micros).orElse(Long.MAX_VALUE);
        var stretches = new ArrayList<Stretch>();
        known.devices().forEach((id, device) -> {
            if (query.device().isEmpty() || query.device().get().equals(id)) {
                Stretch whole = new Stretch(device.number(), id, from, until);
                Stretch served = query.patient().isEmpty()
                        ? whole
                        : served(known, query.patient().get(), whole);
                Stretch left = query.after()
                        .map(position -> behind(position, query.newestFirst(), served))
                        .orElse(served);
                if (left.from() < left.until()) {
                    stretches.add(left);
                }
            }
        });
        return stretches;
    }

    /** From the first to the last binding of the patient to this device; empty if there was none. */
    private static Stretch served(Snapshot known, String patient, Stretch whole) {
        long from = Long.MAX_VALUE;
        long until = Long.MIN_VALUE;
        for (Binding binding : known.bindings().getOrDefault(whole.device(), List.of())) {
            if (binding.patient().equals(patient)) {
                from = Math.min(from, Attribution.micros(binding.from()));
                until = Math.max(until, binding.until().map(Attribution::micros).orElse(Long.MAX_VALUE));
            }
        }
        return new Stretch(
                whole.number(), whole.device(), Math.max(from, whole.from()), Math.min(until, whole.until()));
    }

    private static Stretch behind(Position position, boolean newestFirst, Stretch stretch) {
        long instant = Attribution.micros(position.measuredAt());
        int order = stretch.device().compareTo(position.device());
        if (newestFirst) {
            long until = order < 0 ? instant + 1 : instant;
            return new Stretch(stretch.number(), stretch.device(), stretch.from(), Math.min(stretch.until(), until));
        }
        long from = order > 0 ? instant : instant + 1;
        return new Stretch(stretch.number(), stretch.device(), Math.max(stretch.from(), from), stretch.until());
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

    private static List<Observed> observed(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            var found = new ArrayList<Observed>();
            while (row.next()) {
                byte[] record = row.getBytes(1);
                found.add(new Observed(
                        SqlObservations.parse(record),
                        ByteString.copyFrom(record),
                        ByteString.copyFrom(row.getBytes(2)),
                        row.getLong(3),
                        row.getInt(4)));
            }
            return found;
        }
    }

    @Override
    public Subscription listen(Consumer<List<Observed>> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void publish(List<Observed> observed) {
        if (!observed.isEmpty()) {
            listeners.forEach(listener -> listener.accept(observed));
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
