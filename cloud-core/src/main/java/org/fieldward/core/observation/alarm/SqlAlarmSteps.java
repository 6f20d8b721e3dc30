package org.fieldward.core.observation.alarm;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.fieldward.core.observation.Accepted.Step;
import org.fieldward.core.observation.ObservationException;
import org.fieldward.core.registry.Snapshot;
import org.fieldward.proto.reading.AlarmChange.Kind;
import org.fieldward.proto.reading.AlarmChange.Phase;
import org.fieldward.proto.reading.AlarmChange.Priority;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;

/** Reads on in PostgreSQL along the steps of alarms that {@link SqlAlarms} wrote. Thread-safe. */
public final class SqlAlarmSteps {

    private final DataSource database;
    private final Supplier<Snapshot> registry;

    public SqlAlarmSteps(DataSource database, Supplier<Snapshot> registry) {
        this.database = database;
        this.registry = registry;
    }

    /** The number of the newest one, 0 if there is none. */
    public long newest() {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select coalesce(max(number), 0) from alarm_history");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new ObservationException("the newest step of an alarm could not be read", e);
        }
    }

    /** Oldest first. */
    public List<Step> after(long number, int limit) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("""
                        select h.number, h.gateway, h.alarm, h.device, h.kind, h.priority, h.phase, h.parameter,
                            h.at_us, coalesce(a.raised_us, h.at_us), h.detail,
                            exists (select from alarm_history b
                                where b.gateway = h.gateway and b.alarm = h.alarm and b.number < h.number
                                    and array_position(LIFE, b.phase) >= array_position(LIFE, h.phase))
                        from alarm_history h left join alarm a on a.gateway = h.gateway and a.alarm = h.alarm
                        where h.number > ? order by h.number limit ?""".replace("LIFE", SqlAlarms.LIFE))) {
            select.setLong(1, number);
            select.setInt(2, limit);
            try (ResultSet row = select.executeQuery()) {
                var steps = new ArrayList<Step>();
                while (row.next()) {
                    steps.add(step(row));
                }
                return steps;
            }
        } catch (SQLException e) {
            throw new ObservationException("steps of alarms could not be read", e);
        }
    }

    private Step step(ResultSet row) throws SQLException {
        DeviceId device = new DeviceId(row.getString(4));
        Instant raisedAt = Micros.instant(row.getLong(10));
        return new Step(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                device,
                Kind.valueOf(row.getString(5)),
                Priority.valueOf(row.getString(6)),
                Phase.valueOf(row.getString(7)),
                SqlAlarms.parameter(row.getInt(8)),
                Micros.instant(row.getLong(9)),
                raisedAt,
                SqlAlarms.patient(registry.get(), device, raisedAt),
                row.getString(11),
                row.getBoolean(12));
    }

    /** How far the alarm has come by now. */
    public Optional<Phase> phase(String gateway, String alarm) {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select phase from alarm where gateway = ? and alarm = ?")) {
            select.setString(1, gateway);
            select.setString(2, alarm);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(Phase.valueOf(row.getString(1))) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new ObservationException("an alarm's phase could not be read", e);
        }
    }
}
