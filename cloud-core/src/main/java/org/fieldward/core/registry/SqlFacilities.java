package org.fieldward.core.registry;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The facilities that patients belong to. */
final class SqlFacilities {

    private static final String ADD = "update patient set facilities = (select array_agg(distinct one order by one)"
            + " from unnest(facilities || ?::text[]) one) where not facilities @> ?::text[] and ";

    private SqlFacilities() {}

    static Map<String, Set<String>> read(Connection connection) throws SQLException {
        var facilities = new HashMap<String, Set<String>>();
        try (PreparedStatement select =
                        connection.prepareStatement("select id, facilities from patient where facilities <> '{}'");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                facilities.put(
                        row.getString(1), Set.of((String[]) row.getArray(2).getArray()));
            }
        }
        return Map.copyOf(facilities);
    }

    static void add(Connection connection, String patient, Set<String> more) throws SQLException {
        update(connection, ADD + "id = ?", more, patient);
    }

    /** For every patient whom the device serves: who is carried somewhere is treated there. */
    static void addOfBound(Connection connection, String device, String facility) throws SQLException {
        update(
                connection,
                ADD + "patient_no in (select patient_no from binding join device using (device_no)"
                        + " where device.id = ? and until_us is null)",
                Set.of(facility),
                device);
    }

    private static void update(Connection connection, String sql, Set<String> more, String of) throws SQLException {
        if (more.isEmpty()) {
            return;
        }
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            var array = connection.createArrayOf("text", more.toArray());
            update.setArray(1, array);
            update.setArray(2, array);
            update.setString(3, of);
            update.executeUpdate();
        }
    }
}
