package org.fieldward.core.observation.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Set;
import org.fieldward.core.attribution.Step.Key;
import org.fieldward.core.attribution.Step.Row;

/** What the store holds already of what a step is about, read within its transaction. */
public final class SqlPresent {

    private SqlPresent() {}

    public static List<Row> present(Connection connection, Collection<Key> keys) throws SQLException {
        var present = new ArrayList<Row>();
        List<Key> readings =
                near(connection, keys.stream().filter(key -> !key.isWaveform()).toList());
        List<Key> waveforms = keys.stream().filter(Key::isWaveform).toList();
        if (!readings.isEmpty()) {
            present.addAll(presentReadings(connection, readings));
            present.addAll(SqlRuns.present(connection, readings));
        }
        if (!waveforms.isEmpty()) {
            present.addAll(SqlWaveformRows.present(connection, waveforms));
        }
        return present;
    }

    /** Those of devices that have something between the first and the last of them: a backlog mostly meets nothing. */
    private static List<Key> near(Connection connection, List<Key> keys) throws SQLException {
        if (keys.isEmpty()) {
            return keys;
        }
        Map<Integer, LongSummaryStatistics> spans = new HashMap<>();
        for (Key key : keys) {
            spans.computeIfAbsent(key.device(), device -> new LongSummaryStatistics())
                    .accept(key.measuredMicros());
        }
        var devices = List.copyOf(spans.entrySet());
        Set<Integer> near = new HashSet<>();
        try (PreparedStatement select = connection.prepareStatement("""
                select k.device_no from unnest(?::int4[], ?::int8[], ?::int8[]) as k(device_no, first_us, last_us)
                where exists (select from reading r where r.device_no = k.device_no
                        and r.measured_us >= k.first_us and r.measured_us <= k.last_us)
                    or (select r.last_us from reading_run r where r.device_no = k.device_no and r.first_us <= k.last_us
                        order by r.first_us desc limit 1) >= k.first_us""")) {
            Object[] numbers = devices.stream().map(Map.Entry::getKey).toArray();
            Object[] first = devices.stream().map(d -> d.getValue().getMin()).toArray();
            Object[] last = devices.stream().map(d -> d.getValue().getMax()).toArray();
            select.setArray(1, connection.createArrayOf("int4", numbers));
            select.setArray(2, connection.createArrayOf("int8", first));
            select.setArray(3, connection.createArrayOf("int8", last));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    near.add(row.getInt(1));
                }
            }
        }
        return keys.stream().filter(key -> near.contains(key.device())).toList();
    }

    private static List<Row> presentReadings(Connection connection, List<Key> keys) throws SQLException {
        Object[] devices = keys.stream().map(Key::device).toArray();
        Object[] instants = keys.stream().map(Key::measuredMicros).toArray();
        try (PreparedStatement select = connection.prepareStatement("""
                select r.device_no, r.measured_us, r.patient_no, r.record from unnest(?, ?) as k(device_no, measured_us)
                join reading r on r.device_no = k.device_no and r.measured_us = k.measured_us""")) {
            select.setArray(1, connection.createArrayOf("int4", devices));
            select.setArray(2, connection.createArrayOf("int8", instants));
            return SqlObservations.rows(select);
        }
    }

    /** The newest instant of each device, absent where it has none. */
    public static Map<Integer, Long> newest(Connection connection, Collection<Integer> devices) throws SQLException {
        Map<Integer, Long> newest = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement("""
                select d.no, greatest((select max(measured_us) from reading where device_no = d.no),
                    (select last_us from reading_run where device_no = d.no order by first_us desc limit 1))
                from unnest(?) as d(no)""")) {
            select.setArray(1, connection.createArrayOf("int4", devices.toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    long micros = row.getLong(2);
                    if (!row.wasNull()) {
                        newest.put(row.getInt(1), micros);
                    }
                }
            }
        }
        return newest;
    }
}
