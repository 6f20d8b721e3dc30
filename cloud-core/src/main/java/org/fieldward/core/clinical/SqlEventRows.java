package org.fieldward.core.clinical;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.fieldward.core.chart.Key;
import org.fieldward.core.clinical.Events.Made;
import org.fieldward.core.clinical.Events.Receipt;
import org.fieldward.core.clinical.event.Event;
import org.fieldward.core.clinical.event.EventType;
import org.fieldward.core.clinical.event.Priority;

/** Events in their tables. */
final class SqlEventRows {

    private SqlEventRows() {}

    /** Waits for whoever is storing an event of that name; empty if it is there. */
    static Optional<Long> claim(
            Connection connection,
            Events.Arrival arrival,
            Event event,
            String id,
            String facility,
            byte[] digest,
            Instant now)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into clinical_event (source, event_id, facility, type, priority, occurred_at, arrived_at,
                    media_type, digest, content, patient, notes, process_ms)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '{}', 0)
                on conflict (source, event_id) do nothing returning number""")) {
            insert.setString(1, arrival.source());
            insert.setString(2, id);
            insert.setString(3, facility);
            insert.setString(4, event.type().text());
            insert.setString(5, event.priority().text());
            insert.setTimestamp(6, Timestamp.from(event.occurredAt()));
            insert.setTimestamp(7, Timestamp.from(now));
            insert.setString(8, arrival.form().name().toLowerCase(Locale.ROOT));
            insert.setBytes(9, digest);
            insert.setBytes(10, arrival.content().toByteArray());
            try (ResultSet row = insert.executeQuery()) {
                return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
            }
        }
    }

    static void finish(Connection connection, Receipt receipt) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                        "update clinical_event set patient = ?, priority = ?, notes = ?, process_ms = ? where number = ?");
                PreparedStatement insert = connection.prepareStatement(
                        "insert into clinical_event_version (event, place, type, id, version) values (?, ?, ?, ?, ?)")) {
            update.setString(1, receipt.patient());
            update.setString(2, receipt.priority().text());
            update.setArray(3, connection.createArrayOf("text", receipt.notes().toArray()));
            update.setLong(4, receipt.processMillis());
            update.setLong(5, receipt.number());
            update.executeUpdate();
            int place = 0;
            for (Made made : receipt.made()) {
                insert.setLong(1, receipt.number());
                insert.setInt(2, place++);
                insert.setString(3, made.key().type());
                insert.setString(4, made.key().id());
                insert.setLong(5, made.version());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** Whether the event of that name came with other bytes. */
    static boolean differs(Connection connection, String source, String id, byte[] digest) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select digest from clinical_event where source = ? and event_id = ?")) {
            select.setString(1, source);
            select.setString(2, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next() && !Arrays.equals(row.getBytes(1), digest);
            }
        }
    }

    static Optional<Receipt> find(Connection connection, String source, String id) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select number from clinical_event where source = ? and event_id = ?")) {
            select.setString(1, source);
            select.setString(2, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? find(connection, row.getLong(1)) : Optional.empty();
            }
        }
    }

    static Optional<Receipt> find(Connection connection, long number) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                select number, source, event_id, facility, type, priority, patient, occurred_at, arrived_at, notes,
                    process_ms from clinical_event where number = ?""")) {
            select.setLong(1, number);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(receipt(row, made(connection, number))) : Optional.empty();
            }
        }
    }

    private static Receipt receipt(ResultSet row, List<Made> made) throws SQLException {
        Array notes = row.getArray(10);
        return new Receipt(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                EventType.valueOf(row.getString(5).toUpperCase(Locale.ROOT)),
                Priority.valueOf(row.getString(6).toUpperCase(Locale.ROOT)),
                row.getString(7),
                row.getTimestamp(8).toInstant(),
                row.getTimestamp(9).toInstant(),
                made,
                List.of((String[]) notes.getArray()),
                row.getLong(11));
    }

    private static List<Made> made(Connection connection, long number) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select type, id, version from clinical_event_version where event = ? order by place")) {
            select.setLong(1, number);
            try (ResultSet row = select.executeQuery()) {
                var made = new ArrayList<Made>();
                while (row.next()) {
                    made.add(new Made(new Key(row.getString(1), row.getString(2)), row.getLong(3)));
                }
                return made;
            }
        }
    }
}
