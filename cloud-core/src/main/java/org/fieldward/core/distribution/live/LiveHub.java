package org.fieldward.core.distribution.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Numbers events in the order they come, remembers the newest, and hands each to every client that wants it. A client
 * that does not keep up is cut, so that memory has a bound whatever the clients do. Thread-safe.
 */
public final class LiveHub {

    /** An event and its place in the stream. */
    record Numbered(long number, Event event) {}

    private final String life;
    private final int remembered;
    private final int queued;
    private final int maxClients;
    private final ArrayDeque<Numbered> recent = new ArrayDeque<>();
    private final List<LiveClient> clients = new ArrayList<>();
    private long last;
    private boolean closed;

    /**
     * @param life differs between any two starts, so that a number is never taken for another start's
     * @param remembered events kept for clients that come back
     * @param queued events that may wait for one client
     */
    public LiveHub(String life, int remembered, int queued, int maxClients) {
        this.life = life;
        this.remembered = remembered;
        this.queued = queued;
        this.maxClients = maxClients;
    }

    void publish(Collection<? extends Event> events) {
        synchronized (this) {
            for (Event event : events) {
                last++;
                var numbered = new Numbered(last, event);
                recent.addLast(numbered);
                if (recent.size() > remembered) {
                    recent.removeFirst();
                }
                clients.forEach(client -> client.offer(numbered));
            }
            clients.removeIf(LiveClient::isOver);
        }
    }

    /**
     * Begins behind the client's last event, or with what happens next if it names none. If what lies between is no
     * longer remembered, the first event is a {@link Event.Gap}.
     *
     * @param wanted what the client asked for and may see; asked of each event when it happens
     * @return empty if there are as many clients as may be, or the hub is closed
     */
    Optional<LiveClient> join(Optional<String> lastEventId, Predicate<Event> wanted) {
        synchronized (this) {
            if (closed || clients.size() >= maxClients) {
                return Optional.empty();
            }
            var client = new LiveClient(this, wanted, queued + remembered);
            if (lastEventId.isPresent()) {
                Optional<Long> seen = number(lastEventId.get()).filter(this::isRemembered);
                if (seen.isEmpty()) {
                    client.offer(new Numbered(last, new Event.Gap()));
                } else {
                    recent.stream().filter(event -> event.number() > seen.get()).forEach(client::offer);
                }
            }
            client.bound(queued);
            clients.add(client);
            return Optional.of(client);
        }
    }

    /** The id of an event in the stream. */
    String id(long number) {
        return life + "-" + number;
    }

    void leave(LiveClient client) {
        synchronized (this) {
            clients.remove(client);
        }
    }

    /** Ends every stream. */
    public void close() {
        synchronized (this) {
            closed = true;
            clients.forEach(LiveClient::end);
            clients.clear();
        }
    }

    private Optional<Long> number(String id) {
        int dash = id.lastIndexOf('-');
        if (dash < 0 || !id.substring(0, dash).equals(life)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(id.substring(dash + 1)));
        } catch (NumberFormatException notOurs) {
            return Optional.empty();
        }
    }

    private boolean isRemembered(long number) {
        long oldest = recent.isEmpty() ? last + 1 : recent.getFirst().number();
        return number >= oldest - 1 && number <= last;
    }
}
