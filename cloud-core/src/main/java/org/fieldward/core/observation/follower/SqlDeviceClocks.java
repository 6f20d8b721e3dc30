package org.fieldward.core.observation.follower;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.fieldward.core.attribution.DeviceClocks;
import org.fieldward.core.attribution.DeviceClocks.Correction;

/** Keeps by what the clocks of devices were put right, within the transaction it is given. */
final class SqlDeviceClocks {

    private SqlDeviceClocks() {}

    /** All of them, newest last. */
    static List<Correction> known(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                        "select device_no, correction_us from device_clock order by number");
                ResultSet row = select.executeQuery()) {
            var known = new ArrayList<Correction>();
            while (row.next()) {
                known.add(new Correction(row.getInt(1), row.getLong(2)));
            }
            return known;
        }
    }

    /** Keeps these, too, and of each device the newest only. */
    static void keep(Connection connection, List<Correction> added) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                        "insert into device_clock (device_no, correction_us) values (?, ?) on conflict do nothing");
                PreparedStatement forget = connection.prepareStatement("""
                        delete from device_clock where device_no = ? and number <= (
                            select number from device_clock where device_no = ? order by number desc offset ? limit 1)""")) {
            for (Correction one : added) {
                insert.setInt(1, one.device());
                insert.setLong(2, one.micros());
                insert.addBatch();
                forget.setInt(1, one.device());
                forget.setInt(2, one.device());
                forget.setInt(3, DeviceClocks.MAX_CORRECTIONS);
                forget.addBatch();
            }
            insert.executeBatch();
            forget.executeBatch();
        }
    }
}
