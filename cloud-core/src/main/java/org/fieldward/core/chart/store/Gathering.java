package org.fieldward.core.chart.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Lets one thread do what several ask for at the same time. Nobody is waited for: what came while one group was under way
 * goes together next. Whoever leads a group is one of those who ask. Thread-safe.
 */
final class Gathering<W> {

    private static final int MAX_GROUP = 32;

    private final Queue<Place<W>> waiting = new ArrayDeque<>();
    private boolean led;

    /** What comes of having asked. */
    sealed interface Turn<W> {

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
        synchronized (this) {
            waiting.add(mine);
            if (!led) {
                led = true;
                next();
            }
        }
        try {
            return mine.turn().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** A leader has the group off its hands; may still tell what came of it. */
    synchronized void left() {
        if (waiting.isEmpty()) {
            led = false;
        } else {
            next();
        }
    }

    private void next() {
        var group = new ArrayList<Place<W>>();
        while (group.size() < MAX_GROUP && !waiting.isEmpty()) {
            group.add(waiting.remove());
        }
        group.getFirst().turn().complete(new Turn.Lead<>(List.copyOf(group)));
    }

    /** Tells all but the leader. */
    static <W> void tell(List<Place<W>> group, Consumer<CompletableFuture<Turn<W>>> what) {
        group.subList(1, group.size()).forEach(place -> what.accept(place.turn()));
    }
}
