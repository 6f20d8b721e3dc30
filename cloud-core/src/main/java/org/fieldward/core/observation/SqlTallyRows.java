package org.fieldward.core.observation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
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

    private record Reach(long first, long last) {
        Reach with(Reach other) {
            return new Reach(Math.min(first, other.first), Math.max(last, other.last));
        }
    }

    // Sorted, so that cores that write at the same time lock the rows in the same order.
    private final Map<Place, Tallies.Count> counts = new TreeMap<>(Place.ORDER);
    private final Map<Source, Reach> reaches = new TreeMap<>(Source.ORDER);

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
        counts.merge(
                new Place(row.key().device(), quarter, row.patient()),
                new Tallies.Count(
                        waveform ? 0 : sign,
                        waveform ? 0 : (long) sign * Long.bitCount(Attribution.parameters(record)),
                        waveform ? sign : 0),
                Tallies.Count::plus);
        reaches.merge(
                new Source(row.key().device(), quarter, record.getGateway(), record.getEpoch()),
                new Reach(record.getSequence(), record.getSequence()),
                Reach::with);
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
            upsert.setLong(1, batch);
            upsert.setLong(2, batch);
            array(upsert, 3, "int4", counts.keySet(), Place::device);
            array(upsert, 4, "int8", counts.keySet(), Place::quarter);
            array(upsert, 5, "int4", counts.keySet(), Place::patient);
            array(upsert, 6, "int8", counts.values(), Tallies.Count::readings);
            array(upsert, 7, "int8", counts.values(), Tallies.Count::values);
            array(upsert, 8, "int8", counts.values(), Tallies.Count::waveforms);
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
            array(upsert, 1, "int4", reaches.keySet(), Source::device);
            array(upsert, 2, "int8", reaches.keySet(), Source::quarter);
            array(upsert, 3, "text", reaches.keySet(), Source::gateway);
            array(upsert, 4, "int8", reaches.keySet(), Source::epoch);
            array(upsert, 5, "int8", reaches.values(), Reach::first);
            array(upsert, 6, "int8", reaches.values(), Reach::last);
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
