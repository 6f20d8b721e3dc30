package org.fieldward.edge.sync;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.fieldward.edge.pace.Allowance;
import org.fieldward.edge.pace.Congestion;
import org.fieldward.edge.pace.Descent;
import org.fieldward.edge.pace.PaceSettings.BacklogOrder;
import org.fieldward.edge.sync.SyncAction.Connect;
import org.fieldward.edge.sync.SyncAction.Hangup;
import org.fieldward.edge.sync.SyncAction.Nothing;
import org.fieldward.edge.sync.SyncAction.Send;
import org.fieldward.edge.sync.SyncAction.Source;
import org.fieldward.edge.sync.SyncEvent.Confirmed;
import org.fieldward.edge.sync.SyncEvent.LinkDown;
import org.fieldward.edge.sync.SyncEvent.NothingThere;
import org.fieldward.edge.sync.SyncEvent.Refused;
import org.fieldward.edge.sync.SyncEvent.Salvaged;
import org.fieldward.edge.sync.SyncEvent.Sent;
import org.fieldward.edge.sync.SyncEvent.Stored;
import org.fieldward.edge.sync.SyncEvent.Tick;
import org.fieldward.edge.sync.SyncEvent.Welcomed;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * Decides what the uplink does next: alarms first, then what was just stored, then the backlog with what is left of the
 * window and of the link, and waveforms last. Pure: no clock, thread or socket of its own; the next sequence, session
 * numbers, chance and whether readings may go now are given to it. Times are milliseconds of a clock that only goes
 * forward. For one thread.
 */
public final class SyncDecider {

    /** Beyond any sequence that will ever be given out. */
    private static final long END = Long.MAX_VALUE / 2;

    /** How many batches one piece of the backlog holds where the newest goes first. */
    private static final long PIECE_BATCHES = 4;

    /** The protocol version from which on a core takes the batches of a session as one stream. */
    static final int FIRST_WITH_STREAM = 4;

    /** The protocol version from which on a core reads gaps, and alarms about the disk. */
    static final int FIRST_WITH_GAPS = 3;

    /** The protocol version from which on a core reads waveforms. */
    static final int FIRST_WITH_WAVEFORMS = 2;

    private final SyncSettings settings;
    private final LongSupplier nextSequence;
    private final LongSupplier nextSession;
    private final DoubleSupplier chance;
    private final BooleanSupplier windowOpen;
    private final Allowance allowance;
    private final Congestion congestion;

    private State state;
    private int failures;

    private final Flights flights = new Flights();
    private final Set<Source> empty = new HashSet<>();
    private final Map<Lane, Descent> descents = new EnumMap<>(Lane.class);
    private final Deque<Mark> marks = new ArrayDeque<>();
    private final long[] unsent = new long[Lane.values().length];
    private final long[] unsentSince = new long[Lane.values().length];
    private long liveFrom = 1;
    private long progressAt;

    public sealed interface State {
        record Waiting(long until) implements State {}

        record Connecting(long session, long since) implements State {}

        record Online(long session, int window, int protocol, long since) implements State {}
    }

    /** Which sequence was the next one at a time: what was stored before it is older than that. */
    private record Mark(long at, long next) {}

    public SyncDecider(
            SyncSettings settings,
            LongSupplier nextSequence,
            LongSupplier nextSession,
            DoubleSupplier chance,
            BooleanSupplier windowOpen,
            long now) {
        this.settings = settings;
        this.nextSequence = nextSequence;
        this.nextSession = nextSession;
        this.chance = chance;
        this.windowOpen = windowOpen;
        allowance = new Allowance(settings.pace().maxBytesPerSecond(), now);
        congestion = new Congestion(settings.pace().liveDelay(), settings.pace().maxBytesPerSecond());
        state = new State.Waiting(now);
    }

    public State state() {
        return state;
    }

    /** That is being made or used, 0 if there is none. */
    long session() {
        return switch (state) {
            case State.Waiting waiting -> 0;
            case State.Connecting connecting -> connecting.session();
            case State.Online online -> online.session();
        };
    }

    int failures() {
        return failures;
    }

    public SyncAction on(SyncEvent event, long now) {
        return switch (event) {
            case Tick tick -> tick(now);
            case Stored stored -> stored(stored.lane(), stored.count(), now);
            case Salvaged salvaged -> {
                empty.removeIf(Source::late);
                descents.clear();
                yield next(now);
            }
            case Welcomed welcomed -> welcomed(welcomed, now);
            case Confirmed confirmed -> confirmed(confirmed.session(), confirmed.sequences(), now);
            case Refused refused ->
                isCurrent(refused.session()) ? hangup(refused.session(), refused.retryAfter(), now) : new Nothing();
            case LinkDown down ->
                isCurrent(down.session()) ? hangup(down.session(), Optional.empty(), now) : new Nothing();
            case Sent sent -> sent(sent, now);
            case NothingThere nothing -> nothingThere(nothing.source(), now);
        };
    }

    /** How long the caller may sleep if nothing happens. */
    public long wakeAt(long now) {
        return switch (state) {
            case State.Waiting waiting -> waiting.until();
            case State.Connecting connecting ->
                connecting.since() + settings.connectTimeout().toMillis();
            case State.Online online -> Math.min(now + 1000, Math.min(allowance.wakeAt(now), lingerEnd(online, now)));
        };
    }

    private long lingerEnd(State.Online online, long now) {
        long end = Long.MAX_VALUE;
        for (Lane lane : Lane.values()) {
            // With the window full, only a confirmation changes anything: waking for the time alone would spin.
            if (unsent[lane.ordinal()] > 0
                    && isSpoken(lane, online)
                    && hasRoom(new Source(lane, false), online.window(), now)) {
                end = Math.min(
                        end, unsentSince[lane.ordinal()] + settings.linger().toMillis());
            }
        }
        return end;
    }

    /** True for the session that is being made or used; what any other says is history. */
    boolean isCurrent(long session) {
        return !(state instanceof State.Waiting) && session() == session;
    }

    private SyncAction tick(long now) {
        return switch (state) {
            case State.Waiting waiting -> now >= waiting.until() ? connect(now) : new Nothing();
            case State.Connecting connecting ->
                now - connecting.since() >= settings.connectTimeout().toMillis()
                        ? hangup(connecting.session(), Optional.empty(), now)
                        : new Nothing();
            case State.Online online -> {
                // Half-open links look connected, so only a confirmation counts as progress.
                if (!flights.isEmpty()
                        && now - progressAt >= settings.ackTimeout().toMillis() + flights.patienceMillis()) {
                    yield hangup(online.session(), Optional.empty(), now);
                }
                age(now);
                yield next(now);
            }
        };
    }

    private SyncAction connect(long now) {
        // Where no number can be had, as on a full disk, the next try waits like after any failure.
        failures++;
        state = new State.Waiting(now + settings.backoff().millis(failures, chance.getAsDouble()));
        long session = nextSession.getAsLong();
        failures--;
        state = new State.Connecting(session, now);
        return new Connect(session);
    }

    private SyncAction welcomed(Welcomed welcome, long now) {
        if (!(state instanceof State.Connecting connecting) || connecting.session() != welcome.session()) {
            return new Nothing();
        }
        state = new State.Online(welcome.session(), Math.max(1, welcome.window()), welcome.protocol(), now);
        progressAt = now;
        flights.clear();
        empty.clear();
        descents.clear();
        congestion.began();
        marks.clear();
        liveFrom = nextSequence.getAsLong();
        for (Lane lane : Lane.values()) {
            sentAll(lane);
        }
        return next(now);
    }

    private SyncAction stored(Lane lane, long count, long now) {
        if (!(state instanceof State.Online)) {
            return new Nothing();
        }
        if (unsent[lane.ordinal()] == 0) {
            unsentSince[lane.ordinal()] = now;
        }
        unsent[lane.ordinal()] += count;
        empty.remove(new Source(lane, false));
        return next(now);
    }

    private SyncAction confirmed(long session, SequenceSet sequences, long now) {
        if (!(state instanceof State.Online online) || online.session() != session) {
            // The end of an old session cannot move the new one; the buffer has forgotten the records all the same.
            return new Nothing();
        }
        if (flights.confirmed(sequences, congestion, now)) {
            progressAt = now;
        }
        return next(now);
    }

    private SyncAction hangup(long session, Optional<Duration> retryAfter, long now) {
        boolean stable = state instanceof State.Online online
                && now - online.since() >= settings.backoff().stableAfter().toMillis();
        failures = stable ? 1 : failures + 1;
        if (!flights.isEmpty()) {
            congestion.lost();
        }
        flights.clear();
        state = new State.Waiting(now
                + retryAfter
                        .map(this::spread)
                        .orElseGet(() -> settings.backoff().millis(failures, chance.getAsDouble())));
        return new Hangup(session);
    }

    /** The core said when; half as long again at most, or all would obey at the same moment. */
    private long spread(Duration retryAfter) {
        return (long) (retryAfter.toMillis() * (1 + chance.getAsDouble() / 2));
    }

    private SyncAction sent(Sent sent, long now) {
        Source source = sent.source();
        if (state instanceof State.Online) {
            if (flights.isEmpty()) {
                progressAt = now;
            }
            long bytes = sent.bytes() + Flights.OVERHEAD_BYTES;
            flights.add(source, sent.sequences(), bytes, now);
            allowance.take(bytes, now);
            congestion.sent(source.lane(), sent.sequences().size(), sent.bytes());
            if (isDescending(source)) {
                descent(source.lane()).found();
            }
            int lane = source.lane().ordinal();
            if (!source.late()) {
                unsent[lane] = Math.max(0, unsent[lane] - sent.sequences().size());
                unsentSince[lane] = now;
            }
        }
        return next(now);
    }

    private SyncAction nothingThere(Source source, long now) {
        if (isDescending(source)) {
            descent(source.lane()).nothing(liveFrom - 1);
        }
        if (!isDescending(source) || descent(source.lane()).isOver(liveFrom - 1)) {
            empty.add(source);
        }
        if (!source.late()) {
            sentAll(source.lane());
        }
        return next(now);
    }

    private void sentAll(Lane lane) {
        unsent[lane.ordinal()] = 0;
        unsentSince[lane.ordinal()] = Long.MAX_VALUE / 4;
    }

    /** What was stored longer than {@code liveFor} ago and has not gone out joins the backlog. */
    private void age(long now) {
        if (marks.isEmpty() || now - marks.getLast().at() >= 1000) {
            marks.addLast(new Mark(now, nextSequence.getAsLong()));
        }
        while (!marks.isEmpty()
                && now - marks.getFirst().at() >= settings.liveFor().toMillis()) {
            long from = marks.removeFirst().next();
            if (from > liveFrom) {
                liveFrom = from;
                empty.removeIf(Source::late);
            }
        }
    }

    private SyncAction next(long now) {
        if (!(state instanceof State.Online online)) {
            return new Nothing();
        }
        for (Source source : Source.ORDER) {
            if (isSpoken(source.lane(), online)
                    && !empty.contains(source)
                    && hasRoom(source, online.window(), now)
                    && isDue(source, now)) {
                int most = isUrgent(source.lane())
                        ? settings.maxBatch()
                        : congestion.batch(source.lane(), settings.maxBatch());
                return new Send(source, within(source), flights.sequences(), most);
            }
        }
        return new Nothing();
    }

    /** A core that does not know waveforms would set them aside as unreadable: they wait until it does. */
    private static boolean isSpoken(Lane lane, State.Online online) {
        return lane != Lane.WAVEFORM || online.protocol() >= FIRST_WITH_WAVEFORMS;
    }

    private static boolean isUrgent(Lane lane) {
        return lane.compareTo(Lane.EVENT) <= 0;
    }

    /**
     * The last place of the window is kept for alarms and events, the one before it for live readings. Alarms and events go
     * whatever the cap, the transfer window and the queue on the link say.
     */
    private boolean hasRoom(Source source, int window, long now) {
        if (isUrgent(source.lane())) {
            return flights.size() < Math.max(1, window) && (source.lane() == Lane.ALARM || !flights.isHeavy());
        }
        boolean bulk = source.late() || source.lane() == Lane.WAVEFORM;
        long bytes = flights.bytes();
        return flights.size() < Math.max(1, window - (bulk ? 2 : 1))
                && (bulk ? congestion.hasRoomForBulk(bytes) : congestion.hasRoom(bytes))
                && allowance.isOpen(now)
                && windowOpen.getAsBoolean();
    }

    /** Alarms and events keep their order: each is a step in the life of what it is about. */
    private boolean isDescending(Source source) {
        return source.late() && !isUrgent(source.lane()) && settings.pace().order() == BacklogOrder.NEWEST_FIRST;
    }

    private Descent descent(Lane lane) {
        return descents.computeIfAbsent(lane, one -> new Descent(liveFrom - 1, PIECE_BATCHES * settings.maxBatch()));
    }

    /** A small batch goes at once if none of its lane is under way; else it waits for company, but not for long. */
    private boolean isDue(Source source, long now) {
        if (source.late()) {
            return liveFrom > 1;
        }
        int lane = source.lane().ordinal();
        return source.lane() == Lane.ALARM
                || unsent[lane] >= settings.maxBatch()
                || !flights.isAnyOf(source)
                || now - unsentSince[lane] >= settings.linger().toMillis();
    }

    private SequenceRange within(Source source) {
        if (isDescending(source)) {
            return descent(source.lane()).next(liveFrom - 1);
        }
        return source.late() ? new SequenceRange(1, liveFrom - 1) : new SequenceRange(liveFrom, END);
    }
}
