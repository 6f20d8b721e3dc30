package org.fieldward.edge.buffer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.fieldward.edge.buffer.ReadingBuffer.Append;
import org.fieldward.edge.buffer.ReadingBuffer.Committed;
import org.fieldward.edge.buffer.ReadingBuffer.Group;
import org.fieldward.edge.buffer.document.Ruling;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.sequence.SequenceSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes the buffer. It takes everything that waits, commits it in one transaction, and only then
 * answers. After a failed commit it answers nothing but failures: what the disk then holds is known only after a restart.
 * Thread-safe.
 */
public final class BufferWriter implements Store, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BufferWriter.class);

    private final ReadingBuffer buffer;
    private final Duration linger;
    private final int maxGroup;
    private final CommitListener listener;
    private final Consumer<BufferException> broken;
    private final Thread thread;

    private final Object lock = new Object();
    private List<Work> waiting = new ArrayList<>();
    private boolean closing;
    private @Nullable BufferException failure;

    /** What callers wait for. */
    private sealed interface Work {
        /** @param settled instead of a future, which would be made for each reading and live until the commit */
        record Storing(Append append, BiConsumer<? super @Nullable AppendResult, ? super @Nullable Throwable> settled)
                implements Work {
            @Override
            public void fail(BufferException e) {
                tell(null, e);
            }

            /** Who fails when told must not keep the others from being told, nor stop the writer. */
            void tell(@Nullable AppendResult stored, @Nullable BufferException failure) {
                try {
                    settled.accept(stored, failure);
                } catch (RuntimeException e) {
                    LOG.warn("Somebody failed when told what became of an append: {}", e.toString());
                }
            }
        }

        record Rejecting(Rejected rejected, CompletableFuture<AppendResult> result) implements Awaited {}

        record Forgetting(long epoch, SequenceSet confirmed, CompletableFuture<Void> result) implements Awaited {}

        record Parting(CompletableFuture<Void> result) implements Awaited {}

        record Telling(Stamp stamp, CompletableFuture<Void> result) implements Awaited {}

        record Salvaging(Salvaged part, CompletableFuture<Boolean> result) implements Awaited {}

        record Judging(List<Ruling> rulings, CompletableFuture<Void> result) implements Awaited {}

        record Discarding(long quarantined, CompletableFuture<Void> result) implements Awaited {}

        void fail(BufferException e);
    }

    private sealed interface Awaited extends Work {
        CompletableFuture<?> result();

        @Override
        default void fail(BufferException e) {
            result().completeExceptionally(e);
        }
    }

    /**
     * Starts the thread.
     *
     * @param broken called once, on the writer's thread, when a commit failed: the agent must end and start anew
     */
    public BufferWriter(
            ReadingBuffer buffer, BufferSettings settings, CommitListener listener, Consumer<BufferException> broken) {
        this.buffer = buffer;
        this.linger = settings.linger();
        this.maxGroup = settings.maxGroup();
        this.listener = listener;
        this.broken = broken;
        thread = Thread.ofPlatform().name("buffer-writer").start(this::run);
    }

    @Override
    public CompletionStage<AppendResult> store(List<? extends Entry> entries) {
        return storing(entries, OptionalLong.empty());
    }

    @Override
    public void store(List<? extends Entry> entries, BiConsumer<? super AppendResult, ? super Throwable> settled) {
        offer(new Work.Storing(new Append(entries, OptionalLong.empty()), settled));
    }

    private CompletionStage<AppendResult> storing(List<? extends Entry> entries, OptionalLong replays) {
        var result = new CompletableFuture<AppendResult>();
        offer(new Work.Storing(new Append(entries, replays), (stored, failure) -> {
            if (failure == null) {
                result.complete(stored);
            } else {
                result.completeExceptionally(failure);
            }
        }));
        return result;
    }

    @Override
    public CompletionStage<AppendResult> quarantine(Rejected rejected) {
        var result = new CompletableFuture<AppendResult>();
        offer(new Work.Rejecting(rejected, result));
        return result;
    }

    /** Stores what a quarantined payload became after all, and marks it, together. */
    public CompletionStage<AppendResult> replay(long quarantined, List<? extends Entry> entries) {
        return storing(entries, OptionalLong.of(quarantined));
    }

    /** Drops the bytes of a quarantined payload and keeps the mark that it was there. */
    public CompletionStage<Void> discard(long quarantined) {
        var result = new CompletableFuture<Void>();
        offer(new Work.Discarding(quarantined, result));
        return result;
    }

    /**
     * Forgets what the core confirmed of an epoch; completes when that is durable, exceptionally if it could not be done.
     * Repeating it is harmless, and so are sequences that this file gave out under another epoch.
     */
    public CompletionStage<Void> confirm(long epoch, SequenceSet confirmed) {
        var result = new CompletableFuture<Void>();
        offer(new Work.Forgetting(epoch, confirmed, result));
        return result;
    }

    /** Goes on under a new epoch: a copy of this file has used the present one too. */
    public CompletionStage<Void> part() {
        var result = new CompletableFuture<Void>();
        offer(new Work.Parting(result));
        return result;
    }

    /** Takes in what was found in a damaged file; completes with false if there is no room for it now. */
    public CompletionStage<Boolean> salvage(Salvaged part) {
        var result = new CompletableFuture<Boolean>();
        offer(new Work.Salvaging(part, result));
        return result;
    }

    /** Remembers what the core says became of documents. Repeating it is harmless. */
    public CompletionStage<Void> judge(List<Ruling> rulings) {
        var result = new CompletableFuture<Void>();
        offer(new Work.Judging(List.copyOf(rulings), result));
        return result;
    }

    /** Makes entries of the losses that the core was not told of, with this stamp. */
    public CompletionStage<Void> tellGaps(Stamp stamp) {
        var result = new CompletableFuture<Void>();
        offer(new Work.Telling(stamp, result));
        return result;
    }

    private void offer(Work work) {
        boolean first;
        synchronized (lock) {
            if (failure != null || closing) {
                work.fail(failure != null ? failure : new BufferException("buffer is closed"));
                return;
            }
            waiting.add(work);
            first = waiting.size() == 1;
        }
        if (first) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        List<Work> taken = take();
        while (!taken.isEmpty()) {
            for (int from = 0; from < taken.size(); ) {
                int to = groupEnd(taken, from);
                try {
                    commit(taken.subList(from, to));
                } catch (BufferException e) {
                    fail(e, taken.subList(from, taken.size()));
                    return;
                } catch (RuntimeException | Error e) {
                    // A writer that ended without a word would leave everybody waiting and the queue growing.
                    fail(new BufferException("buffer writer failed", e), taken.subList(from, taken.size()));
                    return;
                }
                from = to;
            }
            taken = take();
        }
    }

    /** Blocks until there is something; empty means closed. */
    private List<Work> take() {
        boolean lingered = linger.isZero();
        while (true) {
            synchronized (lock) {
                if (!waiting.isEmpty() && (lingered || closing)) {
                    return swap();
                }
                if (waiting.isEmpty() && closing) {
                    return List.of();
                }
                if (waiting.isEmpty()) {
                    lingered = linger.isZero();
                }
            }
            // An offer between the lock and here leaves a permit, so nobody waits for ever.
            if (isWaiting()) {
                LockSupport.parkNanos(linger.toNanos());
                lingered = true;
            } else {
                LockSupport.park(this);
            }
        }
    }

    private boolean isWaiting() {
        synchronized (lock) {
            return !waiting.isEmpty();
        }
    }

    private List<Work> swap() {
        List<Work> taken = waiting;
        waiting = new ArrayList<>(Math.max(16, taken.size()));
        return taken;
    }

    private int groupEnd(List<Work> taken, int from) {
        int entries = 0;
        int to = from;
        while (to < taken.size() && entries < maxGroup) {
            entries += taken.get(to) instanceof Work.Storing storing
                    ? storing.append().entries().size()
                    : 1;
            to++;
        }
        return to;
    }

    private void commit(List<Work> works) {
        var appends = new ArrayList<Append>(works.size());
        var rejected = new ArrayList<Rejected>();
        var discarded = new ArrayList<Long>();
        SequenceSet confirmed = SequenceSet.EMPTY;
        Optional<Stamp> telling = Optional.empty();
        var rulings = new ArrayList<Ruling>();
        boolean parts = false;
        for (Work work : works) {
            switch (work) {
                case Work.Storing storing -> appends.add(storing.append());
                case Work.Rejecting rejecting -> rejected.add(rejecting.rejected());
                case Work.Telling asked -> telling = Optional.of(asked.stamp());
                case Work.Discarding discarding -> discarded.add(discarding.quarantined());
                case Work.Forgetting forgetting ->
                    confirmed = confirmed.plus(buffer.lives().within(forgetting.epoch(), forgetting.confirmed()));
                case Work.Parting parting -> parts = true;
                case Work.Judging judging -> rulings.addAll(judging.rulings());
                case Work.Salvaging salvaging -> {}
            }
        }
        Committed committed =
                buffer.commit(new Group(appends, rejected, confirmed, discarded, telling, parts, rulings));
        if (!committed.entries().isEmpty()) {
            listener.committed(committed.entries());
        }
        int append = 0;
        int reject = 0;
        for (Work work : works) {
            switch (work) {
                case Work.Storing storing -> storing.tell(committed.appends().get(append++), null);
                case Work.Rejecting rejecting ->
                    rejecting.result().complete(committed.rejected().get(reject++));
                case Work.Telling asked -> asked.result().complete(null);
                case Work.Discarding discarding -> settle(discarding.result(), committed);
                case Work.Forgetting forgetting -> settle(forgetting.result(), committed);
                case Work.Parting parting -> settle(parting.result(), committed);
                case Work.Judging judging -> settle(judging.result(), committed);
                case Work.Salvaging salvaging -> salvaging.result().complete(buffer.salvage(salvaging.part()));
            }
        }
    }

    private static void settle(CompletableFuture<Void> result, Committed committed) {
        if (committed.forgotten()) {
            result.complete(null);
        } else {
            result.completeExceptionally(new BufferException("the disk is full: nothing could be forgotten"));
        }
    }

    private void fail(BufferException e, List<Work> unanswered) {
        var all = new ArrayList<>(unanswered);
        synchronized (lock) {
            failure = e;
            all.addAll(swap());
        }
        all.forEach(work -> work.fail(e));
        broken.accept(e);
    }

    /** Commits what waits, then ends the thread. Does not close the buffer. */
    @Override
    public void close() {
        synchronized (lock) {
            closing = true;
        }
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
