package org.fieldward.core.observation.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fieldward.core.attribution.Step.Key;
import org.fieldward.core.attribution.Step.Row;

/**
 * Keeps readings that came together as one row where they are many of one device: a row for each costs the database several
 * times as much. Runs of a device never overlap. Used by one follower; not thread-safe.
 */
public final class SqlRuns {

    /** Fewer are cheaper to read again as rows of their own. */
    private static final int LEAST = 8;

    /** One of them cannot be read without all of them. */
    private static final int MOST = 500;

    /** The readings of a run r, as u. */
    public static final String EACH = """
            (select v.measured_us, coalesce(v.parameters, r.parameters) as parameters, v.commitment_position,
                sha256(r.secret || int4send(v.commitment_position)) as salt, r.head || v.middle || r.tail as record
            from unnest(r.measured, r.present, r.positions, r.middles)
                as v(measured_us, parameters, commitment_position, middle)) u""";

    /** What is read of a row of {@code reading}, in the same order, of {@link #EACH}. */
    public static final String COLUMNS =
            "u.record, u.salt, r.commitment_batch, u.commitment_position, null::timestamptz as changed_at";

    /** The runs that hold one of the instants k, as f; there is one at most for each. */
    private static final String HOLDING = """
            (select distinct found.device_no, found.first_us from k cross join lateral (
                select device_no, first_us, last_us from reading_run
                where device_no = k.device_no and first_us <= k.measured_us order by first_us desc limit 1) found
            where found.last_us >= k.measured_us) f""";

    /** Per device when its last run ends: what is newer overlaps none. */
    private final Map<Integer, Long> ends = new HashMap<>();

    /**
     * Which of some rows make runs.
     *
     * @param runs places of the rows, ascending in time; each row is in one of them at most
     * @param taken the places that are in one
     */
    record Plan(List<int[]> runs, BitSet taken) {}

    /** Another core may have written runs. */
    void forget() {
        ends.clear();
    }

    /** @param fresh rows that the store does not have */
    Plan plan(Connection connection, List<Row> fresh) throws SQLException {
        var taken = new BitSet(fresh.size());
        if (fresh.size() < LEAST) {
            return new Plan(List.of(), taken);
        }
        List<int[]> runs = free(connection, fresh, possible(fresh));
        for (int[] run : runs) {
            for (int place : run) {
                taken.set(place);
            }
            ends.merge(device(fresh, run), last(fresh, run), Math::max);
        }
        return new Plan(runs, taken);
    }

    /** Places of rows of one device, in the order of arrival. */
    private static final class Places {
        private int[] all = new int[LEAST];
        private int size;
        private long newest = Long.MIN_VALUE;
        private boolean ascending = true;

        void add(int place, long measuredMicros) {
            if (size == all.length) {
                all = Arrays.copyOf(all, 2 * size);
            }
            all[size++] = place;
            ascending &= measuredMicros > newest;
            newest = measuredMicros;
        }

        /** Ascending in time. */
        int[] inTime(List<Row> fresh) {
            if (ascending) {
                return Arrays.copyOf(all, size);
            }
            return Arrays.stream(all, 0, size)
                    .boxed()
                    .sorted(Comparator.comparingLong(i -> fresh.get(i).key().measuredMicros()))
                    .mapToInt(Integer::intValue)
                    .toArray();
        }
    }

    private static List<int[]> possible(List<Row> fresh) {
        Map<Integer, Places> devices = new LinkedHashMap<>();
        for (int i = 0; i < fresh.size(); i++) {
            Key key = fresh.get(i).key();
            devices.computeIfAbsent(key.device(), device -> new Places()).add(i, key.measuredMicros());
        }
        var possible = new ArrayList<int[]>();
        for (Places places : devices.values()) {
            if (places.size >= LEAST) {
                cut(fresh, places.inTime(fresh), possible);
            }
        }
        return possible;
    }

    /** Where the patient changes, and at what waits for one: it is no part of a run. */
    private static void cut(List<Row> fresh, int[] places, List<int[]> runs) {
        int from = 0;
        for (int i = 1; i <= places.length; i++) {
            int patient = fresh.get(places[from]).patient();
            if (i == places.length || i - from == MOST || fresh.get(places[i]).patient() != patient) {
                if (i - from >= LEAST && patient != 0) {
                    runs.add(Arrays.copyOfRange(places, from, i));
                }
                from = i;
            }
        }
    }

    private static int device(List<Row> fresh, int[] run) {
        return fresh.get(run[0]).key().device();
    }

    private static long first(List<Row> fresh, int[] run) {
        return fresh.get(run[0]).key().measuredMicros();
    }

    private static long last(List<Row> fresh, int[] run) {
        return fresh.get(run[run.length - 1]).key().measuredMicros();
    }

    /** Without those that would overlap with a run in the store. */
    private List<int[]> free(Connection connection, List<Row> fresh, List<int[]> possible) throws SQLException {
        learn(connection, fresh, possible);
        List<int[]> late = possible.stream()
                .filter(run -> first(fresh, run) <= ends.getOrDefault(device(fresh, run), Long.MIN_VALUE))
                .toList();
        if (late.isEmpty()) {
            return possible;
        }
        var overlapping = new HashSet<int[]>();
        try (PreparedStatement select = connection.prepareStatement("""
                select k.no from unnest(?::int4[], ?::int4[], ?::int8[], ?::int8[]) as k(no, device_no, first_us, last_us)
                cross join lateral (
                    select last_us from reading_run where device_no = k.device_no and first_us <= k.last_us
                    order by first_us desc limit 1) found
                where found.last_us >= k.first_us""")) {
            Object[] numbers = new Object[late.size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = i;
            }
            select.setArray(1, connection.createArrayOf("int4", numbers));
            select.setArray(
                    2,
                    connection.createArrayOf(
                            "int4", late.stream().map(run -> device(fresh, run)).toArray()));
            select.setArray(
                    3,
                    connection.createArrayOf(
                            "int8", late.stream().map(run -> first(fresh, run)).toArray()));
            select.setArray(
                    4,
                    connection.createArrayOf(
                            "int8", late.stream().map(run -> last(fresh, run)).toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    overlapping.add(late.get(row.getInt(1)));
                }
            }
        }
        return possible.stream().filter(run -> !overlapping.contains(run)).toList();
    }

    private void learn(Connection connection, List<Row> fresh, List<int[]> possible) throws SQLException {
        Set<Integer> unknown = new LinkedHashSet<>();
        for (int[] run : possible) {
            if (!ends.containsKey(device(fresh, run))) {
                unknown.add(device(fresh, run));
            }
        }
        if (unknown.isEmpty()) {
            return;
        }
        unknown.forEach(device -> ends.put(device, Long.MIN_VALUE));
        try (PreparedStatement select = connection.prepareStatement("""
                select r.device_no, r.last_us from unnest(?) as d(no) cross join lateral (
                    select device_no, last_us from reading_run where device_no = d.no
                    order by first_us desc limit 1) r""")) {
            select.setArray(1, connection.createArrayOf("int4", unknown.toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    ends.put(row.getInt(1), row.getLong(2));
                }
            }
        }
    }

    /** Rows of the readings with these keys, as far as they stand in runs. */
    static List<Row> present(Connection connection, Collection<Key> keys) throws SQLException {
        // Which of a run's readings are asked for is looked at here: the database would compare each with all keys.
        Set<Key> asked = Set.copyOf(keys);
        try (PreparedStatement select =
                connection.prepareStatement("""
                with k as materialized (select * from unnest(?::int4[], ?::int8[]) as k(device_no, measured_us))
                select r.device_no, u.measured_us, r.patient_no, u.record
                from HOLDING join reading_run r using (device_no, first_us) cross join lateral EACH""".replace("HOLDING", HOLDING).replace("EACH", EACH))) {
            set(select, keys);
            try (ResultSet row = select.executeQuery()) {
                var rows = new ArrayList<Row>();
                while (row.next()) {
                    var key = new Key(row.getInt(1), row.getLong(2), 0);
                    if (asked.contains(key)) {
                        rows.add(new Row(key, row.getInt(3), SqlObservations.parse(row.getBytes(4))));
                    }
                }
                return rows;
            }
        }
    }

    /** Makes rows of their own of the runs that hold one of these, so that it can change. */
    static void takeApart(Connection connection, Collection<Key> keys) throws SQLException {
        try (PreparedStatement move =
                connection.prepareStatement("""
                with k as materialized (select * from unnest(?::int4[], ?::int8[]) as k(device_no, measured_us)),
                r as (delete from reading_run using HOLDING
                    where reading_run.device_no = f.device_no and reading_run.first_us = f.first_us returning reading_run.*)
                insert into reading (device_no, measured_us, patient_no, version, parameters, commitment_batch,
                    commitment_position, salt, record)
                select r.device_no, u.measured_us, r.patient_no, 1, u.parameters, r.commitment_batch,
                    u.commitment_position, u.salt, u.record
                from r cross join lateral EACH""".replace("HOLDING", HOLDING).replace("EACH", EACH))) {
            set(move, keys);
            move.executeUpdate();
        }
    }

    private static void set(PreparedStatement statement, Collection<Key> keys) throws SQLException {
        Connection connection = statement.getConnection();
        statement.setArray(
                1,
                connection.createArrayOf("int4", keys.stream().map(Key::device).toArray()));
        statement.setArray(
                2,
                connection.createArrayOf(
                        "int8", keys.stream().map(Key::measuredMicros).toArray()));
    }
}
