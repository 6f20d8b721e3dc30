package org.fieldward.core.observation.alarm;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.fieldward.core.attribution.Attribution.Origin;
import org.fieldward.core.attribution.Attribution.ReceivedAlarm;
import org.fieldward.core.attribution.Attribution.ReceivedStatus;
import org.fieldward.core.observation.ObservationException;
import org.fieldward.core.observation.Readings;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.core.registry.Snapshot;
import org.fieldward.core.registry.Snapshot.Known;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.AlarmChange.Kind;
import org.fieldward.proto.reading.AlarmChange.Phase;
import org.fieldward.proto.reading.AlarmChange.Priority;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Stamp;

/** Alarms and device states in PostgreSQL, written in the transaction of the follower that read them. */
public final class SqlAlarms implements Alarms {

    /** The last known state of a device at a gateway that carried it. */
    public record DeviceState(DeviceId device, String gateway, DeviceStatus.Status status, Instant at) {}

    private static final String COLUMNS = "gateway, device, alarm, kind, priority, phase, parameter, detail,"
            + " raised_us, device_us, received_us, tick_ms, boot, clock";

    /** The phases of an alarm in their order. */
    static final String LIFE = "array['RAISED', 'ACKNOWLEDGED', 'CLEARED']";

    private final DataSource database;
    private final Supplier<Snapshot> registry;
    private final List<Consumer<List<Alarm>>> listeners = new CopyOnWriteArrayList<>();

    public SqlAlarms(DataSource database, Supplier<Snapshot> registry) {
        this.database = database;
        this.registry = registry;
    }

    /** Call {@link #publish} with the answer once the transaction is committed. */
    public List<Alarm> apply(Connection connection, List<ReceivedAlarm> alarms, List<ReceivedStatus> statuses)
            throws SQLException {
        var changed = new ArrayList<Alarm>();
        for (ReceivedAlarm alarm : alarms) {
            remember(connection, alarm);
            apply(connection, alarm).ifPresent(changed::add);
        }
        for (ReceivedStatus status : statuses) {
            apply(connection, status);
        }
        return changed;
    }

    public void publish(List<Alarm> changed) {
        if (!changed.isEmpty()) {
            listeners.forEach(listener -> listener.accept(changed));
        }
    }

    private Optional<Alarm> apply(Connection connection, ReceivedAlarm received) throws SQLException {
        // An alarm's life only goes forward, also when its steps arrive in another order.
        String sql = """
                insert into alarm (COLUMNS) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (gateway, alarm) do update set
                    priority = excluded.priority, phase = excluded.phase, detail = excluded.detail,
                    raised_us = least(alarm.raised_us, excluded.raised_us), device_us = excluded.device_us,
                    received_us = excluded.received_us, tick_ms = excluded.tick_ms, boot = excluded.boot,
                    clock = excluded.clock
                where array_position(LIFE, excluded.phase) > array_position(LIFE, alarm.phase)
                returning COLUMNS""";
        try (PreparedStatement upsert =
                connection.prepareStatement(sql.replace("COLUMNS", COLUMNS).replace("LIFE", LIFE))) {
            int at = fill(upsert, received);
            Stamp stamp = received.change().stamp();
            if (stamp.deviceTime().isPresent()) {
                upsert.setLong(at, Micros.of(stamp.deviceTime().get()));
            } else {
                upsert.setNull(at, Types.BIGINT);
            }
            upsert.setLong(at + 1, Micros.of(stamp.receivedAt()));
            upsert.setLong(at + 2, stamp.tickMillis());
            upsert.setLong(at + 3, stamp.boot());
            upsert.setInt(at + 4, stamp.clock().number());
            try (ResultSet row = upsert.executeQuery()) {
                return row.next() ? Optional.of(alarm(row)) : Optional.empty();
            }
        }
    }

    private static void remember(Connection connection, ReceivedAlarm received) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into alarm_history (gateway, device, alarm, kind, priority, phase, parameter, detail, at_us,
                    epoch, sequence) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            int at = fill(insert, received);
            insert.setLong(at, received.origin().epoch());
            insert.setLong(at + 1, received.origin().sequences().first());
            insert.executeUpdate();
        }
    }

    private static int fill(PreparedStatement statement, ReceivedAlarm received) throws SQLException {
        AlarmChange change = received.change();
        statement.setString(1, received.origin().gateway());
        statement.setString(2, change.device().name());
        statement.setString(3, change.alarm());
        statement.setString(4, change.kind().name());
        statement.setString(5, change.priority().name());
        statement.setString(6, change.phase().name());
        statement.setInt(7, change.parameter().map(Parameter::number).orElse(0));
        statement.setString(8, change.detail());
        statement.setLong(9, Micros.of(change.stamp().measuredAt()));
        return 10;
    }

    private static void apply(Connection connection, ReceivedStatus received) throws SQLException {
        Origin origin = received.origin();
        // Within one life of the buffer the sequence tells what is newer; clocks may lie.
        try (PreparedStatement upsert = connection.prepareStatement("""
                insert into device_status (device, gateway, status, at_us, epoch, sequence) values (?, ?, ?, ?, ?, ?)
                on conflict (device, gateway) do update set status = excluded.status, at_us = excluded.at_us,
                    epoch = excluded.epoch, sequence = excluded.sequence
                where device_status.epoch <> excluded.epoch or device_status.sequence < excluded.sequence""")) {
            upsert.setString(1, received.status().device().name());
            upsert.setString(2, origin.gateway());
            upsert.setString(3, received.status().status().name());
            upsert.setLong(4, Micros.of(received.status().stamp().measuredAt()));
            upsert.setLong(5, origin.epoch());
            upsert.setLong(6, origin.sequences().first());
            upsert.executeUpdate();
        }
    }

    @Override
    public List<Alarm> active() {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select " + COLUMNS
                        + " from alarm where phase <> 'CLEARED'"
                        + " order by array_position(array['HIGH', 'MEDIUM', 'LOW'], priority), raised_us desc");
                ResultSet row = select.executeQuery()) {
            var alarms = new ArrayList<Alarm>();
            while (row.next()) {
                alarms.add(alarm(row));
            }
            return alarms;
        } catch (SQLException e) {
            throw new ObservationException("alarms could not be read", e);
        }
    }

    private Alarm alarm(ResultSet row) throws SQLException {
        DeviceId device = new DeviceId(row.getString(2));
        Instant raisedAt = Micros.instant(row.getLong(9));
        long deviceMicros = row.getLong(10);
        Optional<Instant> deviceTime = row.wasNull() ? Optional.empty() : Optional.of(Micros.instant(deviceMicros));
        AlarmChange latest = new AlarmChange(
                device,
                new Stamp(
                        deviceTime,
                        Micros.instant(row.getLong(11)),
                        row.getLong(12),
                        row.getLong(13),
                        ClockState.of(row.getInt(14))),
                row.getString(3),
                Kind.valueOf(row.getString(4)),
                Priority.valueOf(row.getString(5)),
                Phase.valueOf(row.getString(6)),
                parameter(row.getInt(7)),
                row.getString(8));
        return new Alarm(row.getString(1), latest, raisedAt, patient(registry.get(), device, raisedAt));
    }

    /** The parameter that an alarm is about; 0 for none. */
    static Optional<Parameter> parameter(int number) {
        return number == 0 ? Optional.empty() : Optional.of(Catalogue.standard().parameter(number));
    }

    /** Whose alarm it is: whoever had the device when it was raised. */
    static Optional<String> patient(Snapshot registry, DeviceId device, Instant raisedAt) {
        return registry.servedBy(device, raisedAt).map(Known::is).map(Patient::id);
    }

    public List<DeviceState> deviceStates() {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select device, gateway, status, at_us from device_status order by device, gateway");
                ResultSet row = select.executeQuery()) {
            var states = new ArrayList<DeviceState>();
            while (row.next()) {
                states.add(new DeviceState(
                        new DeviceId(row.getString(1)),
                        row.getString(2),
                        DeviceStatus.Status.valueOf(row.getString(3)),
                        Micros.instant(row.getLong(4))));
            }
            return states;
        } catch (SQLException e) {
            throw new ObservationException("device states could not be read", e);
        }
    }

    @Override
    public Readings.Subscription listen(Consumer<List<Alarm>> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
