package org.fieldward.core.distribution.live;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.fieldward.core.distribution.live.Log.Placed;

/** One who listens: first to what it missed, out of the logs, then to what the hub has. Used by one thread. */
final class LiveClient implements AutoCloseable {

    private static final int AT_ONCE = 500;

    /** @param id to come back with once it was told */
    record Told(String id, Event event) {}

    private final LiveHub hub;

    /** How far the hub was when this client came: up to there the logs are read again. */
    private final Place joined;

    private final ArrayDeque<Log> missed = new ArrayDeque<>();
    private Place seen;
    private long taken;
    private boolean gap;
    private boolean over;

    LiveClient(LiveHub hub, List<Log> logs, Optional<Place> seen, Place joined, long taken, boolean comesBack) {
        this.hub = hub;
        this.joined = joined;
        this.seen = seen.orElse(joined);
        this.taken = taken;
        gap = comesBack && seen.isEmpty();
        if (seen.isPresent()) {
            missed.addAll(logs);
        }
    }

    /** Where it is; to come back with. */
    String id() {
        return seen.text();
    }

    /** It fell behind, or the core stops. */
    boolean isOver() {
        return over;
    }

    /** What of the next events it wants, waiting for them if there are none; may be empty before the time. */
    List<Told> next(Predicate<Event> wanted, Duration patience) throws InterruptedException {
        if (gap) {
            gap = false;
            return List.of(new Told(id(), new Event.Gap()));
        }
        while (!missed.isEmpty()) {
            List<Told> told = replay(missed.peekFirst(), wanted);
            if (!told.isEmpty() || hub.isClosed()) {
                over = hub.isClosed();
                return told;
            }
        }
        Optional<List<Placed>> events = hub.take(taken, AT_ONCE, patience);
        if (events.isEmpty()) {
            over = true;
            return List.of();
        }
        taken += events.get().size();
        return told(events.get(), wanted);
    }

    private List<Told> replay(Log log, Predicate<Event> wanted) {
        if (seen.reaches(log.part(), joined)) {
            missed.removeFirst();
            return List.of();
        }
        Place from = seen;
        Log.Page page = log.after(from);
        List<Told> told = told(
                page.events().stream()
                        .filter(event -> joined.reaches(log.part(), event.place()))
                        .toList(),
                wanted);
        // What is beyond comes from the hub.
        boolean done = page.reached().equals(from) || page.reached().reaches(log.part(), joined);
        seen = seen.with(log.part(), done ? joined : page.reached());
        return told;
    }

    private List<Told> told(List<Placed> events, Predicate<Event> wanted) {
        var told = new ArrayList<Told>();
        for (Placed placed : events) {
            // It may have been told by another core that is ahead of this one.
            if (!seen.reaches(placed.part(), placed.place())) {
                seen = seen.with(placed.part(), placed.place());
                if (wanted.test(placed.event())) {
                    told.add(new Told(id(), placed.event()));
                }
            }
        }
        return told;
    }

    @Override
    public void close() {
        hub.leave(this);
    }
}
