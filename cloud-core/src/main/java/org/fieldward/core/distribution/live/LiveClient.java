package org.fieldward.core.distribution.live;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What waits for one client. Thread-safe. */
final class LiveClient {

    private final LiveHub hub;
    private final Predicate<Event> wanted;
    private final ArrayDeque<LiveHub.Numbered> waiting = new ArrayDeque<>();
    private int bound;
    private boolean over;

    /** @param wanted what it asked for and may see */
    LiveClient(LiveHub hub, Predicate<Event> wanted, int bound) {
        this.hub = hub;
        this.wanted = wanted;
        this.bound = bound;
    }

    synchronized void offer(LiveHub.Numbered event) {
        if (over || !concerns(event.event())) {
            return;
        }
        if (waiting.size() >= bound) {
            // It reads more slowly than things happen: better to cut it than to keep everything for it.
            end();
            return;
        }
        waiting.addLast(event);
        notifyAll();
    }

    /** Narrows what may wait, once what was missed is queued. */
    synchronized void bound(int events) {
        bound = waiting.size() + events;
    }

    /** Drops what waits and ends the stream. */
    synchronized void end() {
        over = true;
        waiting.clear();
        notifyAll();
    }

    synchronized boolean isOver() {
        return over;
    }

    /** Everything that waits, at the latest after this time; empty if nothing does. */
    synchronized List<LiveHub.Numbered> next(Duration patience) throws InterruptedException {
        if (waiting.isEmpty() && !over) {
            // A spurious wake-up is harmless: it is an early heartbeat.
            wait(patience.toMillis());
        }
        var events = new ArrayList<>(waiting);
        waiting.clear();
        return events;
    }

    void leave() {
        end();
        hub.leave(this);
    }

    private boolean concerns(Event event) {
        return event instanceof Event.Gap || wanted.test(event);
    }
}
