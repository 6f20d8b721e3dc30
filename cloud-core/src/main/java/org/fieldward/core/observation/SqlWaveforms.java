package org.fieldward.core.observation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.fieldward.core.attribution.Attribution;
import org.fieldward.core.observation.ReadingQuery.Position;
import org.fieldward.core.registry.Snapshot;
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
        Optional<Integer> patient = where.patient()
                .map(id -> Optional.ofNullable(known.patients().get(id))
                        .map(Snapshot.Known::number)
                        .orElse(-1));
        List<Stretch> stretches = Stretch.of(known, where, true);
        if (stretches.isEmpty() || query.kinds().isEmpty()) {
            return List.of();
        }
        String sql = """
                select COLUMNS from unnest(?::int4[], ?::int8[], ?::int8[], ?::text[])
                    as k(device_no, from_us, until_us, name)
                cross join lateral (
                    select measured_us, kind, record, salt, commitment_batch, commitment_position from waveform
                    where device_no = k.device_no and measured_us >= k.from_us and measured_us < k.until_us
                        and PATIENT and kind = any(?)
                        and not (device_no = ? and measured_us = ? and kind <= ?)
                    order by measured_us ORDER, kind limit ?) r
                order by r.measured_us ORDER, k.name collate "C" ORDER, r.kind limit ?""".replace("COLUMNS", SqlReadings.COLUMNS)
                .replace("ORDER", where.newestFirst() ? "desc" : "asc")
                .replace("PATIENT", patient.isPresent() ? "patient_no = ?" : "patient_no <> 0");
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            int at = SqlReadings.set(select, stretches);
            if (patient.isPresent()) {
                select.setInt(at++, patient.get());
            }
            Object[] kinds = query.kinds().stream().map(WaveformKind::number).toArray();
            select.setArray(at++, connection.createArrayOf("int2", kinds));
            select.setInt(
                    at++,
                    where.after()
                            .flatMap(position -> known.number(position.device()))
                            .orElse(-1));
            select.setLong(
                    at++,
                    where.after()
                            .map(position -> Attribution.micros(position.measuredAt()))
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
    public Optional<Observed> get(Position position, WaveformKind kind) {
        return of("waveform", position, kind, "patient_no <> 0").stream().findFirst();
    }

    /** Earlier versions of the block, oldest first: what was corrected stays provable. */
    public List<Observed> history(Position position, WaveformKind kind) {
        return of("waveform_history", position, kind, "true order by version");
    }

    private List<Observed> of(String table, Position position, WaveformKind kind, String condition) {
        Optional<Integer> device = registry.get().number(position.device());
        if (device.isEmpty()) {
            return List.of();
        }
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select " + SqlReadings.COLUMNS + " from "
                        + table + " r where device_no = ? and measured_us = ? and kind = ? and " + condition)) {
            select.setInt(1, device.get());
            select.setLong(2, Attribution.micros(position.measuredAt()));
            select.setInt(3, kind.number());
            return SqlReadings.observed(select);
        } catch (SQLException e) {
            throw new ObservationException("a waveform could not be read", e);
        }
    }
}
