package org.fieldward.core.distribution.subscription;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Doorkeeper;
import org.fieldward.core.distribution.outbox.Entry;
import org.fieldward.core.distribution.outbox.Receiver.Event;
import org.fieldward.core.distribution.outbox.Receiver.Progress;
import org.fieldward.core.distribution.outbox.SqlEvents;
import org.fieldward.core.distribution.socket.Line;

/**
 * A Subscription whose events one socket gets. An event counts as taken once the other side's software answered a probe
 * that was sent behind it. Used by the socket's thread.
 */
final class Binding {

    /** Notifications that may be on their way. */
    private static final int MOST_UNANSWERED = 50;

    private static final long UNREAD_NANOS = Duration.ofSeconds(30).toNanos();

    private record Probe(long probe, long event, long atNanos) {}

    private final Entry bound;
    private final Doorkeeper.Shown shown;
    private final boolean isPlain;
    private final SqlEvents events;
    private final ArrayDeque<Probe> unanswered = new ArrayDeque<>();
    private Entry entry;
    private Subscriber subscriber;
    private Caller caller;
    private long told;
    private long saidAt = System.nanoTime();

    /**
     * @param isPlain as R4 has it: only {@code ping} is said
     * @param told up to which event
     */
    Binding(
            Entry entry,
            Subscriber subscriber,
            Doorkeeper.Shown shown,
            Caller caller,
            boolean isPlain,
            long told,
            SqlEvents events) {
        bound = entry;
        this.entry = entry;
        this.subscriber = subscriber;
        this.shown = shown;
        this.caller = caller;
        this.isPlain = isPlain;
        this.told = told;
        this.events = events;
    }

    int number() {
        return bound.number();
    }

    String id() {
        return bound.name();
    }

    Entry entry() {
        return entry;
    }

    Doorkeeper.Shown shown() {
        return shown;
    }

    long told() {
        return told;
    }

    void is(Caller now) {
        caller = now;
    }

    /** There are more events. */
    void stands(Entry now) {
        entry = now;
    }

    void stands(Entry now, Subscriber as) {
        entry = now;
        subscriber = as;
    }

    boolean hasMore() {
        return entry.events() > told && unanswered.size() < MOST_UNANSWERED;
    }

    /** Whether what was said is not read, though there was time. */
    boolean isUnread() {
        return !unanswered.isEmpty()
                && System.nanoTime() - unanswered.getFirst().atNanos() > UNREAD_NANOS;
    }

    void greet(Line line, Instant now) throws IOException {
        line.say(isPlain ? "bound " + id() : notification("handshake", List.of(), now));
        saidAt = System.nanoTime();
    }

    /**
     * Says the next notification, if there is one.
     *
     * @param probe the number to ask with whether it was read
     * @return whether something was said
     */
    boolean tell(Line line, long probe, Instant now) throws IOException {
        if (hasMore()) {
            long newest = entry.events();
            if (isPlain) {
                line.say("ping " + id());
            } else {
                List<Event> next = events.between(
                        number(), told + 1, newest, subscriber.terms().atOnce(), false);
                if (next.isEmpty()) {
                    // They are kept no longer.
                    told = newest;
                    return false;
                }
                newest = next.getLast().number();
                line.say(notification("event-notification", next, now));
            }
            line.probe(probe);
            told = newest;
            unanswered.addLast(new Probe(probe, newest, System.nanoTime()));
            saidAt = System.nanoTime();
            return true;
        }
        Duration period = subscriber.terms().heartbeat().orElse(Duration.ZERO);
        if (!isPlain && !period.isZero() && System.nanoTime() - saidAt > period.toNanos()) {
            line.say(notification("heartbeat", List.of(), now));
            saidAt = System.nanoTime();
        }
        return false;
    }

    private String notification(String type, List<Event> next, Instant now) {
        var progress = new Progress(entry.state().text(), entry.events());
        return subscriber.notification(type, next, progress, caller.sight(), now);
    }

    /** The other side answered the probes up to this. */
    void answered(long probe, Instant now) {
        long taken = 0;
        while (!unanswered.isEmpty() && unanswered.getFirst().probe() <= probe) {
            taken = unanswered.removeFirst().event();
        }
        if (taken > 0) {
            events.taken(number(), "", taken, now);
        }
    }
}
