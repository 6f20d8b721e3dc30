package org.fieldward.core.observation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.fieldward.core.attribution.Attribution;
import org.fieldward.core.attribution.Step;
import org.fieldward.core.attribution.Step.Row;
import org.fieldward.proto.link.StoredReading;

/** Keeps the tallies in the transaction that writes what they count. */
final class SqlTallyRows {

    static final long QUARTER_MICROS = Tallies.QUARTER.toNanos() / 1_000;

    private record Place(int device, long quarter, int patient) {
        static final Comparator<Place> ORDER = Comparator.comparingInt(Place::device)
                .thenComparingLong(Place::quarter)
                .thenComparingInt(Place::patient);
    }

    private record Source(int device, long quarter, String gateway, long epoch) {
        static final Comparator<Source> ORDER = Comparator.comparingInt(Source::device)
                .thenComparingLong(Source::quarter)
                .thenComparing(Source::gateway)
                .thenComparingLong(Source::epoch);
    }

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

    private final Map<Place, Count> counts = new HashMap<>();
    private final Map<Source, Reach> reaches = new HashMap<>();

    private SqlTallyRows() {}

    /** @param batch of the commitments that this step makes */
    static void write(Connection connection, Step step, long batch) throws SQLException {
        var rows = new SqlTallyRows();
        step.fresh().forEach(row -> rows.add(row, 1));
        for (Row row : step.changed()) {
            rows.add(step.before(row.key()), -1);
            rows.add(row, 1);
        }
        rows.writeCounts(connection, batch);
        rows.writeReaches(connection);
    }

    private void add(Row row, int sign) {
        StoredReading record = row.record();
        long quarter = Math.floorDiv(row.key().measuredMicros(), QUARTER_MICROS);
        boolean waveform = row.key().isWaveform();
        Count count =
                counts.computeIfAbsent(new Place(row.key().device(), quarter, row.patient()), place -> new Count());
        if (waveform) {
            count.waveforms += sign;
        } else {
            count.readings += sign;
            count.values += (long) sign * Long.bitCount(Attribution.parameters(record));
        }
        Reach reach = reaches.computeIfAbsent(
                new Source(row.key().device(), quarter, record.getGateway(), record.getEpoch()), source -> new Reach());
        reach.first = Math.min(reach.first, record.getSequence());
        reach.last = Math.max(reach.last, record.getSequence());
    }

    /** Sorted, so that cores that write at the same time lock the rows in the same order. */
    private static <K, V> Map<K, V> sorted(Map<K, V> rows, Comparator<K> order) {
        var sorted = new TreeMap<K, V>(order);
        sorted.putAll(rows);
        return sorted;
    }

    private void writeCounts(Connection connection, long batch) throws SQLException {
        if (counts.isEmpty()) {
            return;
        }
        try (PreparedStatement upsert = connection.prepareStatement("""
                insert into tally as t
                    (device_no, quarter, patient_no, readings, parameters, waveforms, first_batch, last_batch)
                select *, ?, ? from unnest(?::int4[], ?::int8[], ?::int4[], ?::int8[], ?::int8[], ?::int8[])
                on conflict (device_no, quarter, patient_no) do update set
                    readings = t.readings + excluded.readings,
                    parameters = t.parameters + excluded.parameters,
                    waveforms = t.waveforms + excluded.waveforms,
                    first_batch = least(t.first_batch, excluded.first_batch),
                    last_batch = greatest(t.last_batch, excluded.last_batch)""")) {
            Map<Place, Count> rows = sorted(counts, Place.ORDER);
            upsert.setLong(1, batch);
            upsert.setLong(2, batch);
            array(upsert, 3, "int4", rows.keySet(), Place::device);
            array(upsert, 4, "int8", rows.keySet(), Place::quarter);
            array(upsert, 5, "int4", rows.keySet(), Place::patient);
            array(upsert, 6, "int8", rows.values(), count -> count.readings);
            array(upsert, 7, "int8", rows.values(), count -> count.values);
            array(upsert, 8, "int8", rows.values(), count -> count.waveforms);
            upsert.executeUpdate();
        }
    }

    private void writeReaches(Connection connection) throws SQLException {
        if (reaches.isEmpty()) {
            return;
        }
        try (PreparedStatement upsert = connection.prepareStatement("""
                insert into tally_origin as t (device_no, quarter, gateway, epoch, first_sequence, last_sequence)
                select * from unnest(?::int4[], ?::int8[], ?::text[], ?::int8[], ?::int8[], ?::int8[])
                on conflict (device_no, quarter, gateway, epoch) do update set
                    first_sequence = least(t.first_sequence, excluded.first_sequence),
                    last_sequence = greatest(t.last_sequence, excluded.last_sequence)""")) {
            Map<Source, Reach> rows = sorted(reaches, Source.ORDER);
            array(upsert, 1, "int4", rows.keySet(), Source::device);
            array(upsert, 2, "int8", rows.keySet(), Source::quarter);
            array(upsert, 3, "text", rows.keySet(), Source::gateway);
            array(upsert, 4, "int8", rows.keySet(), Source::epoch);
            array(upsert, 5, "int8", rows.values(), reach -> reach.first);
            array(upsert, 6, "int8", rows.values(), reach -> reach.last);
            upsert.executeUpdate();
        }
    }

    private static <T> void array(
            PreparedStatement statement, int at, String type, Collection<T> all, Function<T, Object> part)
            throws SQLException {
        List<Object> parts = all.stream().map(part).toList();
        statement.setArray(at, statement.getConnection().createArrayOf(type, parts.toArray()));
    }
}
