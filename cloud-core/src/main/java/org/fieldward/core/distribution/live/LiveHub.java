package org.fieldward.core.distribution.live;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fieldward.core.distribution.live.Log.Placed;
import org.fieldward.core.journal.FollowerThread;

/**
 * Reads the durable logs on while somebody listens, once for all of them, and keeps the newest events. Each client takes
 * them from here in its own time: one that falls out of what is kept is cut, so that memory has a bound and nobody waits
 * for anybody. Thread-safe.
 */
public final class LiveHub implements AutoCloseable {

    private static final Duration UNHEARD = Duration.ofSeconds(5);

    /** Another core may be the one that follows the gateways. */
    private static final Duration IDLE = Duration.ofMillis(250);

    private final List<Log> logs;
    private final List<Due> due;
    private final int kept;
    private final int maxClients;
    private final FollowerThread thread = new FollowerThread("stream", this::step);
    private final List<LiveClient> clients = new ArrayList<>();

    /** Where each event stands by its number: the newest of those that share a place. */
    private final Placed[] recent;

    /** How many events there were since the start, and up to which of them nothing is kept. */
    private long last;

    private long forgotten;

    private Place place = Place.START;
    private boolean closed;

    /** @param kept events that a client may be behind, and that are read again at most for one that comes back */
    LiveHub(List<Log> logs, int kept, int maxClients) {
        this.logs = List.copyOf(logs);
        due = logs.stream().map(Due::new).toList();
        this.kept = kept;
        recent = new Placed[kept];
        this.maxClients = maxClients;
        thread.start();
    }

    /** A hint that something stands in that log; never blocks. */
    void wake(Place.Part part) {
        due.stream().filter(one -> one.log.part() == part).forEach(Due::hint);
        thread.wake();
    }

    /** When a log is looked at: when somebody hinted at it, and as often as nothing else is needed for another core's sake. */
    private static final class Due {
        private final Log log;
        private final AtomicBoolean hinted = new AtomicBoolean(true);
        private long looked;

        Due(Log log) {
            this.log = log;
        }

        void hint() {
            hinted.set(true);
        }

        /** For the hub's thread alone. */
        boolean take(long nowNanos) {
            boolean now = hinted.getAndSet(false) || nowNanos - looked >= IDLE.toNanos();
            if (now) {
                looked = nowNanos;
            }
            return now;
        }
    }

    private Duration step() {
        boolean found = false;
        for (Due one : due) {
            Place from;
            synchronized (this) {
                if (clients.isEmpty()) {
                    return UNHEARD;
                }
                from = place;
            }
            if (!one.take(System.nanoTime())) {
                continue;
            }
            Log.Page page = one.log.after(from);
            if (!page.reached().equals(from)) {
                found = true;
                // Whatever comes behind a page stands in the next one.
                one.hint();
                add(one.log, from, page);
            }
        }
        return found ? Duration.ZERO : IDLE;
    }

    private synchronized void add(Log log, Place from, Log.Page page) {
        if (!place.equals(from)) {
            // Everybody left meanwhile, and somebody new begins elsewhere.
            return;
        }
        place = place.with(log.part(), page.reached());
        for (Placed placed : page.events()) {
            recent[(int) (last % kept)] = placed;
            last++;
        }
        forgotten = Math.max(forgotten, last - kept);
        notifyAll();
    }

    /**
     * Begins behind the client's last event, or with what happens next if it names none. If what lies between is too much
     * to be told, or the id is none of ours, the first event is a {@link Event.Gap}.
     *
     * @return empty if there are as many clients as may be, or the hub is closed
     */
    Optional<LiveClient> join(Optional<String> lastEventId) {
        Place end = Place.START;
        for (Log log : logs) {
            end = log.end(end);
        }
        LiveClient client;
        synchronized (this) {
            if (closed || clients.size() >= maxClients) {
                return Optional.empty();
            }
            if (clients.isEmpty()) {
                forgotten = last;
                place = end;
            }
            Optional<Place> seen = lastEventId.flatMap(Place::parse).filter(isUpTo(end)::reaches);
            client = new LiveClient(this, logs, seen, place, last, lastEventId.isPresent());
            clients.add(client);
        }
        thread.wake();
        return Optional.of(client);
    }

    private interface Bound {
        boolean reaches(Place place);
    }

    private Bound isUpTo(Place end) {
        return seen -> logs.stream().allMatch(log -> end.reaches(log.part(), seen))
                && logs.stream().mapToLong(log -> log.between(seen, end)).sum() <= kept;
    }

    /**
     * What came behind the first so many events, at most so many of it, waiting for it if there is nothing; empty after the
     * time.
     *
     * @return nothing at all where some of it is not kept any more
     */
    synchronized Optional<List<Placed>> take(long behind, int most, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (last == behind && !closed) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return Optional.of(List.of());
            }
            wait(left);
        }
        if (closed || behind < forgotten) {
            return Optional.empty();
        }
        var events = new ArrayList<Placed>();
        for (long i = behind; i < Math.min(last, behind + most); i++) {
            events.add(recent[(int) (i % kept)]);
        }
        return Optional.of(events);
    }

    synchronized boolean isListenedTo() {
        return !clients.isEmpty();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized void leave(LiveClient client) {
        clients.remove(client);
        if (clients.isEmpty()) {
            Arrays.fill(recent, null);
        }
    }

    /** Ends every stream. */
    @Override
    public void close() throws InterruptedException {
        synchronized (this) {
            closed = true;
            clients.clear();
            notifyAll();
        }
        thread.close();
    }
}
