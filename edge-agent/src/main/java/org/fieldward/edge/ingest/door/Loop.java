package org.fieldward.edge.ingest.door;

import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One event loop and its connections. Other threads wake it once however many connections have something to do: a commit of
 * a thousand publishes costs one hop, and each connection writes its acknowledgements together.
 */
final class Loop {

    /** Runs something on the loop after so many milliseconds. */
    @FunctionalInterface
    interface Timer {
        void after(long millis, Runnable action);
    }

    private static final int SWEPT_AT_ONCE = 500;
    private static final int ENDED_AT_ONCE = 1;
    private static final long PAUSE_MILLIS = 2;

    private final Executor soon;
    private final Timer timer;
    private final Set<Connection> connections = new HashSet<>();
    private final Queue<Connection> unswept = new ArrayDeque<>();
    private final Queue<Connection> woken = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    Loop(Context context) {
        this(
                action -> context.runOnContext(nothing -> action.run()),
                (millis, action) ->
                        context.owner().setTimer(millis, timer -> context.runOnContext(nothing -> action.run())));
    }

    /** @param soon runs one thing after the other, in their order, and never within the call */
    Loop(Executor soon, Timer timer) {
        this.soon = soon;
        this.timer = timer;
    }

    /** From any thread: has {@link Connection#wake} called on this loop soon. */
    void wake(Connection connection) {
        woken.add(connection);
        if (scheduled.compareAndSet(false, true)) {
            soon.execute(this::runWoken);
        }
    }

    void run(Runnable action) {
        soon.execute(action);
    }

    void later(long millis, Runnable action) {
        timer.after(millis, action);
    }

    void add(Connection connection) {
        connections.add(connection);
    }

    void remove(Connection connection) {
        connections.remove(connection);
    }

    /** Twice a second: deadlines, keepalive, idle clients. Thousands may be over at once, and the others must not wait. */
    void sweep(long nowMillis) {
        if (unswept.isEmpty()) {
            unswept.addAll(connections);
            sweepSome(nowMillis);
        }
    }

    private void sweepSome(long nowMillis) {
        int ends = 0;
        for (int i = 0; i < SWEPT_AT_ONCE && ends < ENDED_AT_ONCE && !unswept.isEmpty(); i++) {
            ends += unswept.remove().sweep(nowMillis) ? 1 : 0;
        }
        if (!unswept.isEmpty()) {
            timer.after(PAUSE_MILLIS, () -> sweepSome(nowMillis));
        }
    }

    void endAll() {
        for (Connection connection : new ArrayDeque<>(connections)) {
            connection.shutDown();
        }
    }

    private void runWoken() {
        scheduled.set(false);
        for (Connection connection = woken.poll(); connection != null; connection = woken.poll()) {
            connection.wake();
        }
    }
}
