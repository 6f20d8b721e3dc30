package org.fieldward.core.distribution.subscription;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.distribution.outbox.Entry;
import org.fieldward.core.distribution.outbox.SqlReceivers;
import org.fieldward.core.journal.FollowerThread;

/**
 * Looks, once for all sockets of this core, how receivers stand that are bound to one, and wakes the sockets of those that
 * have moved: another core may be the one that makes the events. Thread-safe.
 */
final class Tide implements AutoCloseable {

    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration NOBODY = Duration.ofSeconds(5);

    private final SqlReceivers receivers;
    private final FollowerThread thread = new FollowerThread("bound", this::step);
    private final Map<Integer, Set<Runnable>> listening = new HashMap<>();
    private final Map<Integer, Entry> standing = new HashMap<>();

    Tide(SqlReceivers receivers) {
        this.receivers = receivers;
        thread.start();
    }

    private Duration step() {
        List<Integer> numbers;
        synchronized (this) {
            numbers = List.copyOf(listening.keySet());
        }
        if (numbers.isEmpty()) {
            return NOBODY;
        }
        List<Entry> now = receivers.all(numbers);
        synchronized (this) {
            for (Entry entry : now) {
                Set<Runnable> sockets = listening.getOrDefault(entry.number(), Set.of());
                if (!sockets.isEmpty() && !entry.equals(standing.put(entry.number(), entry))) {
                    sockets.forEach(Runnable::run);
                }
            }
        }
        return LOOK;
    }

    /** @param wake called when it has moved; must only hand over */
    void join(Entry entry, Runnable wake) {
        synchronized (this) {
            standing.putIfAbsent(entry.number(), entry);
            var sockets = new java.util.HashSet<>(listening.getOrDefault(entry.number(), Set.of()));
            sockets.add(wake);
            listening.put(entry.number(), Set.copyOf(sockets));
        }
        thread.wake();
    }

    /** How it stood a moment ago; empty if nobody joined for it. */
    synchronized Optional<Entry> of(int receiver) {
        return Optional.ofNullable(standing.get(receiver));
    }

    synchronized void leave(int receiver, Runnable wake) {
        var sockets = new java.util.HashSet<>(listening.getOrDefault(receiver, Set.of()));
        sockets.remove(wake);
        if (sockets.isEmpty()) {
            listening.remove(receiver);
            standing.remove(receiver);
        } else {
            listening.put(receiver, Set.copyOf(sockets));
        }
    }

    @Override
    public void close() throws InterruptedException {
        thread.close();
    }
}
