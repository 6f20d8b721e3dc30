package org.fieldward.edge.alarm;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.fieldward.edge.buffer.AppendResult;
import org.fieldward.edge.buffer.CommitListener;
import org.fieldward.edge.buffer.Store;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Stamp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes every commit, lets {@link AlarmDecider} judge it on a thread of its own, shows each change at once and stores it. A
 * change that could not be stored is tried again with every tick, and those after it wait for it: an alarm is never dropped,
 * and its end is never stored before its beginning.
 */
public final class AlarmWatch implements CommitListener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AlarmWatch.class);

    private static final long TICK_MILLIS = 250;

    /** So far behind, the writer waits for the alarms: a reading that nobody judged is worse than a late PUBACK. */
    private static final int MAX_WAITING_COMMITS = 10_000;

    private final Store store;
    private final AlarmBoard board;
    private final Supplier<Stamp> stamp;
    private final Gateway gateway;
    private final AlarmDecider decider;
    private final LinkedBlockingQueue<List<Sequenced>> commits = new LinkedBlockingQueue<>(MAX_WAITING_COMMITS);
    private final List<AlarmChange> unstored = new ArrayList<>();
    private boolean storing;
    private boolean refused;
    private final Thread thread;
    private volatile Collection<AlarmChange> active;
    private final AtomicReference<Optional<AlarmSettings>> others = new AtomicReference<>(Optional.empty());
    private volatile boolean running = true;
    private long tickedAt;

    /**
     * The gateway itself, as far as it can be in trouble.
     *
     * @param name stands as the device of such alarms
     * @param linkMoves true while the core confirms, or nothing waits for it
     * @param diskPercent how full the buffer is
     */
    public record Gateway(DeviceId name, BooleanSupplier linkMoves, LongSupplier diskPercent) {}

    /**
     * @param before alarms that were active when the agent stopped
     * @param stamp now, by every clock
     */
    public AlarmWatch(
            AlarmSettings settings,
            Gateway gateway,
            List<AlarmChange> before,
            Store store,
            AlarmBoard board,
            Supplier<Stamp> stamp) {
        this.store = store;
        this.board = board;
        this.stamp = stamp;
        this.gateway = gateway;
        Stamp now = stamp.get();
        decider = new AlarmDecider(settings, gateway.name(), Long.toHexString(now.boot()), before, now);
        active = decider.active();
        before.forEach(board::show);
        thread = Thread.ofPlatform().name("alarm-watch").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Other settings, from the next entry or tick on. */
    public void obey(AlarmSettings settings) {
        others.set(Optional.of(settings));
    }

    @Override
    public void committed(List<Sequenced> entries) {
        try {
            // Once the alarms ended nobody takes them; waiting for room then would stop the writer for good.
            while (running && !commits.offer(entries, TICK_MILLIS, TimeUnit.MILLISECONDS)) {
                Thread.onSpinWait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Raised and not cleared. */
    public Collection<AlarmChange> active() {
        return active;
    }

    private void run() {
        while (running) {
            try {
                List<Sequenced> entries = commits.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
                Stamp now = stamp.get();
                others.getAndSet(Optional.empty()).ifPresent(decider::obey);
                for (Sequenced one : Optional.ofNullable(entries).orElse(List.of())) {
                    apply(decider.on(new AlarmEvent.Stored(one.entry()), now));
                }
                if (now.tickMillis() - tickedAt >= TICK_MILLIS) {
                    tickedAt = now.tickMillis();
                    apply(decider.on(new AlarmEvent.Link(gateway.linkMoves().getAsBoolean()), now));
                    apply(decider.on(new AlarmEvent.Disk(gateway.diskPercent().getAsLong()), now));
                    apply(decider.on(new AlarmEvent.Tick(), now));
                    storeAgain();
                }
            } catch (InterruptedException e) {
                running = false;
            } catch (RuntimeException e) {
                // One entry that cannot be judged must not silence all alarms after it.
                LOG.error("an entry could not be judged for alarms", e);
            }
        }
    }

    private void apply(List<AlarmChange> changes) {
        for (AlarmChange change : changes) {
            active = decider.active();
            board.show(change);
            store(change);
        }
    }

    private void store(AlarmChange change) {
        synchronized (unstored) {
            unstored.add(change);
            if (refused) {
                return;
            }
        }
        storeWaiting();
    }

    private void storeAgain() {
        synchronized (unstored) {
            refused = false;
        }
        storeWaiting();
    }

    /** One append at a time, of all that waits: it is stored whole or not at all, so the order holds. */
    private void storeWaiting() {
        List<AlarmChange> now;
        synchronized (unstored) {
            if (storing || unstored.isEmpty()) {
                return;
            }
            storing = true;
            now = List.copyOf(unstored);
        }
        var unused = store.store(now).whenComplete((result, failure) -> {
            synchronized (unstored) {
                storing = false;
                refused = failure != null || result instanceof AppendResult.Full;
                if (refused) {
                    return;
                }
                unstored.subList(0, now.size()).clear();
            }
            storeWaiting();
        });
    }

    @Override
    public void close() {
        running = false;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
