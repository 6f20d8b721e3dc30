package org.fieldward.core.registry;

import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.core.registry.Snapshot.Difference;
import org.fieldward.core.registry.Snapshot.Known;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;

/**
 * Reads the registry: what changed since a snapshot that somebody has, or all of it. Both by the same rows, so that there is
 * one way to understand a row. Not thread-safe.
 */
final class SqlSnapshot {

    private final Connection connection;
    private final UnaryOperator<String> facilityOfGateway;
    private final Snapshot base;
    private final Tail tail;
    private final boolean whole;
    private final Set<String> patients = new HashSet<>();
    private final Set<DeviceId> devices = new HashSet<>();
    private final Set<Long> bindings = new HashSet<>();
    private final Set<String> gateways = new HashSet<>();
    private Snapshot now;

    private SqlSnapshot(
            Connection connection, UnaryOperator<String> facilityOfGateway, Snapshot base, Tail tail, boolean whole) {
        this.connection = connection;
        this.facilityOfGateway = facilityOfGateway;
        this.base = base;
        this.tail = tail;
        this.whole = whole;
        now = whole ? Snapshot.EMPTY : base;
    }

    /**
     * Where the registry is.
     *
     * @param whole from this version on what changed can be told by rows; whoever knows an older one reads everything
     */
    record Tail(long version, long whole) {

        static Tail read(Connection connection) throws SQLException {
            return read(connection, "select version, whole from registry_tail");
        }

        /** Waits for whoever else changes the registry; from then on nobody else does, until the transaction ends. */
        static Tail lock(Connection connection) throws SQLException {
            return read(connection, "select version, whole from registry_tail for update");
        }

        private static Tail read(Connection connection, String sql) throws SQLException {
            try (PreparedStatement select = connection.prepareStatement(sql);
                    ResultSet row = select.executeQuery()) {
                row.next();
                return new Tail(row.getLong(1), row.getLong(2));
            }
        }
    }

    /** @param difference between what was known before and the snapshot */
    record Read(Snapshot snapshot, Difference difference) {}

    /**
     * What the connection's transaction sees; it must see one state of the registry, by its isolation or by the tail's lock.
     *
     * @param base what is known; {@link Snapshot#EMPTY} makes it read everything, and so does one from behind the tail, as of
     *     a database that was put back
     */
    static Read since(Snapshot base, Tail tail, Connection connection, UnaryOperator<String> facilityOfGateway)
            throws SQLException {
        boolean whole = base.version() < tail.whole() || base.version() > tail.version();
        var reading = new SqlSnapshot(connection, facilityOfGateway, base, tail, whole);
        reading.patients();
        reading.devices();
        reading.bindings();
        return new Read(
                reading.now.at(tail.version()),
                whole
                        ? Difference.EVERYTHING
                        : new Difference(false, reading.patients, reading.devices, reading.bindings, reading.gateways));
    }

    private interface Row {
        void take(ResultSet row) throws SQLException;
    }

    /**
     * The version that is known is asked for as well: what somebody wrote by hand under it without making a new one is seen
     * with the next change.
     */
    private void each(String select, String changed, String order, Row take) throws SQLException {
        String sql = select + (whole ? "" : " where " + changed + " between ? and ?") + order;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (!whole) {
                // With both ends, so that the database expects few rows also where it knows nothing of the table yet.
                statement.setLong(1, base.version());
                statement.setLong(2, tail.version());
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    take.take(row);
                }
            }
        }
    }

    private void patients() throws SQLException {
        each(
                "select patient_no, id, identifier, family, given, birth_date, gender, updated_at, facilities, carried_by"
                        + " from patient",
                "changed",
                "",
                row -> {
                    var patient = new Patient(
                            row.getString(2),
                            row.getString(3),
                            row.getString(4),
                            row.getString(5),
                            Optional.ofNullable(row.getDate(6)).map(Date::toLocalDate),
                            row.getString(7),
                            row.getTimestamp(8).toInstant());
                    var known = new Known<>(row.getInt(1), patient);
                    if (!known.equals(now.patients().get(patient.id()))) {
                        now = now.with(patient.id(), known);
                        patients.add(patient.id());
                        now.uses(patient.id()).forEach(binding -> concerns(binding.device()));
                    }
                    belongs(patient.id(), row);
                });
    }

    private void belongs(String patient, ResultSet row) throws SQLException {
        var facilities = new HashSet<>(texts(row, 9));
        texts(row, 10).forEach(gateway -> facilities.add(facilityOfGateway.apply(gateway)));
        if (!facilities.equals(now.facilities().getOrDefault(patient, Set.of()))) {
            now = now.with(patient, facilities);
            patients.add(patient);
        }
    }

    private static List<String> texts(ResultSet row, int column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }

    private void devices() throws SQLException {
        each("select device_no, id, type, bed, gateway, updated_at from device", "changed", "", row -> {
            var device = new Device(
                    new DeviceId(row.getString(2)),
                    row.getString(3),
                    Optional.ofNullable(row.getString(4)),
                    Optional.ofNullable(row.getString(5)),
                    row.getTimestamp(6).toInstant());
            var known = new Known<>(row.getInt(1), device);
            if (!known.equals(now.devices().get(device.id()))) {
                concerns(device.id());
                now = now.with(device.id(), known);
                devices.add(device.id());
                concerns(device.id());
            }
        });
    }

    private void bindings() throws SQLException {
        each("""
                select b.number, d.id, p.id, b.from_us, b.until_us
                from binding b join device d using (device_no) join patient p using (patient_no)""", "b.changed", " order by b.from_us, b.number", row -> {
            long until = row.getLong(5);
            boolean lasts = row.wasNull();
            var binding = new Binding(
                    row.getLong(1),
                    new DeviceId(row.getString(2)),
                    row.getString(3),
                    Micros.instant(row.getLong(4)),
                    lasts ? Optional.empty() : Optional.of(Micros.instant(until)));
            if (!Objects.equals(binding, now.binding(binding.number()).orElse(null))) {
                now = now.with(binding);
                bindings.add(binding.number());
                concerns(binding.device());
            }
        });
    }

    /** The gateway that carries the device has another thing to say about it. */
    private void concerns(DeviceId device) {
        Optional.ofNullable(now.devices().get(device))
                .flatMap(known -> known.is().gateway())
                .ifPresent(gateways::add);
    }
}
