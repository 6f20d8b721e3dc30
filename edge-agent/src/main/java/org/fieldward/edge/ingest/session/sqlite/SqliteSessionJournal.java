package org.fieldward.edge.ingest.session.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.fieldward.edge.ingest.session.Change;
import org.fieldward.edge.ingest.session.SessionJournal;
import org.fieldward.edge.seal.Seal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions in SQLite. One thread writes; what nobody waits for is written within a quarter of a second, so that messages
 * which are answered at once never touch the disk.
 */
public final class SqliteSessionJournal implements SessionJournal {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteSessionJournal.class);
    private static final long LINGER_MILLIS = 250;
    private static final long RETRY_MILLIS = 5_000;

    /** Changes that may wait for a disk that does not take them. */
    private static final int MAX_WAITING = 50_000;

    private final Connection connection;
    private final SessionRows rows;
    private final SessionReader reader;
    private final Thread thread;

    private final Object lock = new Object();
    private List<Change> waiting = new ArrayList<>();
    private List<CompletableFuture<Void>> waiters = new ArrayList<>();
    private boolean writing;
    private boolean closing;
    private boolean failing;
    /** What is on disk is not the truth any more and must go. */
    private boolean gaveUp;

    /** Opens {@code sessions.db} in the directory. */
    public SqliteSessionJournal(Path directory, Seal seal, Moments moments) {
        try {
            connection = new SessionFile(directory).open();
        } catch (SQLException e) {
            throw new IllegalStateException("sessions could not be opened in " + directory + ": " + e.getMessage(), e);
        }
        rows = new SessionRows(connection, seal, moments);
        reader = new SessionReader(connection, seal, moments);
        thread = Thread.ofPlatform().name("sessions").unstarted(this::run);
    }

    @Override
    public Kept load() {
        Kept kept;
        try {
            rows.forgetOrphans();
            kept = reader.read();
            connection.commit();
        } catch (SQLException | IllegalArgumentException e) {
            LOG.error("The sessions could not be read; clients will subscribe again: {}", e.toString());
            kept = new Kept(List.of(), List.of());
            synchronized (lock) {
                gaveUp = true;
            }
        }
        thread.start();
        return kept;
    }

    @Override
    public void record(Change change) {
        synchronized (lock) {
            if (gaveUp && failing) {
                return;
            }
            waiting.add(change);
            if (waiting.size() > MAX_WAITING) {
                LOG.error("The disk takes no sessions: after a restart, clients will subscribe again");
                gaveUp = true;
                waiting.clear();
            }
            if (waiting.size() == 1) {
                lock.notifyAll();
            }
        }
    }

    @Override
    public CompletionStage<Void> settled() {
        synchronized (lock) {
            if ((waiting.isEmpty() && !writing) || failing || closing) {
                return CompletableFuture.completedFuture(null);
            }
            var waiter = new CompletableFuture<Void>();
            waiters.add(waiter);
            lock.notifyAll();
            return waiter;
        }
    }

    private void run() {
        try {
            while (true) {
                List<Change> taken;
                List<CompletableFuture<Void>> told;
                synchronized (lock) {
                    writing = false;
                    await();
                    if (closing && (waiting.isEmpty() || failing)) {
                        return;
                    }
                    writing = true;
                    taken = waiting;
                    told = waiters;
                    waiting = new ArrayList<>();
                    waiters = new ArrayList<>();
                }
                write(taken);
                told.forEach(waiter -> waiter.complete(null));
            }
        } catch (InterruptedException e) {
            LOG.warn("The sessions' thread was interrupted");
            Thread.currentThread().interrupt();
        }
    }

    /** Until there is something to write, and either somebody waits for it or it has waited long enough. */
    private void await() throws InterruptedException {
        if (failing && !closing) {
            lock.wait(RETRY_MILLIS);
            return;
        }
        while (waiting.isEmpty() && waiters.isEmpty() && !closing) {
            lock.wait();
        }
        if (waiters.isEmpty() && !closing) {
            lock.wait(LINGER_MILLIS);
        }
    }

    private void write(List<Change> changes) {
        boolean stale = takeStale();
        try {
            if (stale) {
                rows.forgetAll();
            }
            rows.write(changes);
            synchronized (lock) {
                if (failing) {
                    LOG.info("The disk takes sessions again");
                }
                failing = false;
            }
        } catch (SQLException | RuntimeException e) {
            // Whatever it was: a thread that ended without a word would leave everybody waiting.
            rollBack();
            synchronized (lock) {
                if (!failing) {
                    LOG.error("The sessions could not be written and wait in memory: {}", e.toString());
                }
                failing = true;
                gaveUp |= stale;
                if (gaveUp) {
                    waiting.clear();
                } else {
                    // In their order, before what came meanwhile.
                    changes.addAll(waiting);
                    waiting = changes;
                }
                waiters.forEach(waiter -> waiter.complete(null));
                waiters.clear();
            }
        }
    }

    /** What is given up while this write lasts is for the next one to forget. */
    private boolean takeStale() {
        synchronized (lock) {
            boolean stale = gaveUp;
            gaveUp = false;
            return stale;
        }
    }

    private void rollBack() {
        try {
            connection.rollback();
        } catch (SQLException e) {
            LOG.warn("The sessions' file could not roll back: {}", e.toString());
        }
    }

    /** Writes what waits. */
    @Override
    public void close() {
        synchronized (lock) {
            closing = true;
            lock.notifyAll();
        }
        try {
            thread.join(10_000);
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            LOG.warn("The sessions' file could not be closed: {}", e.toString());
        }
    }
}
