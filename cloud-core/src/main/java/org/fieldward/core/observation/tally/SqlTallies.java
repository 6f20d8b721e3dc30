package org.fieldward.core.observation.tally;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.fieldward.core.observation.ObservationException;
import org.fieldward.core.registry.Snapshot;
import org.fieldward.proto.reading.Micros;

/** Tallies in PostgreSQL; only a quarter of an hour that a mark cuts in two is counted row by row. */
public final class SqlTallies implements Tallies {

    private static final String SPANS =
            "unnest(?::int4[], ?::int4[], ?::int8[], ?::int8[]) as k(slot, device_no, from_quarter, until_quarter)";

    /** What steps have not added up yet is added here, before anything is made of it. */
    private static final String TALLIES = """
            with k as materialized (select * from SPANS),
            t as (
                select slot, device_no, quarter, patient_no, sum(readings) as readings, sum(parameters) as parameters,
                    sum(waveforms) as waveforms, min(first_batch) as first_batch, max(last_batch) as last_batch
                from (
                    select k.slot, t.* from k join tally t on t.device_no = k.device_no
                        and t.quarter >= k.from_quarter and t.quarter < k.until_quarter
                    union all
                    select k.slot, p.*, p.batch from k join tally_pending p on p.device_no = k.device_no
                        and p.quarter >= k.from_quarter and p.quarter < k.until_quarter
                ) parts
                group by slot, device_no, quarter, patient_no
            )
            select slot, patient_no, sum(readings), sum(parameters), sum(waveforms),
                array_agg(distinct quarter) filter (where patient_no <> 0 and readings + waveforms > 0),
                sum(signed), sum(anchored), sum(finished)
            from (
                select t.*, SIGNED as signed, ANCHORED as anchored, FINISHED as finished from t
            ) counted
            group by grouping sets ((slot, patient_no), (slot))""".replace("SPANS", SPANS);

    private static final String UP_TO_MARK = """
            case when t.patient_no = 0 or t.first_batch > MARK then 0
                when t.last_batch <= MARK then t.readings + t.waveforms
                else (select count(*) from reading r where r.device_no = t.device_no
                        and r.measured_us >= t.quarter * 900000000 and r.measured_us < (t.quarter + 1) * 900000000
                        and r.patient_no = t.patient_no and r.commitment_batch <= MARK)
                    + (select count(*) from reading_run r cross join lateral unnest(r.measured) as u(measured_us)
                        where r.device_no = t.device_no and r.last_us >= t.quarter * 900000000
                        and r.first_us < (t.quarter + 1) * 900000000 and u.measured_us >= t.quarter * 900000000
                        and u.measured_us < (t.quarter + 1) * 900000000
                        and r.patient_no = t.patient_no and r.commitment_batch <= MARK)
                    + (select count(*) from waveform r where r.device_no = t.device_no
                        and r.measured_us >= t.quarter * 900000000 and r.measured_us < (t.quarter + 1) * 900000000
                        and r.patient_no = t.patient_no and r.commitment_batch <= MARK) end""";

    private final DataSource database;
    private final Supplier<Snapshot> registry;

    public SqlTallies(DataSource database, Supplier<Snapshot> registry) {
        this.database = database;
        this.registry = registry;
    }

    /** What is being put together for one span. */
    private static final class Slot {
        private final Map<String, Count> patients = new TreeMap<>();
        private Count waiting = Count.NONE;
        private final Set<Long> quarters = new HashSet<>();
        private long signed;
        private long anchored;
        private long finished;
        private final Map<String, Long> quarantined = new TreeMap<>();
        private final List<Origin> origins = new ArrayList<>();

        Tally tally() {
            return new Tally(patients, waiting, quarters, signed, anchored, finished, quarantined, origins);
        }
    }

    @Override
    public List<Tally> count(List<Span> spans, Marks marks) {
        var slots = new ArrayList<Slot>();
        spans.forEach(span -> slots.add(new Slot()));
        try (Connection connection = database.getConnection()) {
            // One view for all three: a step in between must not show in one number and not in the next.
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try {
                readTallies(connection, spans, marks, slots);
                readOrigins(connection, spans, slots);
                readQuarantine(connection, spans, slots);
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new ObservationException("tallies could not be read", e);
        }
        return slots.stream().map(Slot::tally).toList();
    }

    private void readTallies(Connection connection, List<Span> spans, Marks marks, List<Slot> slots)
            throws SQLException {
        Map<Integer, String> patients = new HashMap<>();
        registry.get().patients().forEach((id, known) -> patients.put(known.number(), id));
        String sql = TALLIES.replace("SIGNED", upTo(marks.signed()))
                .replace("ANCHORED", upTo(marks.anchored()))
                .replace("FINISHED", upTo(marks.finished()));
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            set(select, spans);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Slot slot = slots.get(row.getInt(1));
                    int patient = row.getInt(2);
                    if (row.wasNull()) {
                        if (row.getArray(6) != null) {
                            slot.quarters.addAll(
                                    List.of((Long[]) row.getArray(6).getArray()));
                        }
                        slot.signed = row.getLong(7);
                        slot.anchored = row.getLong(8);
                        slot.finished = row.getLong(9);
                        continue;
                    }
                    var count = new Count(row.getLong(3), row.getLong(4), row.getLong(5));
                    if (patient == 0) {
                        slot.waiting = count;
                    } else if (count.records() > 0) {
                        slot.patients.put(patients.getOrDefault(patient, "unknown"), count);
                    }
                }
            }
        }
    }

    /** A number, so that there is nothing to escape. */
    private static String upTo(long mark) {
        return UP_TO_MARK.replace("MARK", Long.toString(mark));
    }

    private void readOrigins(Connection connection, List<Span> spans, List<Slot> slots) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                with k as materialized (select * from SPANS)
                select slot, gateway, epoch, min(first_sequence), max(last_sequence)
                from (
                    select k.slot, t.* from k join tally_origin t on t.device_no = k.device_no
                        and t.quarter >= k.from_quarter and t.quarter < k.until_quarter
                    union all
                    select k.slot, p.* from k join tally_origin_pending p on p.device_no = k.device_no
                        and p.quarter >= k.from_quarter and p.quarter < k.until_quarter
                ) parts
                group by slot, gateway, epoch order by gateway collate "C", epoch""".replace("SPANS", SPANS))) {
            set(select, spans);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    slots.get(row.getInt(1))
                            .origins
                            .add(new Origin(row.getString(2), row.getLong(3), row.getLong(4), row.getLong(5)));
                }
            }
        }
    }

    private static void readQuarantine(Connection connection, List<Span> spans, List<Slot> slots) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                select k.slot, q.reason, count(*)
                from unnest(?::int4[], ?::text[], ?::int8[], ?::int8[]) as k(slot, device, from_us, until_us)
                join quarantine q on q.device = k.device and q.measured_us >= k.from_us and q.measured_us < k.until_us
                group by k.slot, q.reason""")) {
            array(select, 1, "int4", numbers(spans.size()));
            array(select, 2, "text", spans.stream().map(s -> s.device().name()).toArray());
            array(
                    select,
                    3,
                    "int8",
                    spans.stream().map(s -> Micros.of(s.from())).toArray());
            array(
                    select,
                    4,
                    "int8",
                    spans.stream().map(s -> Micros.of(s.until())).toArray());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    slots.get(row.getInt(1)).quarantined.put(row.getString(2), row.getLong(3));
                }
            }
        }
    }

    private void set(PreparedStatement select, List<Span> spans) throws SQLException {
        Snapshot known = registry.get();
        array(select, 1, "int4", numbers(spans.size()));
        array(
                select,
                2,
                "int4",
                spans.stream().map(s -> known.number(s.device()).orElse(-1)).toArray());
        array(select, 3, "int8", spans.stream().map(s -> quarter(s.from())).toArray());
        array(select, 4, "int8", spans.stream().map(s -> quarter(s.until())).toArray());
    }

    private static Object[] numbers(int size) {
        Object[] numbers = new Object[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = i;
        }
        return numbers;
    }

    private static void array(PreparedStatement select, int at, String type, Object[] all) throws SQLException {
        select.setArray(at, select.getConnection().createArrayOf(type, all));
    }

    private static long quarter(Instant at) {
        return Math.floorDiv(at.getEpochSecond(), QUARTER.toSeconds());
    }

    @Override
    public Map<String, Long> unplaced(Instant from, Instant until) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("""
                        select reason, count(*) from quarantine where device is null
                            and quarantined_at >= to_timestamp(?) and quarantined_at < to_timestamp(?)
                        group by reason""")) {
            select.setLong(1, from.getEpochSecond());
            select.setLong(2, until.getEpochSecond());
            var counts = new TreeMap<String, Long>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    counts.put(row.getString(1), row.getLong(2));
                }
            }
            return counts;
        } catch (SQLException e) {
            throw new ObservationException("quarantine could not be counted", e);
        }
    }
}
