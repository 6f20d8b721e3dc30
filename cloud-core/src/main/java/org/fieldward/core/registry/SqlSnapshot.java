package org.fieldward.core.registry;

import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.core.registry.Snapshot.Known;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;

/** Reads the whole registry: hundreds of patients and devices, not millions. */
final class SqlSnapshot {

    private SqlSnapshot() {}

    static Snapshot read(Connection connection, long version) throws SQLException {
        return new Snapshot(version, patients(connection), devices(connection), bindings(connection));
    }

    private static Map<String, Known<Patient>> patients(Connection connection) throws SQLException {
        Map<String, Known<Patient>> patients = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                        "select patient_no, id, identifier, family, given, birth_date, gender, updated_at from patient");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                Patient patient = new Patient(
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        Optional.ofNullable(row.getDate(6)).map(Date::toLocalDate),
                        row.getString(7),
                        row.getTimestamp(8).toInstant());
                patients.put(patient.id(), new Known<>(row.getInt(1), patient));
            }
        }
        return Map.copyOf(patients);
    }

    private static Map<DeviceId, Known<Device>> devices(Connection connection) throws SQLException {
        Map<DeviceId, Known<Device>> devices = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                        "select device_no, id, type, bed, gateway, updated_at from device");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                Device device = new Device(
                        new DeviceId(row.getString(2)),
                        row.getString(3),
                        Optional.ofNullable(row.getString(4)),
                        Optional.ofNullable(row.getString(5)),
                        row.getTimestamp(6).toInstant());
                devices.put(device.id(), new Known<>(row.getInt(1), device));
            }
        }
        return Map.copyOf(devices);
    }

    private static Map<DeviceId, List<Binding>> bindings(Connection connection) throws SQLException {
        Map<DeviceId, List<Binding>> bindings = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement("""
                        select b.number, d.id, p.id, b.from_us, b.until_us
                        from binding b join device d using (device_no) join patient p using (patient_no)
                        order by b.from_us, b.number""");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                long until = row.getLong(5);
                boolean lasts = row.wasNull();
                Binding binding = new Binding(
                        row.getLong(1),
                        new DeviceId(row.getString(2)),
                        row.getString(3),
                        Micros.instant(row.getLong(4)),
                        lasts ? Optional.empty() : Optional.of(Micros.instant(until)));
                bindings.computeIfAbsent(binding.device(), id -> new ArrayList<>())
                        .add(binding);
            }
        }
        bindings.replaceAll((device, list) -> List.copyOf(list));
        return Map.copyOf(bindings);
    }
}
