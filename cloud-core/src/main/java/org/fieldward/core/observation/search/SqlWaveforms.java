package org.fieldward.core.observation.search;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.fieldward.core.observation.ObservationException;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.ReadingQuery;
import org.fieldward.core.observation.ReadingQuery.Position;
import org.fieldward.core.observation.Waveforms;
import org.fieldward.core.registry.Snapshot;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.WaveformKind;

/** Reads accepted blocks of waveforms from PostgreSQL: per device along the primary key, then merged. */
public final class SqlWaveforms implements Waveforms {

    private final DataSource database;
    private final Supplier<Snapshot> registry;

    public SqlWaveforms(DataSource database, Supplier<Snapshot> registry) {
        this.database = database;
        this.registry = registry;
    }

    @Override
    public List<Observed> find(Query query) {
        Snapshot known = registry.get();
        ReadingQuery where = query.where();
        List<Stretch> stretches = Stretch.of(known, where, true);
        if (stretches.isEmpty() || query.kinds().isEmpty()) {
            return List.of();
        }
        String sql = """
                select COLUMNS from STRETCHES
                cross join lateral (
                    select measured_us, kind, record, salt, commitment_batch, commitment_position, changed_at
                    from waveform
                    where device_no = k.device_no and measured_us >= k.from_us and measured_us < k.until_us
                        and OWNER and kind = any(?)
                        and not (device_no = ? and measured_us = ? and kind <= ?)
                    order by measured_us ORDER, kind limit ?) r
                order by r.measured_us ORDER, k.name collate "C" ORDER, r.kind limit ?""".replace("COLUMNS", SqlReadings.COLUMNS)
                .replace("ORDER", where.newestFirst() ? "desc" : "asc")
                .replace("STRETCHES", SqlReadings.STRETCHES)
                .replace("OWNER", SqlReadings.owner(where));
        try (SqlOrdered ordered = SqlOrdered.begin(database);
                PreparedStatement select = ordered.connection().prepareStatement(sql)) {
            int at = SqlReadings.setOwner(select, SqlReadings.set(select, stretches), where, known);
            Object[] kinds = query.kinds().stream().map(WaveformKind::number).toArray();
            select.setArray(at++, ordered.connection().createArrayOf("int2", kinds));
            select.setInt(
                    at++,
                    where.after()
                            .flatMap(position -> known.number(position.device()))
                            .orElse(-1));
            select.setLong(
                    at++,
                    where.after()
                            .map(position -> Micros.of(position.measuredAt()))
                            .orElse(0L));
            select.setInt(at++, query.afterKind());
            select.setInt(at++, where.limit());
            select.setInt(at, where.limit());
            return SqlReadings.observed(select);
        } catch (SQLException e) {
            throw new ObservationException("waveforms could not be searched", e);
        }
    }

    @Override
    public long count(Query query) {
        Snapshot known = registry.get();
        List<Stretch> stretches = Stretch.of(known, query.where().behind(Optional.empty()), false);
        String sql = """
                select count(*) from STRETCHES join waveform r on r.device_no = k.device_no
                    and r.measured_us >= k.from_us and r.measured_us < k.until_us
                where OWNER and r.kind = any(?)""".replace("STRETCHES", SqlReadings.STRETCHES).replace("OWNER", SqlReadings.owner(query.where()));
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            int at = SqlReadings.setOwner(select, SqlReadings.set(select, stretches), query.where(), known);
            Object[] kinds = query.kinds().stream().map(WaveformKind::number).toArray();
            select.setArray(at, connection.createArrayOf("int2", kinds));
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException e) {
            throw new ObservationException("waveforms could not be counted", e);
        }
    }

    @Override
    public Optional<Observed> get(Position position, WaveformKind kind) {
        return of("waveform", SqlReadings.COLUMNS, position, kind, "patient_no <> 0").stream()
                .findFirst();
    }

    @Override
    public List<Observed> history(Position position, WaveformKind kind) {
        return of("waveform_history", SqlReadings.COLUMNS + ", r.replaced_at", position, kind, "true order by version");
    }

    private List<Observed> of(String table, String columns, Position position, WaveformKind kind, String condition) {
        Optional<Integer> device = registry.get().number(position.device());
        if (device.isEmpty()) {
            return List.of();
        }
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select " + columns + " from " + table
                        + " r where device_no = ? and measured_us = ? and kind = ? and " + condition)) {
            select.setInt(1, device.get());
            select.setLong(2, Micros.of(position.measuredAt()));
            select.setInt(3, kind.number());
            return SqlReadings.observed(select);
        } catch (SQLException e) {
            throw new ObservationException("a waveform could not be read", e);
        }
    }
}
