package org.fieldward.core.intake;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Brings what changed to the gateways that are there, on a thread of its own: whoever changed it waits for none of them. */
public final class Messenger implements AutoCloseable {

    private final Sessions sessions;
    private final AtomicBoolean due = new AtomicBoolean();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("messenger").factory());

    public Messenger(Sessions sessions) {
        this.sessions = sessions;
    }

    /** However often this is called meanwhile, each gateway is told once. */
    public void changed() {
        if (!due.getAndSet(true)) {
            try {
                thread.execute(() -> {
                    due.set(false);
                    sessions.instruct();
                });
            } catch (RejectedExecutionException e) {
                // The core stops: with their next session the gateways hear it.
                due.set(false);
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
