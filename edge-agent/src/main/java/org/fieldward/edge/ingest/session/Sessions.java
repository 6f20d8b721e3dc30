package org.fieldward.edge.ingest.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.fieldward.edge.ingest.access.Identity;
import org.fieldward.edge.ingest.packet.Inbound.Will;
import org.fieldward.edge.ingest.packet.Property;
import org.fieldward.edge.ingest.topic.LocalTopics;

/** All sessions, by whom they belong to. Time is the monotonic clock in milliseconds, passed in. Thread-safe. */
public final class Sessions {

    private final Session.Surroundings around;
    private final SessionLimits limits;
    private final Map<SessionKey, Session> sessions = new HashMap<>();

    /** How many each has, so that thousands who come back at once need not look through each other's. */
    private final Map<Identity, Integer> counts = new HashMap<>();

    private final AtomicLong letters = new AtomicLong();
    private long lastId;

    public Sessions(LocalTopics topics, Session.Ears ears, SessionJournal journal, SessionLimits limits) {
        around = new Session.Surroundings(topics, ears, journal);
        this.limits = limits;
    }

    /**
     * Who came in.
     *
     * @param present whether an earlier session goes on
     * @param tookOver whether an older connection of the client ends by this
     * @param unsaid wills of sessions that ended by this: to be said now
     */
    public record Entered(Session session, boolean present, boolean tookOver, List<Farewell> unsaid) {}

    /** What a client left to be said. */
    public record Farewell(Identity identity, Will will) {}

    /**
     * A connection ended.
     *
     * @param last whether nobody else serves the client by now
     * @param unsaid to be said now
     */
    public record Left(boolean last, List<Farewell> unsaid) {}

    /** Brings back what was kept by an earlier run. What {@code mayStay} refuses is forgotten for good. */
    public synchronized void restore(SessionJournal.Kept kept, Predicate<Identity> mayStay, long nowMillis) {
        for (SessionJournal.KeptSession one : kept.sessions()) {
            lastId = Math.max(lastId, one.id());
            one.letters().forEach(letter -> letters.accumulateAndGet(letter.id(), Math::max));
            if (mayStay.test(one.key().identity())) {
                Session session = make(one.id(), one.key(), true);
                session.restore(one, nowMillis);
                keep(session);
            } else {
                around.journal().record(new Change.Ended(one.id()));
            }
        }
    }

    /** @param expirySeconds how long to remember the session once the connection is gone; 0 for not at all */
    public Entered enter(SessionKey key, Attachment newcomer, boolean cleanStart, long expirySeconds) {
        var unsaid = new ArrayList<Farewell>();
        Optional<Attachment> older;
        Session session;
        boolean present;
        synchronized (this) {
            Optional<Session> known = Optional.ofNullable(sessions.get(key));
            older = known.flatMap(Session::attachment);
            // What ends with its connection ends with the take-over, which closes that (section 3.1.2.11.2).
            present = known.isPresent() && !cleanStart && known.get().outlivesConnection();
            if (known.isPresent() && !present) {
                known.get().abandon();
                drop(known.get());
                end(known.get(), unsaid);
            }
            if (present) {
                session = known.get();
                around(session).record(new Change.Attached(session.id(), expirySeconds));
            } else {
                session = make(++lastId, key, expirySeconds > 0);
                around(session).record(new Change.Began(session.id(), key, expirySeconds));
                keep(session);
            }
            session.attach(newcomer, expirySeconds);
            makeRoom(key.identity(), unsaid);
        }
        older.ifPresent(Attachment::takenOver);
        return new Entered(session, present, older.isPresent(), unsaid);
    }

    private Session make(long id, SessionKey key, boolean durable) {
        SessionJournal journal = around.journal();
        return new Session(
                id, key, durable, new Outbox(id, limits, durable ? journal::record : change -> {}, letters), around);
    }

    /** Where changes of this session go. */
    private Recorder around(Session session) {
        return session.isDurable() ? around.journal()::record : change -> {};
    }

    private interface Recorder {
        void record(Change change);
    }

    private void makeRoom(Identity identity, List<Farewell> unsaid) {
        if (counts.getOrDefault(identity, 0) > SessionLimits.MAX_PER_IDENTITY) {
            List<Session> own = sessions.values().stream()
                    .filter(one -> one.key().identity().equals(identity))
                    .toList();
            endOldest(own, unsaid);
        } else if (sessions.size() > limits.maxSessions()) {
            endOldest(List.copyOf(sessions.values()), unsaid);
        }
    }

    /** Of those that nobody serves, the one that was left longest ago. */
    private void endOldest(List<Session> among, List<Farewell> unsaid) {
        among.stream()
                .filter(one -> !one.isListening())
                .min(Comparator.comparingLong(Session::leftMillis))
                .ifPresent(one -> {
                    drop(one);
                    end(one, unsaid);
                });
    }

    private void keep(Session session) {
        sessions.put(session.key(), session);
        counts.merge(session.key().identity(), 1, Integer::sum);
    }

    private void drop(Session session) {
        if (sessions.remove(session.key(), session)) {
            counts.computeIfPresent(session.key().identity(), (identity, count) -> count > 1 ? count - 1 : null);
        }
    }

    /**
     * A connection is closed.
     *
     * @param expirySeconds as CONNECT or DISCONNECT said last
     * @param will what it left to be said, empty after a goodbye
     */
    public synchronized Left leave(
            Session session, Attachment leaver, long expirySeconds, Optional<Will> will, long nowMillis) {
        boolean goesOn = session.equals(sessions.get(session.key()));
        long delay = Math.min(will.map(Sessions::delaySeconds).orElse(0L), expirySeconds) * 1000;
        var unsaid = new ArrayList<Farewell>();
        if (!session.isServedBy(leaver)) {
            // The client is back already, so a will that may wait is not said (section 3.1.3.2.2).
            if (delay == 0 || !goesOn) {
                will.ifPresent(left -> unsaid.add(new Farewell(session.key().identity(), left)));
            }
            return new Left(false, unsaid);
        }
        if (expirySeconds == 0 || !goesOn) {
            drop(session);
            session.detach(0, will, nowMillis, nowMillis);
            end(session, unsaid);
            return new Left(true, unsaid);
        }
        session.detach(expirySeconds, will, nowMillis + delay, nowMillis);
        session.takeWill(nowMillis)
                .ifPresent(left -> unsaid.add(new Farewell(session.key().identity(), left)));
        Optional<Will> waits = delay > 0 ? will : Optional.empty();
        around(session).record(new Change.Detached(session.id(), expirySeconds, waits, delay));
        return new Left(true, unsaid);
    }

    private static long delaySeconds(Will will) {
        return will.properties().number(Property.WILL_DELAY).orElse(0);
    }

    /** Ends what has expired; returns the wills that are due. */
    public synchronized List<Farewell> sweep(long nowMillis) {
        var unsaid = new ArrayList<Farewell>();
        for (Session session : List.copyOf(sessions.values())) {
            session.takeWill(nowMillis).ifPresent(left -> {
                unsaid.add(new Farewell(session.key().identity(), left));
                around(session).record(new Change.WillSaid(session.id()));
            });
            if (session.isOver(nowMillis)) {
                drop(session);
                end(session, unsaid);
            }
        }
        return unsaid;
    }

    /** Forgets the sessions of those who may no longer be here; what they left to be said is not. */
    public synchronized void purge(Predicate<Identity> mayStay) {
        for (Session session : List.copyOf(sessions.values())) {
            if (!mayStay.test(session.key().identity())) {
                session.takeWill();
                drop(session);
                end(session, new ArrayList<>());
            }
        }
    }

    private void end(Session session, List<Farewell> unsaid) {
        session.end();
        session.takeWill()
                .ifPresent(left -> unsaid.add(new Farewell(session.key().identity(), left)));
        around(session).record(new Change.Ended(session.id()));
    }

    /** Those that a connection serves now. */
    public synchronized List<Session> present() {
        return sessions.values().stream().filter(Session::isListening).toList();
    }

    /** How many are remembered, with and without a connection. */
    public synchronized int size() {
        return sessions.size();
    }
}
