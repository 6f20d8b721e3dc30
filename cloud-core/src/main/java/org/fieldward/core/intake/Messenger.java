package org.fieldward.core.intake;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** Brings what changed to the gateways that are there, on a thread of its own: whoever changed it waits for none of them. */
public final class Messenger implements AutoCloseable {

    private final Sessions sessions;
    private final Set<String> due = new HashSet<>();
    private boolean allDue;
    private boolean underWay;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("messenger").factory());

    public Messenger(Sessions sessions) {
        this.sessions = sessions;
    }

    /** There may be news for each gateway. However often this is called meanwhile, each is told once. */
    public void changed() {
        synchronized (due) {
            allDue = true;
            begin();
        }
    }

    /** There may be news for this gateway only. */
    public void changed(String gateway) {
        synchronized (due) {
            due.add(gateway);
            begin();
        }
    }

    private void begin() {
        if (!underWay) {
            try {
                thread.execute(this::tell);
                underWay = true;
            } catch (RejectedExecutionException e) {
                // The core stops: with their next session the gateways hear it.
                due.clear();
            }
        }
    }

    private void tell() {
        boolean all;
        Set<String> some;
        synchronized (due) {
            all = allDue;
            some = Set.copyOf(due);
            allDue = false;
            due.clear();
            underWay = false;
        }
        if (all) {
            sessions.instruct();
        } else {
            some.forEach(sessions::instruct);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
