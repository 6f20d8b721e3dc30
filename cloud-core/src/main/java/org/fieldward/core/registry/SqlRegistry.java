package org.fieldward.core.registry;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.fieldward.core.registry.Snapshot.Difference;
import org.fieldward.core.registry.Snapshot.Known;
import org.fieldward.core.registry.SqlSnapshot.Read;
import org.fieldward.core.registry.SqlSnapshot.Tail;
import org.fieldward.core.transaction.SqlWork;
import org.fieldward.proto.reading.DeviceId;

/**
 * The registry in PostgreSQL, read from a snapshot in memory. Changes go one after the other, under the lock of
 * {@code registry_tail}; {@link #refresh} picks up those that another process made. Either way only the rows are read that
 * changed.
 */
public final class SqlRegistry implements Registry {

    private final DataSource database;
    private final InstantSource clock;
    private final List<Consumer<Difference>> listeners = new CopyOnWriteArrayList<>();
    private final UnaryOperator<String> facilityOfGateway;
    private final Object reading = new Object();
    private volatile Snapshot snapshot = Snapshot.EMPTY;
    private volatile Sorted sorted = Sorted.of(Snapshot.EMPTY);

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

    /**
     * Calls back after every change that this object noticed, on the thread that noticed it. {@link #snapshot} has it by
     * then, and may have more.
     */
    public void onChange(Consumer<Difference> listener) {
        listeners.add(listener);
    }

    /** Reads what changed since the last time; cheap if nothing did. */
    public Snapshot refresh() {
        return catchUp(Long.MAX_VALUE);
    }

    /** @param version that is enough */
    private Snapshot catchUp(long version) {
        Read read;
        // One after the other: who waited finds that the one before has read its change as well.
        synchronized (reading) {
            if (snapshot.version() >= version) {
                return snapshot;
            }
            try (Connection connection = database.getConnection()) {
                // Asked many times a second, and mostly there is nothing new.
                if (Tail.read(connection).version() == snapshot.version()) {
                    return snapshot;
                }
                // One view of all tables: a change in between must not mix two versions.
                connection.setAutoCommit(false);
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                read = SqlSnapshot.since(snapshot, Tail.read(connection), connection, facilityOfGateway);
                connection.rollback();
            } catch (SQLException e) {
                throw new RegistryException("registry could not be read", e);
            }
            snapshot = read.snapshot();
        }
        listeners.forEach(listener -> listener.accept(read.difference()));
        return read.snapshot();
    }

    /** For changes in somebody's own transaction. Waits for whoever else changes the registry. */
    public SqlRegistrar begin(Connection connection) throws SQLException {
        return SqlRegistrar.begin(connection, snapshot, facilityOfGateway);
    }

    /**
     * As a transaction sees it, for who only compares and does not wait: whoever changes it at this moment is heard of later.
     * What the transaction saw written elsewhere together with a change of the registry, that change is seen here.
     */
    public Snapshot look(Connection connection) throws SQLException {
        Snapshot known = snapshot;
        Tail tail = Tail.read(connection);
        return tail.version() == known.version()
                ? known
                : SqlSnapshot.since(known, tail, connection, facilityOfGateway).snapshot();
    }

    /** What one change does; its answer is the caller's. */
    private interface Change<T> {
        T in(SqlRegistrar registrar) throws SQLException;
    }

    private record Changed<T>(T answer, long version) {}

    private <T> T change(String what, Change<T> change) {
        Changed<T> changed;
        try {
            changed = SqlWork.inTransaction(database, connection -> {
                SqlRegistrar registrar = begin(connection);
                T answer = change.in(registrar);
                return new Changed<>(answer, registrar.version());
            });
        } catch (SQLException e) {
            // The driver's message may quote the row, and the row may be a patient's.
            throw new RegistryException(
                    "registry could not " + what + " (SQL state " + e.getSQLState() + ")",
                    new SQLException(e.getSQLState()));
        }
        catchUp(changed.version());
        return changed.answer();
    }

    @Override
    public void putPatient(Patient patient) {
        change("put a patient", registrar -> {
            registrar.putPatient(patient);
            return true;
        });
    }

    @Override
    public Set<String> facilities(String patient) {
        return snapshot.facilities().getOrDefault(patient, Set.of());
    }

    @Override
    public void addFacilities(String patient, Set<String> more) {
        if (!facilities(patient).containsAll(more)) {
            change("add a patient's facilities", registrar -> {
                registrar.addFacilities(patient, more);
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
        change("put devices", registrar -> {
            registrar.putDevices(devices);
            return true;
        });
    }

    @Override
    public BindResult bind(DeviceId device, String patient, Instant from, Optional<Instant> until) {
        return change("bind a device", registrar -> registrar.bind(device, patient, from, until));
    }

    @Override
    public BindResult endBinding(long number, Instant until) {
        return change("end a binding", registrar -> registrar.endBinding(number, until));
    }

    @Override
    public Optional<Patient> patient(String id) {
        return Optional.ofNullable(snapshot.patients().get(id)).map(Known::is);
    }

    @Override
    public List<Patient> patients() {
        return sorted().patients();
    }

    @Override
    public Optional<Device> device(DeviceId id) {
        return Optional.ofNullable(snapshot.devices().get(id)).map(Known::is);
    }

    @Override
    public List<Device> devices() {
        return sorted().devices();
    }

    @Override
    public List<Binding> bindings() {
        return sorted().bindings();
    }

    @Override
    public Optional<Binding> binding(long number) {
        return snapshot.binding(number);
    }

    /** Sorted when somebody asks and not at each change; two who ask at once may both do it. */
    private Sorted sorted() {
        Snapshot present = snapshot;
        Sorted known = sorted;
        if (known.version() != present.version()) {
            known = Sorted.of(present);
            sorted = known;
        }
        return known;
    }

    private record Sorted(long version, List<Patient> patients, List<Device> devices, List<Binding> bindings) {

        static Sorted of(Snapshot snapshot) {
            return new Sorted(
                    snapshot.version(),
                    snapshot.patients().values().stream()
                            .map(Known::is)
                            .sorted(Comparator.comparing(Patient::id))
                            .toList(),
                    snapshot.devices().values().stream()
                            .map(Known::is)
                            .sorted(Comparator.comparing(Device::id))
                            .toList(),
                    snapshot.bindings().values().stream()
                            .flatMap(List::stream)
                            .sorted(Comparator.comparingLong(Binding::number))
                            .toList());
        }
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
            change("note who carries a device", registrar -> {
                registrar.carriedBy(changed, clock.instant());
                return true;
            });
        }
        return snapshot;
    }
}
