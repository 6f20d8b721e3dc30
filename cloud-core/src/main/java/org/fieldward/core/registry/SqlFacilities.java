package org.fieldward.core.registry;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;

/**
 * Writes the facilities that patients belong to: those that somebody said, and those of the gateways that carried a device while it
 * served them. Of the latter the gateways are kept, so that a gateway can be given to another facility.
 */
final class SqlFacilities {

    private SqlFacilities() {}

    static void add(Connection connection, String patient, Set<String> more) throws SQLException {
        update(connection, sql("facilities") + "id = ?", more, patient);
    }

    static void addGateway(Connection connection, String patient, String gateway) throws SQLException {
        update(connection, sql("carried_by") + "id = ?", Set.of(gateway), patient);
    }

    /** For every patient whom the device serves now: who is carried somewhere is treated there. */
    static void addGatewayOfServed(Connection connection, String device, String gateway) throws SQLException {
        update(
                connection,
                sql("carried_by")
                        + "patient_no in (select patient_no from binding join device using (device_no)"
                        + " where device.id = ? and until_us is null)",
                Set.of(gateway),
                device);
    }

    private static String sql(String column) {
        return "update patient set " + column + " = (select array_agg(distinct one order by one) from unnest(" + column
                + " || ?::text[]) one) where not " + column + " @> ?::text[] and ";
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
