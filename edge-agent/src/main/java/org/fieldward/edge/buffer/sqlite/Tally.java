package org.fieldward.edge.buffer.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicLongArray;
import org.fieldward.edge.buffer.quota.LaneBytes;
import org.fieldward.proto.reading.Lane;

/** Records and bytes that are kept, by lane, as of the last commit. One thread applies, any may look. */
final class Tally {

    private final AtomicLongArray records = new AtomicLongArray(Lane.values().length);
    private final AtomicLongArray bytes = new AtomicLongArray(Lane.values().length);

    static Tally of(Connection connection) throws SQLException {
        var tally = new Tally();
        try (Statement statement = connection.createStatement();
                ResultSet lanes = statement.executeQuery("SELECT lane, sum(last - first + 1), sum(length(content) + "
                        + RecordGroups.ROW_BYTES + ") FROM record_group GROUP BY lane")) {
            while (lanes.next()) {
                int lane = Lane.of(lanes.getInt(1)).ordinal();
                tally.records.set(lane, lanes.getLong(2));
                tally.bytes.set(lane, lanes.getLong(3));
            }
        }
        return tally;
    }

    void apply(RecordGroups.Change change) {
        for (Lane lane : Lane.values()) {
            records.addAndGet(lane.ordinal(), change.records[lane.ordinal()]);
            bytes.addAndGet(lane.ordinal(), change.bytes.of(lane));
        }
    }

    long records(Lane lane) {
        return records.get(lane.ordinal());
    }

    /** A copy. */
    LaneBytes bytes() {
        var copy = new LaneBytes();
        for (Lane lane : Lane.values()) {
            copy.add(lane, bytes.get(lane.ordinal()));
        }
        return copy;
    }
}
