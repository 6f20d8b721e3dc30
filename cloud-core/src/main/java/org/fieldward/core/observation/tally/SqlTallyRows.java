package org.fieldward.core.observation.tally;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.fieldward.core.attribution.Attribution;
import org.fieldward.core.attribution.Step;
import org.fieldward.core.attribution.Step.Row;
import org.fieldward.proto.link.StoredReading;

/**
 * Keeps the tallies in the transaction that writes what they count: as one row for each step, which {@link SqlTallySums} adds
 * up some steps later. A row per device in each step would cost the database more than the readings of a small ward. Used by
 * one follower; not thread-safe.
 */
public final class SqlTallyRows {

    static final long QUARTER_MICROS = Tallies.QUARTER.toNanos() / 1_000;

    private final SqlTallySums sums;

    /** @param sums hears how much there is to add up */
    public SqlTallyRows(SqlTallySums sums) {
        this.sums = sums;
    }

    /** @param batch of the commitments that this step makes */
    public void write(Connection connection, Step step, long batch) throws SQLException {
        var counted = new Counted();
        step.fresh().forEach(row -> counted.add(row, 1));
        for (Row row : step.changed()) {
            counted.add(step.before(row.key()), -1);
            counted.add(row, 1);
        }
        if (counted.isEmpty()) {
            return;
        }
        counted.insert(connection, batch);
        sums.counted(counted.size());
    }

    private record Place(int device, long quarter, int patient) {}

    private record Source(int device, long quarter, String gateway, long epoch) {}

    /** What is added to a row: thousands of readings go into few of them, so it is counted in place. */
    private static final class Count {
        private long readings;
        private long values;
        private long waveforms;
    }

    private static final class Reach {
        private long first = Long.MAX_VALUE;
        private long last = Long.MIN_VALUE;
    }

    /** What one step adds. */
    private static final class Counted {

        private final Map<Place, Count> counts = new HashMap<>();
        private final Map<Source, Reach> reaches = new HashMap<>();

        /** By device: most readings of a device in a step are counted in the same places. */
        private final Map<Integer, Latest> latest = new HashMap<>();

        private record Latest(Place place, Count count, Source source, Reach reach) {
            boolean holds(Row row, long quarter) {
                StoredReading record = row.record();
                return place.quarter() == quarter
                        && place.patient() == row.patient()
                        && source.epoch() == record.getEpoch()
                        && source.gateway().equals(record.getGateway());
            }
        }

        private Latest latest(Row row, long quarter) {
            int device = row.key().device();
            Latest known = latest.get(device);
            if (known != null && known.holds(row, quarter)) {
                return known;
            }
            var place = new Place(device, quarter, row.patient());
            var source = new Source(
                    device, quarter, row.record().getGateway(), row.record().getEpoch());
            Latest now = new Latest(
                    place,
                    counts.computeIfAbsent(place, unseen -> new Count()),
                    source,
                    reaches.computeIfAbsent(source, unseen -> new Reach()));
            latest.put(device, now);
            return now;
        }

        void add(Row row, int sign) {
            StoredReading record = row.record();
            long quarter = Math.floorDiv(row.key().measuredMicros(), QUARTER_MICROS);
            Latest of = latest(row, quarter);
            Count count = of.count();
            if (row.key().isWaveform()) {
                count.waveforms += sign;
            } else {
                count.readings += sign;
                count.values += (long) sign * Long.bitCount(Attribution.parameters(record));
            }
            Reach reach = of.reach();
            reach.first = Math.min(reach.first, record.getSequence());
            reach.last = Math.max(reach.last, record.getSequence());
        }

        boolean isEmpty() {
            return counts.isEmpty();
        }

        int size() {
            return counts.size();
        }

        void insert(Connection connection, long batch) throws SQLException {
            try (PreparedStatement insert = connection.prepareStatement("""
                    insert into tally_step (batch, device_no, quarter, patient_no, readings, parameters, waveforms,
                        origin_device_no, origin_quarter, gateway, epoch, first_sequence, last_sequence)
                    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
                insert.setLong(1, batch);
                array(insert, 2, ints(counts.keySet(), Place::device));
                array(insert, 3, longs(counts.keySet(), Place::quarter));
                array(insert, 4, ints(counts.keySet(), Place::patient));
                array(insert, 5, longs(counts.values(), count -> count.readings));
                array(insert, 6, longs(counts.values(), count -> count.values));
                array(insert, 7, longs(counts.values(), count -> count.waveforms));
                array(insert, 8, ints(reaches.keySet(), Source::device));
                array(insert, 9, longs(reaches.keySet(), Source::quarter));
                array(insert, 10, reaches.keySet().stream().map(Source::gateway).toArray(String[]::new));
                array(insert, 11, longs(reaches.keySet(), Source::epoch));
                array(insert, 12, longs(reaches.values(), reach -> reach.first));
                array(insert, 13, longs(reaches.values(), reach -> reach.last));
                insert.executeUpdate();
            }
        }
    }

    private static <T> int[] ints(Collection<T> all, ToIntFunction<T> part) {
        return all.stream().mapToInt(part).toArray();
    }

    private static <T> long[] longs(Collection<T> all, ToLongFunction<T> part) {
        return all.stream().mapToLong(part).toArray();
    }

    /** The driver sends arrays of primitives as they are, without making text of them. */
    private static void array(PreparedStatement statement, int at, Object all) throws SQLException {
        statement.setObject(at, all);
    }
}
