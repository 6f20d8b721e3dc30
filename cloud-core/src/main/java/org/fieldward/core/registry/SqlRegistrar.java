package org.fieldward.core.registry;

import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.fieldward.core.registry.Registry.BindResult;
import org.fieldward.core.registry.Registry.BindResult.Bound;
import org.fieldward.core.registry.Registry.BindResult.Overlaps;
import org.fieldward.core.registry.Registry.BindResult.Unknown;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.core.registry.Snapshot.Known;
import org.fieldward.core.registry.SqlSnapshot.Tail;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;

/**
 * Changes the registry within somebody's transaction: from its beginning to the transaction's end nobody else changes it.
 * Not thread-safe.
 */
public final class SqlRegistrar {

    private final Connection connection;
    private final UnaryOperator<String> facilityOfGateway;
    private Tail tail;
    private Snapshot known;

    private SqlRegistrar(Connection connection, Tail tail, Snapshot known, UnaryOperator<String> facilityOfGateway) {
        this.connection = connection;
        this.tail = tail;
        this.known = known;
        this.facilityOfGateway = facilityOfGateway;
    }

    /**
     * Waits for whoever else changes the registry.
     *
     * @param known as it was at some time: only what changed since is read
     */
    static SqlRegistrar begin(Connection connection, Snapshot known, UnaryOperator<String> facilityOfGateway)
            throws SQLException {
        return new SqlRegistrar(connection, Tail.lock(connection), known, facilityOfGateway);
    }

    /** The registry as this transaction sees it. */
    public Snapshot present() throws SQLException {
        if (known.version() != tail.version()) {
            known = SqlSnapshot.since(known, tail, connection, facilityOfGateway)
                    .snapshot();
        }
        return known;
    }

    /** That of the last change. */
    long version() {
        return tail.version();
    }

    /** Each change has a version of its own, which names what it makes the attribution look at again. */
    private long next() throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                        "update registry_tail set version = version + 1 returning version, whole");
                ResultSet row = update.executeQuery()) {
            row.next();
            tail = new Tail(row.getLong(1), row.getLong(2));
            return tail.version();
        }
    }

    public void putPatient(Patient patient) throws SQLException {
        next();
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
            upsert.executeUpdate();
        }
    }

    /** Adds to those that the patient belongs to. */
    public void addFacilities(String patient, Set<String> facilities) throws SQLException {
        next();
        SqlFacilities.add(connection, patient, facilities);
    }

    /** All in one change. */
    public void putDevices(List<Device> devices) throws SQLException {
        next();
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
            upsert.executeBatch();
        }
    }

    public BindResult bind(DeviceId device, String patient, Instant from, Optional<Instant> until) throws SQLException {
        if (until.isPresent() && until.get().isBefore(from)) {
            throw new IllegalArgumentException("until must not be before from, was " + until.get() + " < " + from);
        }
        Known<Device> boundDevice = present().devices().get(device);
        Known<Patient> boundPatient = present().patients().get(patient);
        if (boundDevice == null) {
            return new Unknown("device", device.name());
        }
        if (boundPatient == null) {
            return new Unknown("patient", patient);
        }
        Binding wanted = new Binding(0, device, patient, micros(from), until.map(SqlRegistrar::micros));
        Optional<Binding> other = overlap(present(), wanted);
        if (other.isPresent()) {
            return new Overlaps(other.get());
        }
        var bound = new Bound(insert(boundDevice.number(), boundPatient.number(), wanted));
        Optional<String> gateway = boundDevice.is().gateway();
        if (gateway.isPresent()) {
            SqlFacilities.addGateway(connection, patient, gateway.get());
        }
        return bound;
    }

    private Binding insert(int device, int patient, Binding wanted) throws SQLException {
        changed(device, wanted.from(), wanted.until());
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into binding (device_no, patient_no, from_us, until_us) values (?, ?, ?, ?) returning number")) {
            insert.setInt(1, device);
            insert.setInt(2, patient);
            insert.setLong(3, Micros.of(wanted.from()));
            if (wanted.until().isPresent()) {
                insert.setLong(4, Micros.of(wanted.until().get()));
            } else {
                insert.setNull(4, Types.BIGINT);
            }
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return new Binding(row.getLong(1), wanted.device(), wanted.patient(), wanted.from(), wanted.until());
            }
        }
    }

    public BindResult endBinding(long number, Instant until) throws SQLException {
        Optional<Binding> found = present().binding(number);
        if (found.isEmpty()) {
            return new Unknown("binding", Long.toString(number));
        }
        Binding old = found.get();
        Instant end = micros(until);
        if (end.isBefore(old.from())) {
            throw new IllegalArgumentException("until must not be before " + old.from() + ", was " + end);
        }
        Binding ended = new Binding(number, old.device(), old.patient(), old.from(), Optional.of(end));
        Optional<Binding> other = overlap(present(), ended);
        if (other.isPresent()) {
            return new Overlaps(other.get());
        }
        // What lies between the old end and the new one has another answer now.
        boolean earlier = old.until().isEmpty() || end.isBefore(old.until().get());
        changed(
                present().number(old.device()).orElseThrow(),
                earlier ? end : old.until().get(),
                earlier ? old.until() : Optional.of(end));
        try (PreparedStatement update =
                connection.prepareStatement("update binding set until_us = ? where number = ?")) {
            update.setLong(1, Micros.of(end));
            update.setLong(2, number);
            update.executeUpdate();
        }
        return new Bound(ended);
    }

    /** Before the binding is written, which is of the version that this makes. */
    private void changed(int device, Instant from, Optional<Instant> until) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into binding_change (number, device_no, from_us, until_us) values (?, ?, ?, ?)")) {
            insert.setLong(1, next());
            insert.setInt(2, device);
            insert.setLong(3, Micros.of(from));
            insert.setLong(4, until.map(Micros::of).orElse(Long.MAX_VALUE));
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

    /** Writes the gateway and nothing else: what an operator says of a device may be newer than somebody's snapshot. */
    void carriedBy(Map<DeviceId, String> gateways, Instant now) throws SQLException {
        next();
        try (PreparedStatement upsert = connection.prepareStatement("""
                insert into device (id, type, gateway, updated_at) values (?, 'monitor', ?, ?)
                on conflict (id) do update set gateway = excluded.gateway, updated_at = excluded.updated_at""")) {
            for (Map.Entry<DeviceId, String> device : gateways.entrySet()) {
                upsert.setString(1, device.getKey().name());
                upsert.setString(2, device.getValue());
                upsert.setTimestamp(3, Timestamp.from(now));
                upsert.addBatch();
            }
            upsert.executeBatch();
        }
        for (Map.Entry<DeviceId, String> device : gateways.entrySet()) {
            SqlFacilities.addGatewayOfServed(connection, device.getKey().name(), device.getValue());
        }
    }
}
