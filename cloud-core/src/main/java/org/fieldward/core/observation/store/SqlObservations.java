package org.fieldward.core.observation.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.random.RandomGenerator;
import org.fieldward.core.attribution.Attribution;
import org.fieldward.core.attribution.Attribution.ReceivedGap;
import org.fieldward.core.attribution.Step;
import org.fieldward.core.attribution.Step.Row;
import org.fieldward.core.observation.ObservationException;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.commitment.SqlCommitmentBatch;
import org.fieldward.core.observation.commitment.SqlCommitmentBatch.Place;
import org.fieldward.core.observation.gap.SqlGaps;
import org.fieldward.core.observation.quarantine.SqlQuarantine;
import org.fieldward.core.observation.tally.SqlTallyRows;
import org.fieldward.core.observation.tally.SqlTallySums;
import org.fieldward.proto.link.StoredReading;

/** Writes what a step decided, within the transaction it is given. Used by one follower; not thread-safe. */
public final class SqlObservations {

    private static final int PAGE = 5_000;

    /** More than there are kinds, so that a page of them always goes beyond its first instant. */
    private static final int WAVEFORM_PAGE = 500;

    /** Under most bindings that change nothing was measured yet: who admits a ward waits for one step and not for each. */
    private static final int SPANS = 64;

    private final RandomGenerator random;
    private final SqlRuns runs = new SqlRuns();
    private final SqlTallyRows tallies;

    /** @param random makes the salts, so it must not be guessable */
    public SqlObservations(RandomGenerator random, SqlTallySums sums) {
        this.random = random;
        tallies = new SqlTallyRows(sums);
    }

    /** A span of a device's readings and waveforms to look at again, because a binding changed. */
    public record Span(long change, int device, long fromMicros, long untilMicros) {}

    /** Another core may have been at work. */
    public void forget() {
        runs.forget();
    }

    /**
     * The oldest changes of bindings that are not worked through.
     *
     * @param version of the registry that the reader knows: a newer change must wait until it is known
     */
    public List<Span> spans(Connection connection, long version) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select number, device_no, from_us, until_us from binding_change where number <= ?"
                        + " order by number limit ?")) {
            select.setLong(1, version);
            select.setInt(2, SPANS);
            try (ResultSet row = select.executeQuery()) {
                var spans = new ArrayList<Span>();
                while (row.next()) {
                    spans.add(new Span(row.getLong(1), row.getInt(2), row.getLong(3), row.getLong(4)));
                }
                return spans;
            }
        }
    }

    /**
     * The next pages of these spans, oldest first, of each device one, until there is enough for one step.
     *
     * @see #page
     */
    public List<Row> pages(Connection connection, List<Span> spans) throws SQLException {
        var rows = new ArrayList<Row>();
        var devices = new HashSet<Integer>();
        for (Span span : spans) {
            if (rows.size() < WAVEFORM_PAGE && devices.add(span.device())) {
                rows.addAll(page(connection, span));
            }
        }
        return rows;
    }

    /** The next page of a span; the span is shortened by it, and forgotten when it was the last. */
    private List<Row> page(Connection connection, Span span) throws SQLException {
        var page = new ArrayList<Row>();
        try (PreparedStatement select = connection.prepareStatement("""
                select k.device_no, a.measured_us, a.patient_no, a.record
                from (values (?::int4, ?::int8, ?::int8, ?::int4)) as k(device_no, from_us, until_us, most)
                cross join lateral (
                    (select measured_us, patient_no, record from reading where device_no = k.device_no
                        and measured_us >= k.from_us and measured_us < k.until_us order by measured_us limit k.most)
                    union all
                    (select u.measured_us, r.patient_no, u.record from reading_run r cross join lateral EACH
                    where r.device_no = k.device_no and r.last_us >= k.from_us and r.first_us < k.until_us
                        and u.measured_us >= k.from_us and u.measured_us < k.until_us
                    order by r.first_us, u.measured_us limit k.most)) a
                order by a.measured_us limit ?""".replace("EACH", SqlRuns.EACH))) {
            select.setInt(1, span.device());
            select.setLong(2, span.fromMicros());
            select.setLong(3, span.untilMicros());
            select.setInt(4, PAGE);
            select.setInt(5, PAGE);
            page.addAll(rows(select));
        }
        long until =
                page.size() < PAGE ? span.untilMicros() : page.getLast().key().measuredMicros() + 1;
        List<Row> blocks = SqlWaveformRows.page(connection, span.device(), span.fromMicros(), until, WAVEFORM_PAGE);
        page.addAll(blocks);
        if (blocks.size() == WAVEFORM_PAGE) {
            // Its last instant may have more kinds than came: it is left, with all behind it, for the next page.
            long cut = blocks.getLast().key().measuredMicros();
            page.removeIf(row -> row.key().measuredMicros() >= cut);
            until = cut;
        }
        boolean last = until >= span.untilMicros();
        try (PreparedStatement move = connection.prepareStatement(
                last
                        ? "delete from binding_change where number = ?"
                        : "update binding_change set from_us = ? where number = ?")) {
            int at = 1;
            if (!last) {
                move.setLong(at++, until);
            }
            move.setLong(at, span.change());
            move.executeUpdate();
        }
        return page;
    }

    static List<Row> rows(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            var rows = new ArrayList<Row>();
            while (row.next()) {
                StoredReading record = parse(row.getBytes(4));
                rows.add(new Row(Step.key(row.getInt(1), record), row.getInt(3), record));
            }
            return rows;
        }
    }

    public static StoredReading parse(byte[] record) {
        try {
            return StoredReading.parseFrom(record);
        } catch (InvalidProtocolBufferException e) {
            throw new ObservationException("the store holds a record that is not a StoredReading", e);
        }
    }

    /** Returns the versions that have a patient, as the read side will see them, new ones first. */
    public List<Observed> write(Connection connection, Step step, List<ReceivedGap> gaps, Instant now)
            throws SQLException {
        var batch = SqlCommitmentBatch.begin(connection, random);
        var sealed = new Sealed(batch);
        List<Row> fresh = step.fresh();
        List<Row> changed = step.changed();
        List<Row> freshReadings = readings(fresh);
        if (!freshReadings.isEmpty()) {
            writeFresh(connection, freshReadings, sealed);
        }
        List<Row> changedReadings = readings(changed);
        if (!changedReadings.isEmpty()) {
            SqlRuns.takeApart(connection, changedReadings.stream().map(Row::key).toList());
            replace(connection, changedReadings, sealed, now, waitingNumbers(connection, changedReadings));
        }
        List<Row> freshWaveforms = waveforms(fresh);
        if (!freshWaveforms.isEmpty()) {
            SqlWaveformRows.copy(connection, freshWaveforms, sealed, waitingNumbers(connection, freshWaveforms));
        }
        List<Row> changedWaveforms = waveforms(changed);
        if (!changedWaveforms.isEmpty()) {
            SqlWaveformRows.replace(
                    connection, changedWaveforms, sealed, now, waitingNumbers(connection, changedWaveforms));
        }
        if (!gaps.isEmpty()) {
            SqlGaps.insert(connection, gaps, batch);
        }
        batch.finish();
        tallies.write(connection, step, batch.number());
        SqlQuarantine.setAside(connection, step.refused(), now);
        return sealed.observed;
    }

    private static List<Row> readings(List<Row> rows) {
        return rows.stream().filter(row -> !row.key().isWaveform()).toList();
    }

    private static List<Row> waveforms(List<Row> rows) {
        return rows.stream().filter(row -> row.key().isWaveform()).toList();
    }

    /** Gives each attributed record its salt and its place in the batch of commitments. */
    static final class Sealed {

        private final SqlCommitmentBatch batch;
        private final List<Observed> observed = new ArrayList<>();

        Sealed(SqlCommitmentBatch batch) {
            this.batch = batch;
        }

        /** A row that was there before. */
        Observed seal(Row row, Instant now) {
            Observed sealed = seal(row);
            if (row.isWaiting()) {
                return sealed;
            }
            observed.set(observed.size() - 1, sealed.changed(now));
            return sealed;
        }

        Observed seal(Row row) {
            return seal(row, row.record().toByteArray());
        }

        /** @param bytes its record */
        Observed seal(Row row, byte[] bytes) {
            if (row.isWaiting()) {
                return new Observed(row.record(), UnsafeByteOperations.unsafeWrap(bytes), ByteString.EMPTY, 0, 0);
            }
            return sealed(row, bytes, batch.place(bytes));
        }

        /**
         * A row that has a patient and goes into a run.
         *
         * @param bytes its record
         */
        Observed seal(Row row, byte[] bytes, SqlRunCopy.Salts salts) {
            return sealed(row, bytes, batch.place(bytes, salts.at(batch.position())));
        }

        private Observed sealed(Row row, byte[] bytes, Place place) {
            Observed sealed = new Observed(
                    row.record(),
                    UnsafeByteOperations.unsafeWrap(bytes),
                    place.salt(),
                    place.batch(),
                    place.position());
            observed.add(sealed);
            return sealed;
        }
    }

    /** As many numbers of the quarantine as there are rows that wait. */
    private static PrimitiveIterator.OfLong waitingNumbers(Connection connection, List<Row> rows) throws SQLException {
        long waiting = rows.stream().filter(Row::isWaiting).count();
        return SqlQuarantine.numbers(connection, (int) waiting);
    }

    private void writeFresh(Connection connection, List<Row> rows, Sealed sealed) throws SQLException {
        SqlRuns.Plan plan = runs.plan(connection, rows);
        var salts = new ArrayList<SqlRunCopy.Salts>();
        SqlRunCopy.Salts[] saltsOf = new SqlRunCopy.Salts[rows.size()];
        for (int[] run : plan.runs()) {
            salts.add(new SqlRunCopy.Salts(random));
            for (int place : run) {
                saltsOf[place] = salts.getLast();
            }
        }
        // In the order of arrival, whatever they are kept in: it is the order of the commitments.
        var observed = new ArrayList<Observed>(rows.size());
        byte[][] records = new byte[rows.size()][];
        for (int i = 0; i < saltsOf.length; i++) {
            Row row = rows.get(i);
            records[i] = row.record().toByteArray();
            observed.add(saltsOf[i] == null ? sealed.seal(row, records[i]) : sealed.seal(row, records[i], saltsOf[i]));
        }
        if (!plan.runs().isEmpty()) {
            SqlRunCopy.write(connection, new SqlRunCopy.Fresh(rows, observed, records), plan.runs(), salts);
        }
        if (plan.taken().cardinality() < rows.size()) {
            copy(connection, rows, observed, plan.taken());
        }
    }

    private static void copy(Connection connection, List<Row> rows, List<Observed> sealed, BitSet without)
            throws SQLException {
        PrimitiveIterator.OfLong numbers = waitingNumbers(connection, rows);
        PostgresCopy copy = PostgresCopy.start(
                connection,
                "copy reading (device_no, measured_us, patient_no, version, parameters, commitment_batch,"
                        + " commitment_position, waiting, salt, record) from stdin (format binary)");
        for (int i = without.nextClearBit(0); i < rows.size(); i = without.nextClearBit(i + 1)) {
            Row row = rows.get(i);
            Observed observed = sealed.get(i);
            copy.row(10);
            copy.number(row.key().device());
            copy.number(row.key().measuredMicros());
            copy.number(row.patient());
            copy.number(row.record().getVersion());
            copy.number(Attribution.parameters(row.record()));
            copy.number(observed.commitmentBatch());
            copy.number(observed.commitmentPosition());
            if (row.isWaiting()) {
                copy.number(numbers.nextLong());
            } else {
                copy.nothing();
            }
            copy.bytes(observed.salt());
            copy.bytes(observed.bytes());
        }
        copy.finish();
    }

    private static void replace(
            Connection connection, List<Row> rows, Sealed sealed, Instant now, PrimitiveIterator.OfLong numbers)
            throws SQLException {
        try (PreparedStatement keep = connection.prepareStatement("""
                        insert into reading_history (device_no, measured_us, version, patient_no, parameters,
                            commitment_batch, commitment_position, salt, record, changed_at, replaced_at)
                        select device_no, measured_us, version, patient_no, parameters,
                            commitment_batch, commitment_position, salt, record, changed_at, ?
                        from reading where device_no = ? and measured_us = ? and patient_no <> 0""");
                PreparedStatement update = connection.prepareStatement("""
                        update reading set patient_no = ?, version = ?, parameters = ?, commitment_batch = ?,
                            commitment_position = ?, waiting = ?, salt = ?, record = ?, changed_at = ?
                        where device_no = ? and measured_us = ?""")) {
            for (Row row : rows) {
                keep.setTimestamp(1, Timestamp.from(now));
                keep.setInt(2, row.key().device());
                keep.setLong(3, row.key().measuredMicros());
                keep.addBatch();
                Observed observed = sealed.seal(row, now);
                update.setInt(1, row.patient());
                update.setInt(2, row.record().getVersion());
                update.setLong(3, Attribution.parameters(row.record()));
                update.setLong(4, observed.commitmentBatch());
                update.setInt(5, observed.commitmentPosition());
                if (row.isWaiting()) {
                    update.setLong(6, numbers.nextLong());
                } else {
                    update.setNull(6, Types.BIGINT);
                }
                update.setBytes(7, observed.salt().toByteArray());
                update.setBytes(8, observed.bytes().toByteArray());
                update.setTimestamp(9, Timestamp.from(now));
                update.setInt(10, row.key().device());
                update.setLong(11, row.key().measuredMicros());
                update.addBatch();
            }
            keep.executeBatch();
            update.executeBatch();
        }
    }
}
