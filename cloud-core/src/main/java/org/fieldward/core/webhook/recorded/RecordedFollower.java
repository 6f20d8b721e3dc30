package org.fieldward.core.webhook.recorded;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.fieldward.core.journal.FollowerThread;
import org.fieldward.core.journal.Journal;
import org.fieldward.core.journal.SqlCursor;
import org.fieldward.core.transaction.SqlWork;
import org.fieldward.core.webhook.WebhookException;
import org.fieldward.core.webhook.recorded.Recorded.Origin;
import org.fieldward.core.webhook.recorded.Recorded.State;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.BatchException;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.clock.Coincidence;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.Document;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Stamp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings documents from the journal to their doors, in its order. A door's effect is a transaction of its own, and what
 * became of a document stands here with the cursor in another: after a crash between the two it is brought once more, and
 * the door knows it. Cores that share a database take turns by the cursor's lock.
 */
public final class RecordedFollower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RecordedFollower.class);

    /** Most hold only that devices came and went. */
    private static final int ENTRIES_AT_ONCE = 32;

    private static final Duration IDLE = Duration.ofMillis(250);

    /** A time that the database and FHIR can say. */
    private static final Instant FIRST = Instant.parse("0001-01-02T00:00:00Z");

    private static final Instant LAST = Instant.parse("9999-12-30T00:00:00Z");

    private final DataSource database;
    private final Journal journal;
    private final Doors doors;
    private final BiFunction<String, Long, Optional<Coincidence>> clocks;
    private final Consumer<String> settled;
    private final InstantSource clock;
    private final SqlCursor cursor = new SqlCursor("recorded");
    private final FollowerThread thread;

    /**
     * @param clocks what is known of a gateway's clock during one boot of it
     * @param settled called with the gateway after something became of a document of it: a hint that it may be told
     */
    public RecordedFollower(
            DataSource database,
            Journal journal,
            Doors doors,
            BiFunction<String, Long, Optional<Coincidence>> clocks,
            Consumer<String> settled,
            InstantSource clock) {
        this.database = database;
        this.journal = journal;
        this.doors = doors;
        this.clocks = clocks;
        this.settled = settled;
        this.clock = clock;
        thread = new FollowerThread("recorded-follower", () -> step() ? Duration.ZERO : IDLE);
    }

    public void start() {
        thread.start();
    }

    /** In one transaction, with the cursor held. */
    private <T> T locked(SqlRecorded.Step<T> work) {
        try {
            return SqlWork.inTransaction(database, connection -> work.in(connection, cursor.lock(connection)));
        } catch (SQLException e) {
            throw new WebhookException("recorded documents could not be stored (SQL state " + e.getSQLState() + ")", e);
        }
    }

    /** Does what there is to do now, at most one batch of it. False if there was nothing. Not thread-safe. */
    public boolean step() {
        boolean mended = mend();
        if (journal.after(position(), Lane.EVENT, 1).isEmpty()) {
            return mended;
        }
        Optional<String> gateway = locked((connection, position) -> {
            for (Journal.Entry entry : journal.after(position, Lane.EVENT, ENTRIES_AT_ONCE)) {
                cursor.move(connection, entry.id());
                if (take(connection, entry)) {
                    // What took effect should not wait for what comes behind it.
                    return Optional.of(entry.arrival().gateway());
                }
            }
            return Optional.empty();
        });
        gateway.ifPresent(settled);
        return true;
    }

    /** Without a lock, or an idle core would write all day. */
    private long position() {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select position from follower_cursor where follower = 'recorded'");
                ResultSet row = select.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        } catch (SQLException e) {
            throw new WebhookException("the place of recorded documents could not be read", e);
        }
    }

    private boolean take(Connection connection, Journal.Entry entry) throws SQLException {
        List<Sequenced> records;
        try {
            records = BatchCodec.decode(entry.arrival().content().toByteArray());
        } catch (BatchException e) {
            // The readings' follower sets it aside with its bytes.
            return false;
        }
        boolean any = false;
        for (Sequenced record : records) {
            if (record.entry() instanceof Document document && entry.fresh().contains(record.sequence())) {
                Recorded arrived = recorded(entry.arrival(), record.sequence(), document);
                SqlRecorded.insert(connection, arrived.settled(ruling(arrived)), clock.instant());
                any = true;
            }
        }
        return any;
    }

    private Recorded recorded(Journal.Arrival arrival, long sequence, Document document) {
        return new Recorded(
                0,
                new Origin(arrival.gateway(), arrival.epoch(), sequence),
                document.purpose(),
                document.id(),
                document.recorder(),
                document.kind(),
                document.mediaType(),
                doors.facilityOf(arrival.gateway()),
                document.content(),
                recordedAt(arrival, document.stamp()),
                arrival.arrivedAt(),
                State.REFUSED,
                "",
                Optional.empty(),
                1);
    }

    private Instant recordedAt(Journal.Arrival arrival, Stamp stamp) {
        Instant said = stamp.receivedAt().truncatedTo(ChronoUnit.MICROS);
        if (said.isBefore(FIRST) || said.isAfter(LAST)) {
            return arrival.arrivedAt();
        }
        return stamp.clock() == ClockState.SYNCHRONISED
                ? said
                : clocks.apply(arrival.gateway(), stamp.boot())
                        .filter(known -> !known.agrees(said, stamp.tickMillis()))
                        .map(known -> known.at(stamp.tickMillis()))
                        .filter(put -> put.isAfter(FIRST) && put.isBefore(LAST))
                        .orElse(said);
    }

    /** What nobody foresaw must not stop the documents behind it: it waits with the others. */
    private Ruling ruling(Recorded document) {
        try {
            return doors.bring(document);
        } catch (RuntimeException e) {
            if (isPassing(e)) {
                throw e;
            }
            StackTraceElement[] trace = e.getStackTrace();
            LOG.error(
                    "{} could not be taken: {} at {}",
                    document,
                    e.getClass().getName(),
                    trace.length == 0 ? "an unknown place" : trace[0]);
            return Ruling.refused("document must be one that can be applied here; this one waits");
        }
    }

    /** A disk that is full, a lost connection or a deadlock says nothing about what was to be stored. */
    private static boolean isPassing(RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                String state = sql.getSQLState() == null ? "" : sql.getSQLState();
                // Data exception, constraint violation, limit of a type or an index.
                return !state.startsWith("22") && !state.startsWith("23") && !state.startsWith("54");
            }
        }
        return failure instanceof WebhookException;
    }

    /** Messages that were replayed out of their quarantine: their gateways hear it. */
    private boolean mend() {
        List<Recorded> mended = read();
        if (mended.isEmpty()) {
            return false;
        }
        Set<String> gateways = locked((connection, position) -> {
            List<Recorded> found = SqlRecorded.mended(connection);
            for (Recorded one : found) {
                SqlRecorded.settle(
                        connection, one.number(), Ruling.taken(one.result().orElseThrow()), clock.instant());
            }
            return found.stream().map(one -> one.origin().gateway()).collect(Collectors.toSet());
        });
        gateways.forEach(settled);
        return !gateways.isEmpty();
    }

    private List<Recorded> read() {
        try (Connection connection = database.getConnection()) {
            return SqlRecorded.mended(connection);
        } catch (SQLException e) {
            throw new WebhookException("refused documents could not be read", e);
        }
    }

    /** Tries again what was refused, as everything is now; empty where there is no such document. Thread-safe. */
    public Optional<Recorded> replay(long number) {
        Optional<Recorded> tried = locked((connection, position) -> {
            Optional<Recorded> waiting = SqlRecorded.lock(connection, number);
            if (waiting.filter(one -> one.state() == State.REFUSED).isPresent()) {
                Recorded one = waiting.get();
                boolean elsewhere =
                        one.purpose() == Document.Purpose.HL7V2 && one.result().isPresent();
                Ruling ruling = elsewhere ? doors.again(one, one.result().get()) : ruling(one);
                SqlRecorded.settle(connection, number, ruling, clock.instant());
            }
            return SqlRecorded.lock(connection, number);
        });
        tried.map(one -> one.origin().gateway()).ifPresent(settled);
        return tried;
    }

    /** Waits for the step under way, then ends. */
    @Override
    public void close() throws InterruptedException {
        thread.close();
    }
}
