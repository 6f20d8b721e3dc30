package org.fieldward.edge.buffer.sqlite;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.fieldward.edge.seal.Seal;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.AlarmChange;

/** The alarms that are raised and not cleared, kept apart from what waits for the core: a restart must know them. */
final class AlarmRows {

    private AlarmRows() {}

    /** In the transaction that stores the change itself. */
    static void apply(Connection connection, Seal seal, List<Sequenced> entries) throws SQLException {
        for (Sequenced one : entries) {
            if (one.entry() instanceof AlarmChange change) {
                if (change.phase() == AlarmChange.Phase.CLEARED) {
                    remove(connection, change.alarm());
                } else {
                    keep(connection, seal, change.alarm(), one);
                }
            }
        }
    }

    private static void keep(Connection connection, Seal seal, String alarm, Sequenced one) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT OR REPLACE INTO active_alarm (alarm, content) VALUES (?, ?)")) {
            insert.setString(1, alarm);
            insert.setBytes(2, seal.seal(BatchCodec.encodePlain(List.of(one)), bound(alarm)));
            insert.executeUpdate();
        }
    }

    private static void remove(Connection connection, String alarm) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM active_alarm WHERE alarm = ?")) {
            delete.setString(1, alarm);
            delete.executeUpdate();
        }
    }

    /** One that does not open is left out: the alarm is raised again if its condition lasts. */
    static List<AlarmChange> active(Connection connection, Seal seal) throws SQLException {
        var found = new ArrayList<AlarmChange>();
        try (PreparedStatement query = connection.prepareStatement("SELECT alarm, content FROM active_alarm");
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                try {
                    byte[] content = seal.open(rows.getBytes(2), bound(rows.getString(1)));
                    if (BatchCodec.decode(content).getFirst().entry() instanceof AlarmChange change) {
                        found.add(change);
                    }
                } catch (GeneralSecurityException e) {
                    continue;
                }
            }
        }
        return found;
    }

    private static byte[] bound(String alarm) {
        return ("active alarm\0" + alarm).getBytes(StandardCharsets.UTF_8);
    }
}
