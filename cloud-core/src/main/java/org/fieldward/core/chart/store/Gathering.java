package org.fieldward.core.chart.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Lets one thread do what several ask for at the same time. What came while one group was under way goes together next, and
 * where that is more than one piece it waits some milliseconds for more: whoever asks alone waits for nobody. Whoever leads a
 * group is one of those who ask. Thread-safe.
 */
final class Gathering<W> {

    private static final int MAX_GROUP = 64;

    /**
     * A group of this size is not waited for any more. Well below the requests that are worked on at once by default: more than
     * these never come, and every group would wait to the end.
     */
    private static final int ENOUGH = 16;

    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition enough = lock.newCondition();
    private final Queue<Place<W>> waiting = new ArrayDeque<>();
    private boolean led;

    /** What comes of having asked. */
    sealed interface Turn<W> {

        /** One is to lead the next group. */
        record Next<W>() implements Turn<W> {}

        /** One's own piece is the first of these, to be done by the one who asked; {@link #left} must follow. */
        record Lead<W>(List<Place<W>> group) implements Turn<W> {}

        /** Somebody else did it. */
        record Done<W>() implements Turn<W> {}

        /** It must be done alone, since of the group nothing was done. */
        record Alone<W>() implements Turn<W> {}
    }

    /** A piece of work, and who waits for it. */
    record Place<W>(W work, CompletableFuture<Turn<W>> turn) {}

    /** Returns when it is done, or when there is something to do for whoever asks. Fails as the leader says. */
    Turn<W> ask(W work) {
        var mine = new Place<W>(work, new CompletableFuture<>());
        lock.lock();
        try {
            waiting.add(mine);
            if (!led) {
                led = true;
                return new Turn.Lead<>(group());
            }
            if (waiting.size() >= ENOUGH) {
                enough.signal();
            }
        } finally {
            lock.unlock();
        }
        try {
            Turn<W> turn = mine.turn().join();
            return turn instanceof Turn.Next<W> ? gathered() : turn;
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    private Turn<W> gathered() {
        lock.lock();
        try {
            long left = waiting.size() > 1 ? PATIENCE_NANOS : 0;
            while (left > 0 && waiting.size() < ENOUGH) {
                left = enough.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            return new Turn.Lead<>(group());
        } finally {
            lock.unlock();
        }
    }

    /** A leader has the group off its hands; may still tell what came of it. */
    void left() {
        lock.lock();
        try {
            if (waiting.isEmpty()) {
                led = false;
            } else {
                waiting.element().turn().complete(new Turn.Next<>());
            }
        } finally {
            lock.unlock();
        }
    }

    private List<Place<W>> group() {
        var group = new ArrayList<Place<W>>();
        while (group.size() < MAX_GROUP && !waiting.isEmpty()) {
            group.add(waiting.remove());
        }
        return List.copyOf(group);
    }

    /** Tells all but the leader. */
    static <W> void tell(List<Place<W>> group, Consumer<CompletableFuture<Turn<W>>> what) {
        group.subList(1, group.size()).forEach(place -> what.accept(place.turn()));
    }
}
