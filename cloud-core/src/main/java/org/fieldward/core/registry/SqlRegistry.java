package org.fieldward.core.registry;

import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.fieldward.core.registry.Registry.BindResult.Bound;
import org.fieldward.core.registry.Registry.BindResult.Overlaps;
import org.fieldward.core.registry.Registry.BindResult.Unknown;
import org.fieldward.core.registry.Snapshot.Known;
import org.fieldward.proto.reading.DeviceId;

/**
 * The registry in PostgreSQL, read from a snapshot in memory. Changes go one after the other, under the lock of
 * {@code registry_tail}; {@link #refresh} picks up those that another process made.
 */
public final class SqlRegistry implements Registry {

    private final DataSource database;
    private final InstantSource clock;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final UnaryOperator<String> facilityOfGateway;
    private volatile Snapshot snapshot = Snapshot.EMPTY;
    private volatile Map<String, Set<String>> facilities = Map.of();

    /** Every gateway is its own facility. */
    public SqlRegistry(DataSource database, InstantSource clock) {
        this(database, UnaryOperator.identity(), clock);
    }

    public SqlRegistry(DataSource database, UnaryOperator<String> facilityOfGateway, InstantSource clock) {
        this.database = database;
        this.facilityOfGateway = facilityOfGateway;
        this.clock = clock;
        refresh();
    }

    public Snapshot snapshot() {
        return snapshot;
    }

    /** Calls back after every change that this object noticed, on the thread that noticed it. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Reads again if anything changed since the last time; cheap if nothing did. */
    public Snapshot refresh() {
        Snapshot present = snapshot;
        try (Connection connection = database.getConnection()) {
            // One view of all tables: a change in between must not mix two versions.
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            long version = version(connection);
            if (version == present.version()) {
                connection.rollback();
                return present;
            }
            Snapshot fresh = SqlSnapshot.read(connection, version);
            Map<String, Set<String>> belonging = SqlFacilities.read(connection);
            connection.rollback();
            synchronized (this) {
                if (fresh.version() > snapshot.version()) {
                    // Before the patients: nobody may be seen by more than should.
                    facilities = belonging;
                    snapshot = fresh;
                }
            }
        } catch (SQLException e) {
            throw new RegistryException("registry could not be read", e);
        }
        listeners.forEach(Runnable::run);
        return snapshot;
    }

    private static long version(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select version from registry_tail");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** What one change does; its answer is the caller's. */
    private interface Change<T> {
        T in(Connection connection, long version) throws SQLException;
    }

    private <T> T change(String what, Change<T> change) {
        T answer;
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement tail = connection.prepareStatement(
                            "update registry_tail set version = version + 1 returning version");
                    ResultSet row = tail.executeQuery()) {
                row.next();
                answer = change.in(connection, row.getLong(1));
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            // The driver's message may quote the row, and the row may be a patient's.
            throw new RegistryException(
                    "registry could not " + what + " (SQL state " + e.getSQLState() + ")",
                    new SQLException(e.getSQLState()));
        }
        refresh();
        return answer;
    }

    @Override
    public void putPatient(Patient patient) {
        change("put a patient", (connection, version) -> {
            try (PreparedStatement upsert = connection.prepareStatement("""
                    insert into patient (id, identifier, family, given, birth_date, gender, updated_at)
                    values (?, ?, ?, ?, ?, ?, ?)
                    on conflict (id) do update set identifier = excluded.identifier, family = excluded.family,
                        given = excluded.given, birth_date = excluded.birth_date, gender = excluded.gender,
                        updated_at = excluded.updated_at""")) {
                upsert.setString(1, patient.id());
                upsert.setString(2, patient.identifier());
                upsert.setString(3, patient.family());
                upsert.setString(4, patient.given());
                if (patient.birthDate().isPresent()) {
                    upsert.setDate(5, Date.valueOf(patient.birthDate().get()));
                } else {
                    upsert.setNull(5, Types.DATE);
                }
                upsert.setString(6, patient.gender());
                upsert.setTimestamp(7, Timestamp.from(patient.updatedAt()));
                return upsert.executeUpdate();
            }
        });
    }

    @Override
    public Set<String> facilities(String patient) {
        return facilities.getOrDefault(patient, Set.of());
    }

    @Override
    public void addFacilities(String patient, Set<String> more) {
        if (!facilities(patient).containsAll(more)) {
            change("add a patient's facilities", (connection, version) -> {
                SqlFacilities.add(connection, patient, more);
                return true;
            });
        }
    }

    @Override
    public void putDevice(Device device) {
        putDevices(List.of(device));
    }

    /** All in one change. */
    public void putDevices(List<Device> devices) {
        change("put devices", (connection, version) -> {
            try (PreparedStatement upsert = connection.prepareStatement("""
                    insert into device (id, type, bed, gateway, updated_at) values (?, ?, ?, ?, ?)
                    on conflict (id) do update set type = excluded.type, bed = excluded.bed,
                        gateway = excluded.gateway, updated_at = excluded.updated_at""")) {
                for (Device device : devices) {
                    upsert.setString(1, device.id().name());
                    upsert.setString(2, device.type());
                    upsert.setString(3, device.bed().orElse(null));
                    upsert.setString(4, device.gateway().orElse(null));
                    upsert.setTimestamp(5, Timestamp.from(device.updatedAt()));
                    upsert.addBatch();
                }
                return upsert.executeBatch();
            }
        });
    }

    @Override
    public BindResult bind(DeviceId device, String patient, Instant from, Optional<Instant> until) {
        if (until.isPresent() && until.get().isBefore(from)) {
            throw new IllegalArgumentException("until must not be before from, was " + until.get() + " < " + from);
        }
        return change("bind a device", (connection, version) -> {
            Snapshot present = SqlSnapshot.read(connection, version);
            Known<Device> boundDevice = present.devices().get(device);
            Known<Patient> boundPatient = present.patients().get(patient);
            if (boundDevice == null) {
                return new Unknown("device", device.name());
            }
            if (boundPatient == null) {
                return new Unknown("patient", patient);
            }
            Binding wanted = new Binding(0, device, patient, micros(from), until.map(SqlRegistry::micros));
            Optional<Binding> other = overlap(present, wanted);
            if (other.isPresent()) {
                return new Overlaps(other.get());
            }
            Optional<String> gateway = boundDevice.is().gateway();
            if (gateway.isPresent()) {
                SqlFacilities.add(connection, patient, Set.of(facilityOfGateway.apply(gateway.get())));
            }
            return new Bound(insert(connection, version, boundDevice.number(), boundPatient.number(), wanted));
        });
    }

    private static Binding insert(Connection connection, long version, int device, int patient, Binding wanted)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into binding (device_no, patient_no, from_us, until_us) values (?, ?, ?, ?) returning number")) {
            insert.setInt(1, device);
            insert.setInt(2, patient);
            insert.setLong(3, SqlSnapshot.micros(wanted.from()));
            if (wanted.until().isPresent()) {
                insert.setLong(4, SqlSnapshot.micros(wanted.until().get()));
            } else {
                insert.setNull(4, Types.BIGINT);
            }
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                changed(connection, version, device, wanted.from(), wanted.until());
                return new Binding(row.getLong(1), wanted.device(), wanted.patient(), wanted.from(), wanted.until());
            }
        }
    }

    @Override
    public BindResult endBinding(long number, Instant until) {
        return change("end a binding", (connection, version) -> {
            Snapshot present = SqlSnapshot.read(connection, version);
            Optional<Binding> found = present.bindings().values().stream()
                    .flatMap(List::stream)
                    .filter(binding -> binding.number() == number)
                    .findFirst();
            if (found.isEmpty()) {
                return new Unknown("binding", Long.toString(number));
            }
            Binding old = found.get();
            Instant end = micros(until);
            if (end.isBefore(old.from())) {
                throw new IllegalArgumentException("until must not be before " + old.from() + ", was " + end);
            }
            Binding ended = new Binding(number, old.device(), old.patient(), old.from(), Optional.of(end));
            Optional<Binding> other = overlap(present, ended);
            if (other.isPresent()) {
                return new Overlaps(other.get());
            }
            try (PreparedStatement update =
                    connection.prepareStatement("update binding set until_us = ? where number = ?")) {
                update.setLong(1, SqlSnapshot.micros(end));
                update.setLong(2, number);
                update.executeUpdate();
            }
            // What lies between the old end and the new one has another answer now.
            boolean earlier = old.until().isEmpty() || end.isBefore(old.until().get());
            changed(
                    connection,
                    version,
                    present.number(old.device()).orElseThrow(),
                    earlier ? end : old.until().get(),
                    earlier ? old.until() : Optional.of(end));
            return new Bound(ended);
        });
    }

    private static void changed(Connection connection, long version, int device, Instant from, Optional<Instant> until)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into binding_change (number, device_no, from_us, until_us) values (?, ?, ?, ?)")) {
            insert.setLong(1, version);
            insert.setInt(2, device);
            insert.setLong(3, SqlSnapshot.micros(from));
            insert.setLong(4, until.map(SqlSnapshot::micros).orElse(Long.MAX_VALUE));
            insert.executeUpdate();
        }
    }

    private static Optional<Binding> overlap(Snapshot present, Binding wanted) {
        return present.bindings().getOrDefault(wanted.device(), List.of()).stream()
                .filter(other -> other.number() != wanted.number())
                .filter(other -> before(other.from(), wanted.until()) && before(wanted.from(), other.until()))
                .filter(other -> !isEmpty(other) && !isEmpty(wanted))
                .findFirst();
    }

    private static boolean isEmpty(Binding binding) {
        return binding.until().isPresent() && binding.until().get().equals(binding.from());
    }

    private static boolean before(Instant instant, Optional<Instant> end) {
        return end.isEmpty() || instant.isBefore(end.get());
    }

    private static Instant micros(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }

    @Override
    public Optional<Patient> patient(String id) {
        return Optional.ofNullable(snapshot.patients().get(id)).map(Known::is);
    }

    @Override
    public List<Patient> patients() {
        return snapshot.patients().values().stream()
                .map(Known::is)
                .sorted(Comparator.comparing(Patient::id))
                .toList();
    }

    @Override
    public Optional<Device> device(DeviceId id) {
        return Optional.ofNullable(snapshot.devices().get(id)).map(Known::is);
    }

    @Override
    public List<Device> devices() {
        return snapshot.devices().values().stream()
                .map(Known::is)
                .sorted(Comparator.comparing(Device::id))
                .toList();
    }

    @Override
    public List<Binding> bindings() {
        return snapshot.bindings().values().stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparingLong(Binding::number))
                .toList();
    }

    /**
     * Makes every device known and remembers the gateway that carried it. Cheap if nothing is new.
     *
     * @param carried the gateway that last carried each device
     */
    public Snapshot carried(Map<DeviceId, String> carried) {
        Snapshot present = snapshot;
        Map<DeviceId, String> changed = new HashMap<>();
        carried.forEach((id, gateway) -> {
            Known<Device> known = present.devices().get(id);
            if (known == null || !known.is().gateway().equals(Optional.of(gateway))) {
                changed.put(id, gateway);
            }
        });
        if (!changed.isEmpty()) {
            carriedBy(changed);
        }
        return snapshot;
    }

    /** Writes the gateway and nothing else: what an operator says of a device may be newer than our snapshot. */
    private void carriedBy(Map<DeviceId, String> gateways) {
        change("note who carries a device", (connection, version) -> {
            try (PreparedStatement upsert = connection.prepareStatement("""
                    insert into device (id, type, gateway, updated_at) values (?, 'monitor', ?, ?)
                    on conflict (id) do update set gateway = excluded.gateway, updated_at = excluded.updated_at""")) {
                for (Map.Entry<DeviceId, String> device : gateways.entrySet()) {
                    upsert.setString(1, device.getKey().name());
                    upsert.setString(2, device.getValue());
                    upsert.setTimestamp(3, Timestamp.from(clock.instant()));
                    upsert.addBatch();
                }
                upsert.executeBatch();
            }
            for (Map.Entry<DeviceId, String> device : gateways.entrySet()) {
                SqlFacilities.addOfBound(
                        connection, device.getKey().name(), facilityOfGateway.apply(device.getValue()));
            }
            return gateways.size();
        });
    }
}
