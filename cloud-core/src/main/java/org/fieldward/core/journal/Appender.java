package org.fieldward.core.journal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.fieldward.core.journal.Journal.AppendResult;
import org.fieldward.core.journal.Journal.Arrival;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits whatever has gathered, in one transaction after the other, on a thread of its own. Bounded by bytes and
 * count: what does not fit is refused and not held. Thread-safe.
 */
public final class Appender implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Appender.class);
    private static final int MAX_GROUP = 64;
    private static final long MAX_GROUP_BYTES = 8 << 20;
    private static final long IDLE_MILLIS = 100;

    /** From one commit's end to the next one's beginning while more comes: a commit costs more than what is in it. */
    private static final Duration APART = Duration.ofMillis(8);

    private final Journal journal;
    private final Runnable appended;
    private final long maxBytes;
    private final BlockingQueue<Waiting> queue;
    private final AtomicLong bytes = new AtomicLong();
    private final Thread thread;
    private long committedAt = System.nanoTime() - APART.toNanos();
    private volatile boolean closing;

    private record Waiting(Arrival arrival, CompletableFuture<AppendResult> result) {}

    /**
     * @param maxWaiting how many batches may wait
     * @param maxBytes how many bytes of content may wait
     * @param appended called after each commit that added something: a hint for followers
     */
    public Appender(Journal journal, int maxWaiting, long maxBytes, Runnable appended) {
        this.journal = journal;
        this.maxBytes = maxBytes;
        this.appended = appended;
        queue = new ArrayBlockingQueue<>(maxWaiting);
        thread = Thread.ofPlatform().name("journal-appender").start(this::run);
    }

    /**
     * Completes on the appender's thread after the commit, so whatever hangs on it must be short; fails with
     * {@link RejectedExecutionException} if too much waits, with {@link JournalException} if the store failed.
     */
    public CompletionStage<AppendResult> submit(Arrival arrival) {
        var result = new CompletableFuture<AppendResult>();
        int size = arrival.content().size();
        boolean room = bytes.addAndGet(size) <= maxBytes;
        if (closing || !room || !queue.offer(new Waiting(arrival, result))) {
            bytes.addAndGet(-size);
            result.completeExceptionally(new RejectedExecutionException("the journal has no room now"));
        }
        return result;
    }

    /** True if more than half of the room is taken: no time for new sessions. */
    public boolean busy() {
        return bytes.get() > maxBytes / 2 || queue.remainingCapacity() < queue.size();
    }

    private void run() {
        var group = new ArrayList<Waiting>(MAX_GROUP);
        while (!closing || !queue.isEmpty()) {
            group.clear();
            long size = gather(group);
            if (!group.isEmpty()) {
                commit(group);
                committedAt = System.nanoTime();
                bytes.addAndGet(-size);
            }
        }
    }

    private long gather(List<Waiting> group) {
        try {
            Waiting next = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
            long size = 0;
            while (next != null) {
                group.add(next);
                size += next.arrival().content().size();
                next = group.size() < MAX_GROUP && size < MAX_GROUP_BYTES ? more() : null;
            }
            return size;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the journal's appender", e);
        }
    }

    private @Nullable Waiting more() throws InterruptedException {
        long early = APART.toNanos() - (System.nanoTime() - committedAt);
        return early > 0 && !closing ? queue.poll(early, TimeUnit.NANOSECONDS) : queue.poll();
    }

    private void commit(List<Waiting> group) {
        List<AppendResult> results;
        try {
            results = journal.append(group.stream().map(Waiting::arrival).toList());
        } catch (RuntimeException | Error e) {
            // Nothing may stop the appender, or the core would listen and never confirm again: nothing of this is
            // confirmed, and the gateways send it again.
            LOG.error("the journal could not append {} batches, they will be sent again", group.size(), e);
            group.forEach(waiting -> waiting.result().completeExceptionally(e));
            return;
        }
        for (int i = 0; i < group.size(); i++) {
            group.get(i).result().complete(results.get(i));
        }
        appended.run();
    }

    /** Commits what waits, then ends. */
    @Override
    public void close() throws InterruptedException {
        closing = true;
        thread.join();
        queue.forEach(waiting ->
                waiting.result().completeExceptionally(new RejectedExecutionException("the journal is closing")));
    }
}
