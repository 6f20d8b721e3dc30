package org.fieldward.core.observation.quarantine;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.fieldward.core.attribution.Attribution.Reason;
import org.fieldward.core.attribution.Attribution.Refused;
import org.fieldward.core.observation.ObservationException;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;

/**
 * The quarantine in PostgreSQL, filled in the transaction of the follower that read what is refused. Reasons are the words of {@link Reason}; where bytes could
 * not be opened, {@code measuredAt} is when they were set aside.
 */
public final class SqlQuarantine implements Quarantine {

    private final DataSource database;

    public SqlQuarantine(DataSource database) {
        this.database = database;
    }

    @Override
    public Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        for (Reason reason : Reason.values()) {
            counts.put(reason.word(), 0L);
        }
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("""
                        select reason, count(*) from quarantine group by reason
                        union all select 'unbound', count(*) from reading where waiting is not null
                        union all select 'unbound', count(*) from waveform where waiting is not null""");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                counts.merge(row.getString(1), row.getLong(2), Long::sum);
            }
            return counts;
        } catch (SQLException e) {
            throw new ObservationException("quarantine could not be counted", e);
        }
    }

    @Override
    public List<Held> held(Optional<String> reason, long afterNumber, int limit) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("""
                        select number, reason, device, measured_us, detail from (
                            (select number, reason, device,
                                coalesce(measured_us, (extract(epoch from quarantined_at) * 1000000)::bigint)
                                    as measured_us, detail
                            from quarantine where number > ? and (? = '' or reason = ?) order by number limit ?)
                            union all
                            (select r.waiting, 'unbound', d.id, r.measured_us,
                                'the device served no patient when it measured this'
                            from (
                                (select waiting, device_no, measured_us from reading
                                where waiting > ? order by waiting limit ?)
                                union all
                                (select waiting, device_no, measured_us from waveform
                                where waiting > ? order by waiting limit ?)
                            ) r join device d using (device_no)
                            where ? in ('', 'unbound'))
                        ) held order by number limit ?""")) {
            select.setLong(1, afterNumber);
            select.setString(2, reason.orElse(""));
            select.setString(3, reason.orElse(""));
            select.setInt(4, limit);
            select.setLong(5, afterNumber);
            select.setInt(6, limit);
            select.setLong(7, afterNumber);
            select.setInt(8, limit);
            select.setString(9, reason.orElse(""));
            select.setInt(10, limit);
            try (ResultSet row = select.executeQuery()) {
                var held = new ArrayList<Held>();
                while (row.next()) {
                    held.add(new Held(
                            row.getLong(1),
                            row.getString(2),
                            Optional.ofNullable(row.getString(3)).map(DeviceId::new),
                            Micros.instant(row.getLong(4)),
                            row.getString(5)));
                }
                return held;
            }
        } catch (SQLException e) {
            throw new ObservationException("quarantine could not be listed", e);
        }
    }

    /** Within the transaction it is given. */
    public static void setAside(Connection connection, List<Refused> refused, Instant now) throws SQLException {
        if (refused.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into quarantine (reason, detail, gateway, epoch, first_sequence, last_sequence, device,
                    measured_us, content, quarantined_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            for (Refused one : refused) {
                insert.setString(1, one.reason().word());
                insert.setString(2, one.detail());
                insert.setString(3, one.origin().gateway());
                insert.setLong(4, one.origin().epoch());
                insert.setLong(5, one.origin().sequences().first());
                insert.setLong(6, one.origin().sequences().last());
                if (one.reading().isPresent()) {
                    insert.setString(7, one.reading().get().device().name());
                    insert.setLong(8, one.reading().get().record().getMeasuredMicros());
                } else {
                    insert.setNull(7, Types.VARCHAR);
                    insert.setNull(8, Types.BIGINT);
                }
                insert.setBytes(9, one.content().toByteArray());
                insert.setTimestamp(10, Timestamp.from(now));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** Takes so many numbers, by which readings that wait for a patient are counted in the quarantine too. */
    public static PrimitiveIterator.OfLong numbers(Connection connection, int count) throws SQLException {
        long[] numbers = new long[count];
        if (count > 0) {
            try (PreparedStatement select =
                    connection.prepareStatement("select nextval('quarantine_number') from generate_series(1, ?)")) {
                select.setLong(1, count);
                try (ResultSet row = select.executeQuery()) {
                    for (int i = 0; row.next(); i++) {
                        numbers[i] = row.getLong(1);
                    }
                }
            }
        }
        return Arrays.stream(numbers).iterator();
    }
}
