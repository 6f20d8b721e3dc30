package org.fieldward.core.observation.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.PrimitiveIterator;
import org.fieldward.core.attribution.Step.Key;
import org.fieldward.core.attribution.Step.Row;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.store.SqlObservations.Sealed;

/** The table of waveforms as the follower reads and writes it, within the transaction it is given. */
final class SqlWaveformRows {

    private SqlWaveformRows() {}

    static List<Row> present(Connection connection, Collection<Key> keys) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                select w.device_no, w.measured_us, w.patient_no, w.record
                from unnest(?::int4[], ?::int8[], ?::int2[]) as k(device_no, measured_us, kind)
                join waveform w using (device_no, measured_us, kind)""")) {
            select.setArray(
                    1,
                    connection.createArrayOf(
                            "int4", keys.stream().map(Key::device).toArray()));
            select.setArray(
                    2,
                    connection.createArrayOf(
                            "int8", keys.stream().map(Key::measuredMicros).toArray()));
            select.setArray(
                    3,
                    connection.createArrayOf(
                            "int2", keys.stream().map(Key::kind).toArray()));
            return SqlObservations.rows(select);
        }
    }

    /** By ascending time, at most so many. */
    static List<Row> page(Connection connection, int device, long fromMicros, long untilMicros, int most)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select device_no, measured_us, patient_no, record from waveform where device_no = ?"
                        + " and measured_us >= ? and measured_us < ? order by measured_us, kind limit ?")) {
            select.setInt(1, device);
            select.setLong(2, fromMicros);
            select.setLong(3, untilMicros);
            select.setInt(4, most);
            return SqlObservations.rows(select);
        }
    }

    static void copy(Connection connection, List<Row> rows, Sealed sealed, PrimitiveIterator.OfLong numbers)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into waveform (device_no, measured_us, kind, patient_no, version, commitment_batch,
                    commitment_position, waiting, salt, record) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            for (Row row : rows) {
                insert.setInt(1, row.key().device());
                insert.setLong(2, row.key().measuredMicros());
                insert.setInt(3, row.key().kind());
                content(insert, 4, row, sealed.seal(row), numbers);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    static void replace(
            Connection connection, List<Row> rows, Sealed sealed, Instant now, PrimitiveIterator.OfLong numbers)
            throws SQLException {
        try (PreparedStatement keep = connection.prepareStatement("""
                        insert into waveform_history (device_no, measured_us, kind, version, patient_no,
                            commitment_batch, commitment_position, salt, record, changed_at, replaced_at)
                        select device_no, measured_us, kind, version, patient_no,
                            commitment_batch, commitment_position, salt, record, changed_at, ?
                        from waveform where device_no = ? and measured_us = ? and kind = ? and patient_no <> 0""");
                PreparedStatement update = connection.prepareStatement("""
                        update waveform set patient_no = ?, version = ?, commitment_batch = ?,
                            commitment_position = ?, waiting = ?, salt = ?, record = ?, changed_at = ?
                        where device_no = ? and measured_us = ? and kind = ?""")) {
            for (Row row : rows) {
                keep.setTimestamp(1, Timestamp.from(now));
                key(keep, 2, row.key());
                keep.addBatch();
                content(update, 1, row, sealed.seal(row, now), numbers);
                update.setTimestamp(8, Timestamp.from(now));
                key(update, 9, row.key());
                update.addBatch();
            }
            keep.executeBatch();
            update.executeBatch();
        }
    }

    private static void key(PreparedStatement statement, int at, Key key) throws SQLException {
        statement.setInt(at, key.device());
        statement.setLong(at + 1, key.measuredMicros());
        statement.setInt(at + 2, key.kind());
    }

    private static void content(
            PreparedStatement statement, int at, Row row, Observed observed, PrimitiveIterator.OfLong numbers)
            throws SQLException {
        statement.setInt(at, row.patient());
        statement.setInt(at + 1, row.record().getVersion());
        statement.setLong(at + 2, observed.commitmentBatch());
        statement.setInt(at + 3, observed.commitmentPosition());
        if (row.isWaiting()) {
            statement.setLong(at + 4, numbers.nextLong());
        } else {
            statement.setNull(at + 4, Types.BIGINT);
        }
        statement.setBytes(at + 5, observed.salt().toByteArray());
        statement.setBytes(at + 6, observed.bytes().toByteArray());
    }
}
