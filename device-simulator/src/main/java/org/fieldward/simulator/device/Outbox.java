package org.fieldward.simulator.device;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.fieldward.simulator.sample.Message;

/**
 * Decides what a device publishes next: a message is the device's own until it was acknowledged, and goes out again,
 * unchanged and before anything newer, after every reconnect. Pure: the caller sends, and says what happened.
 */
public final class Outbox {

    private final Iterator<Message> feed;
    private final int window;
    private final Map<Long, Item> inFlight = new LinkedHashMap<>();
    private final Deque<Item> again = new ArrayDeque<>();
    private Optional<Message> ahead = Optional.empty();
    private long nextTicket = 1;

    /**
     * A message with its place in this outbox.
     *
     * @param ticket counted from 1, the same for all attempts
     * @param attempt counted from 1
     */
    public record Item(long ticket, int attempt, Message message) {}

    public sealed interface Step {}

    /** Send this now; it counts as in flight from here on. */
    public record Send(Item item) implements Step {}

    /** Nothing to send before this time of the run. */
    public record WaitUntil(Duration due) implements Step {}

    /** The window is full, or everything is said and not yet acknowledged. */
    public record WaitForAck() implements Step {}

    /** Everything was said and acknowledged. */
    public record Done() implements Step {}

    /**
     * Of one device.
     *
     * @param window how many messages may be unacknowledged at once
     */
    public Outbox(Iterator<Message> feed, int window) {
        if (window < 1 || window > 60_000) {
            throw new IllegalArgumentException("window must be 1 to 60000, was " + window);
        }
        this.feed = feed;
        this.window = window;
    }

    /**
     * Decides, and counts a message that is to be sent as in flight.
     *
     * @param elapsed time of the run
     */
    public Step next(Duration elapsed) {
        if (inFlight.size() >= window) {
            return new WaitForAck();
        }
        if (!again.isEmpty()) {
            return send(again.removeFirst());
        }
        if (ahead.isEmpty() && feed.hasNext()) {
            ahead = Optional.of(feed.next());
        }
        if (ahead.isEmpty()) {
            return inFlight.isEmpty() ? new Done() : new WaitForAck();
        }
        Message message = ahead.get();
        if (message.due().compareTo(elapsed) > 0) {
            return new WaitUntil(message.due());
        }
        ahead = Optional.empty();
        return send(new Item(nextTicket++, 1, message));
    }

    private Step send(Item item) {
        inFlight.put(item.ticket(), item);
        return new Send(item);
    }

    /** An answer for a ticket that is not in flight (any more) changes nothing. */
    public void acknowledged(long ticket) {
        inFlight.remove(ticket);
    }

    /** What was in flight is to be sent again, in its old order. */
    public void disconnected() {
        again.addAll(inFlight.values().stream()
                .map(item -> new Item(item.ticket(), item.attempt() + 1, item.message()))
                .toList());
        inFlight.clear();
        var ordered = again.stream()
                .sorted((a, b) -> Long.compare(a.ticket(), b.ticket()))
                .toList();
        again.clear();
        again.addAll(ordered);
    }

    public int unacknowledged() {
        return inFlight.size() + again.size();
    }
}
