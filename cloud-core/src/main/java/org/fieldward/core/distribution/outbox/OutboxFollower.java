package org.fieldward.core.distribution.outbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import javax.sql.DataSource;
import org.fieldward.core.distribution.outbox.SqlEvents.Owed;
import org.fieldward.core.distribution.source.Happening;
import org.fieldward.core.distribution.source.Source;
import org.fieldward.core.journal.SqlCursor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads each source from its own durable cursor and numbers what receivers want of it. Events, receivers that were made
 * of what happened, and the cursor go in one transaction, so every event is made once. Used by one thread, which also is
 * the only one to change {@link #members}.
 */
final class OutboxFollower {

    private static final Duration KEEP_EVERY = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(OutboxFollower.class);

    /** A receiver that is not off. */
    record Member(Entry entry, Receiver receiver) {}

    private final DataSource database;
    private final Function<Entry, Receiver> interpreter;
    private final Registrar registrar;
    private final InstantSource clock;
    private final Map<Source, SqlCursor> cursors = new LinkedHashMap<>();

    /** How far sources went that nobody wanted anything of, and when that was last written down. */
    private final Map<Source, Long> passed = new HashMap<>();

    private final Map<Source, Instant> keptAt = new HashMap<>();

    /** Behind these there was nothing when it was last looked. */
    private final Map<Source, Long> drained = new HashMap<>();

    private volatile Map<Integer, Member> members = Map.of();

    OutboxFollower(
            DataSource database,
            List<Source> sources,
            Function<Entry, Receiver> interpreter,
            Registrar registrar,
            InstantSource clock) {
        this.database = database;
        this.interpreter = interpreter;
        this.registrar = registrar;
        this.clock = clock;
        sources.forEach(source -> cursors.put(source, new SqlCursor("outbox-" + source.name())));
    }

    /** By the database's number. */
    Map<Integer, Member> members() {
        return members;
    }

    /** One page of every source; false if there was nothing anywhere. */
    boolean step() {
        try {
            boolean worked = false;
            look();
            for (Map.Entry<Source, SqlCursor> source : cursors.entrySet()) {
                if (isUnwanted(source.getKey())) {
                    pass(source.getKey(), source.getValue());
                } else {
                    worked |= step(source.getKey(), source.getValue());
                }
            }
            return worked;
        } catch (SQLException e) {
            throw new OutboxException("events could not be written (SQL state " + e.getSQLState() + ")", e);
        }
    }

    private void look() throws SQLException {
        try (Connection connection = database.getConnection()) {
            refresh(connection);
        }
    }

    /** By any thread: as far as the last step knows. */
    boolean isUnwanted(Source source) {
        return !source.has("Subscription") && wanting(source).isEmpty();
    }

    /** Written down now and then only: a commit for every step of who makes the readings would be dear for nothing. */
    private void pass(Source source, SqlCursor cursor) throws SQLException {
        long newest = source.newest();
        passed.put(source, newest);
        Instant now = clock.instant();
        if (!now.isBefore(keptAt.getOrDefault(source, Instant.EPOCH).plus(KEEP_EVERY))) {
            keptAt.put(source, now);
            cursor.step(database, (connection, position) -> Math.max(position, newest));
        }
    }

    /** A page, and behind which position it was read. */
    private record Ahead(long from, Source.Page page) {}

    private boolean step(Source source, SqlCursor cursor) throws SQLException {
        // Whoever makes the readings wakes this for every step: one question instead of a transaction for it.
        Optional<Ahead> ahead =
                Optional.ofNullable(drained.remove(source)).map(end -> new Ahead(end, source.after(end)));
        if (ahead.isPresent() && ahead.get().page().position() == ahead.get().from()) {
            drained.put(source, ahead.get().from());
            return false;
        }
        var reached = new AtomicLong();
        boolean worked = cursor.step(database, (connection, position) -> {
            refresh(connection);
            long from = Math.max(position, passed.getOrDefault(source, 0L));
            reached.set(read(connection, source, from, ahead.filter(known -> known.from() == from)));
            return reached.get();
        });
        // Not before the transaction ended well: what it read and did not keep must be read again.
        if (!worked) {
            drained.put(source, reached.get());
        }
        passed.remove(source);
        return worked;
    }

    /** @param ahead the page behind this position, if it was read before */
    private long read(Connection connection, Source source, long position, Optional<Ahead> ahead) throws SQLException {
        if (isUnwanted(source)) {
            return source.newest();
        }
        Source.Page page = ahead.map(Ahead::page).orElseGet(() -> source.after(position));
        Registrar.Book book = SqlReceivers.book(connection);
        Map<Integer, List<Owed>> owed = new LinkedHashMap<>();
        List<Member> wanting = wanting(source);
        for (Happening happening : page.happenings()) {
            if (registrar.hear(happening, book)) {
                refresh(connection);
                wanting = wanting(source);
            }
            for (Member member : wanting) {
                if (member.receiver().types().contains(happening.type()) && wants(member, happening)) {
                    String lane = member.receiver().lane(happening.subject());
                    owed.computeIfAbsent(member.entry().number(), number -> new ArrayList<>())
                            .add(new Owed(happening.subject(), lane));
                }
            }
        }
        for (Map.Entry<Integer, List<Owed>> one : owed.entrySet()) {
            SqlEvents.insert(connection, one.getKey(), one.getValue(), clock.instant());
        }
        return page.position();
    }

    /** A question that cannot be answered of one resource must not stop the others. */
    private static boolean wants(Member member, Happening happening) {
        try {
            return member.receiver().wants(happening);
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            LOG.warn("{} could not be asked about {}", member.entry(), happening.subject());
            return false;
        }
    }

    private List<Member> wanting(Source source) {
        return members.values().stream()
                .filter(member -> member.entry().state() != Entry.State.OFF)
                .filter(member -> member.receiver().types().stream().anyMatch(source::has))
                .toList();
    }

    private void refresh(Connection connection) throws SQLException {
        Map<Integer, Member> now = new LinkedHashMap<>();
        for (Entry entry : SqlReceivers.live(connection)) {
            Optional<Member> known = Optional.ofNullable(members.get(entry.number()))
                    .filter(member -> member.entry().revision() == entry.revision());
            known.map(Member::receiver)
                    .or(() -> interpret(entry))
                    .ifPresent(receiver -> now.put(entry.number(), new Member(entry, receiver)));
        }
        members = Map.copyOf(now);
    }

    /** What cannot be understood any more must not stop the others. */
    private Optional<Receiver> interpret(Entry entry) {
        try {
            return Optional.of(interpreter.apply(entry));
        } catch (IllegalArgumentException e) {
            LOG.warn("{} is not understood any more, it is told nothing", entry);
            return Optional.empty();
        }
    }
}
