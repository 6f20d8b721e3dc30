package org.fieldward.core.observation.follower;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.fieldward.core.attribution.Attribution;
import org.fieldward.core.attribution.Attribution.Candidate;
import org.fieldward.core.attribution.Attribution.Judged;
import org.fieldward.core.attribution.DeviceClocks;
import org.fieldward.core.attribution.DeviceClocks.Correction;
import org.fieldward.core.attribution.Step;
import org.fieldward.core.attribution.Step.Key;
import org.fieldward.core.attribution.Suspicion;
import org.fieldward.core.journal.FollowerThread;
import org.fieldward.core.journal.Journal;
import org.fieldward.core.journal.SqlCursor;
import org.fieldward.core.observation.ObservationException;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.alarm.Alarms;
import org.fieldward.core.observation.alarm.SqlAlarms;
import org.fieldward.core.observation.search.SqlReadings;
import org.fieldward.core.observation.store.SqlObservations;
import org.fieldward.core.observation.store.SqlObservations.Span;
import org.fieldward.core.observation.store.SqlPresent;
import org.fieldward.core.observation.tally.SqlTallySums;
import org.fieldward.core.registry.Snapshot;
import org.fieldward.core.registry.SqlRegistry;
import org.fieldward.proto.reading.DeviceId;

/**
 * Reads the journal from its own durable cursor, attributes, judges and stores. The result, the commitments and the
 * cursor go in one transaction, so a crash at any point repeats the step or has it done, never half. One thread; cores
 * that share a database take turns by the cursor's lock.
 */
public final class ObservationFollower implements AutoCloseable {

    private static final int ENTRIES_AT_ONCE = 128;

    /** More saves nothing more, and makes whoever looks live wait, and the collector copy. */
    private static final int RECORDS_AT_ONCE = 8_000;

    private static final int SAMPLES_LIKE_A_RECORD = 100;
    private static final Duration IDLE = Duration.ofMillis(250);

    /** A step costs some milliseconds however little is in it; who waits for a reading does not feel so many. */
    private static final Duration BREATH = Duration.ofMillis(12);

    /**
     * Who hears of a step after its commit, on the follower's thread.
     *
     * @param verdicts what became of which sequences: told once, best effort, the store is what counts
     */
    public record Outlets(SqlReadings readings, SqlAlarms alarms, Consumer<Step> verdicts) {}

    private final DataSource database;
    private final Journal journal;
    private final SqlRegistry registry;
    private final Attribution attribution;
    private final Outlets outlets;
    private final InstantSource clock;
    private final SqlTallySums sums;
    private final SqlObservations observations;
    private final SqlCursor cursor = new SqlCursor("observation");
    private final FollowerThread thread;

    /** Per device the newest instant in the store: what is newer cannot be a repetition. */
    private final Map<Integer, Long> newest = new HashMap<>();

    private final DeviceClocks clocks = new DeviceClocks();
    private long lastPosition = -1;
    private final Suspicion suspicion = new Suspicion();

    /** @param random makes the salts, so it must not be guessable */
    public ObservationFollower(
            DataSource database,
            Journal journal,
            SqlRegistry registry,
            Attribution attribution,
            Outlets outlets,
            RandomGenerator random,
            InstantSource clock) {
        this.database = database;
        this.journal = journal;
        this.registry = registry;
        this.attribution = attribution;
        this.outlets = outlets;
        this.clock = clock;
        sums = new SqlTallySums(database);
        observations = new SqlObservations(random, sums);
        thread = new FollowerThread("observation-follower", () -> step() ? Duration.ZERO : IDLE, BREATH);
        registry.onChange(difference -> wake());
    }

    public void start() {
        sums.start();
        thread.start();
    }

    /** A hint that there may be work; never blocks. */
    public void wake() {
        thread.wake();
    }

    /** Does what there is to do now, at most one transaction of it. False if there was nothing. Not thread-safe. */
    public boolean step() {
        Step step;
        List<Observed> observed;
        List<Alarms.Alarm> changes;
        boolean done = false;
        List<Journal.Entry> entries = List.of();
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                long position = cursor.lock(connection);
                if (position != lastPosition) {
                    // Another core has been at work, or this one has just started.
                    newest.clear();
                    observations.forget();
                    clocks.become(SqlDeviceClocks.known(connection));
                }
                // Under the lock: whoever held it before may have worked through a change that we must know then.
                long version = registry.refresh().version();
                entries = journal.after(position, suspicion.limit(ENTRIES_AT_ONCE));
                List<Span> spans =
                        suspicion.isCalm() || entries.isEmpty() ? observations.spans(connection, version) : List.of();
                if (spans.isEmpty() && entries.isEmpty()) {
                    connection.rollback();
                    lastPosition = position;
                    done = true;
                    return false;
                }
                var judged = new ArrayList<Judged>();
                lastPosition = judge(entries, position, judged);
                step = decide(connection, spans, judged);
                observed = observations.write(
                        connection,
                        step,
                        judged.stream().flatMap(j -> j.gaps().stream()).toList(),
                        clock.instant());
                changes = outlets.alarms()
                        .apply(
                                connection,
                                judged.stream()
                                        .flatMap(j -> j.alarms().stream())
                                        .toList(),
                                judged.stream()
                                        .flatMap(j -> j.statuses().stream())
                                        .toList());
                cursor.move(connection, lastPosition);
                connection.commit();
                done = true;
            } catch (SQLException | RuntimeException e) {
                suspicion.failed(entries, isAboutData(e));
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new ObservationException("readings could not be stored (SQL state " + e.getSQLState() + ")", e);
        } finally {
            if (!done) {
                lastPosition = -1;
            }
        }
        suspicion.passed();
        outlets.readings().publish(observed);
        outlets.alarms().publish(changes);
        outlets.verdicts().accept(step);
        return true;
    }

    /** A disk that is full, a lost connection or a deadlock will pass, and says nothing about what was to be stored. */
    private static boolean isAboutData(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                String state = sql.getSQLState() == null ? "" : sql.getSQLState();
                // Data exception, constraint violation, limit of a type or an index.
                return state.startsWith("22") || state.startsWith("23") || state.startsWith("54");
            }
        }
        return true;
    }

    private long judge(List<Journal.Entry> entries, long position, List<Judged> judged) {
        long last = position;
        Map<DeviceId, String> carried = new LinkedHashMap<>();
        long records = 0;
        for (Journal.Entry entry : entries) {
            if (records >= RECORDS_AT_ONCE) {
                break;
            }
            Judged one = suspicion.isProven(entry)
                    ? Attribution.malformed(entry, "the core could not store this batch: see its log")
                    : attribution.judge(entry);
            one.readings()
                    .forEach(candidate ->
                            carried.put(candidate.device(), entry.arrival().gateway()));
            records += entry.fresh().size() + one.samples() / SAMPLES_LIKE_A_RECORD;
            judged.add(one);
            last = entry.id();
        }
        // Outside this transaction: a device that is known too early does no harm.
        registry.carried(carried);
        return last;
    }

    private Step decide(Connection connection, List<Span> spans, List<Judged> judged) throws SQLException {
        Snapshot snapshot = registry.snapshot();
        keepCorrections(connection, snapshot, judged);
        var step = new Step(snapshot, clocks);
        observations.pages(connection, spans).forEach(step::review);
        List<Candidate> candidates =
                judged.stream().flatMap(one -> one.readings().stream()).toList();
        // Asked once: of tens of thousands a second each look into the registry counts.
        List<List<Key>> places = candidates.stream().map(step::places).toList();
        learn(connection, places);
        Set<Key> suspects = suspects(places);
        if (!suspects.isEmpty()) {
            step.present(SqlPresent.present(connection, suspects));
        }
        for (int i = 0; i < candidates.size(); i++) {
            step.add(candidates.get(i), places.get(i));
        }
        judged.forEach(one -> step.refuse(one.refused()));
        return step;
    }

    private void learn(Connection connection, List<List<Key>> places) throws SQLException {
        Set<Integer> unknown = new LinkedHashSet<>();
        for (List<Key> of : places) {
            Key key = of.getFirst();
            if (!key.isWaveform() && !newest.containsKey(key.device())) {
                unknown.add(key.device());
            }
        }
        if (!unknown.isEmpty()) {
            unknown.forEach(device -> newest.put(device, Long.MIN_VALUE));
            newest.putAll(SqlPresent.newest(connection, unknown));
        }
    }

    /** What may stand in the store already. */
    private Set<Key> suspects(List<List<Key>> all) {
        Set<Key> suspects = new LinkedHashSet<>();
        for (List<Key> places : all) {
            Key key = places.getFirst();
            // Of a device that was put right nothing is known to be new by its time, not even the instants behind it.
            if (places.size() > 1) {
                suspects.addAll(places);
                newest.merge(key.device(), places.get(DeviceClocks.PLACES - 1).measuredMicros(), Math::max);
                continue;
            }
            // Blocks are few: each is looked for, rather than kept in mind.
            if (!key.isWaveform() && key.measuredMicros() > newest.getOrDefault(key.device(), Long.MIN_VALUE)) {
                newest.put(key.device(), key.measuredMicros());
            } else {
                suspects.add(key);
            }
        }
        return suspects;
    }

    private void keepCorrections(Connection connection, Snapshot snapshot, List<Judged> judged) throws SQLException {
        var added = new ArrayList<Correction>();
        for (Judged one : judged) {
            for (Candidate candidate : one.readings()) {
                long micros = DeviceClocks.correction(candidate.record());
                if (micros != 0) {
                    var correction =
                            new Correction(snapshot.number(candidate.device()).orElseThrow(), micros);
                    if (clocks.add(correction)) {
                        added.add(correction);
                    }
                }
            }
        }
        if (!added.isEmpty()) {
            SqlDeviceClocks.keep(connection, added);
        }
    }

    /** Waits for the step under way, then ends. */
    @Override
    public void close() throws InterruptedException {
        thread.close();
        sums.close();
    }
}
