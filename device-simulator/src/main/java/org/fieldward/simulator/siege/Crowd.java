package org.fieldward.simulator.siege;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Bad clients of one kind, all on one thread, from the loopback addresses they were given. */
final class Crowd implements AutoCloseable {

    private static final long TICK_MILLIS = 100;
    private static final int CONNECTING_AT_ONCE = 64;

    /**
     * Who comes.
     *
     * @param network of their addresses, which are 127.0.NETWORK.1 and so on
     * @param perAddress clients that share an address
     * @param returns whether one that was sent away comes again
     * @param manner a fresh one for each connection, by the client's number from 0 on
     */
    record Kind(
            String name,
            int count,
            InetSocketAddress target,
            int network,
            int perAddress,
            boolean returns,
            IntFunction<Manner> manner) {

        InetSocketAddress source(int number) {
            return new InetSocketAddress("127.0." + network + "." + (1 + number / perAddress), 0);
        }
    }

    private final Kind kind;
    private final LongSupplier nanoTime;
    private final Selector selector;
    private final Thread thread;
    private final ByteBuffer inbox = ByteBuffer.allocate(1 << 16);
    private final List<Line> lines = new ArrayList<>();
    private final Deque<Line> toOpen = new ArrayDeque<>();
    private final AtomicInteger inPlace = new AtomicInteger();
    private final AtomicInteger connecting = new AtomicInteger();
    private final AtomicLong opened = new AtomicLong();
    private final AtomicLong welcomed = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong sentAway = new AtomicLong();
    private final AtomicLong bytesSent = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();
    private volatile boolean leaving;
    private volatile @Nullable Throwable broken;

    Crowd(Kind kind, LongSupplier nanoTime) {
        this.kind = kind;
        this.nanoTime = nanoTime;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new SiegeException("no selector could be opened for " + kind.name(), e);
        }
        for (int number = 0; number < kind.count(); number++) {
            lines.add(new Line(this, number));
        }
        toOpen.addAll(lines);
        thread = Thread.ofPlatform().daemon().name("siege-" + kind.name()).unstarted(this::run);
    }

    Crowd start() {
        thread.start();
        return this;
    }

    private void run() {
        long spoke = now();
        try {
            while (!leaving) {
                for (int i = toOpen.size(); i > 0 && connecting.get() < CONNECTING_AT_ONCE; i--) {
                    toOpen.remove().open(selector);
                }
                selector.select(this::ready, TICK_MILLIS);
                if (now() - spoke > TICK_MILLIS * 1_000_000) {
                    spoke = now();
                    lines.forEach(Line::speak);
                }
            }
            lines.forEach(Line::leave);
            selector.close();
        } catch (IOException | RuntimeException e) {
            broken = e;
        }
    }

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof Line line) {
            line.ready(key);
        }
    }

    /** For what is heard and forgotten. */
    ByteBuffer inbox() {
        return inbox;
    }

    Kind kind() {
        return kind;
    }

    long now() {
        return nanoTime.getAsLong();
    }

    void connecting(int change) {
        connecting.addAndGet(change);
    }

    void opened() {
        opened.incrementAndGet();
    }

    void inPlace() {
        inPlace.incrementAndGet();
    }

    void welcomed() {
        welcomed.incrementAndGet();
    }

    void refused() {
        refused.incrementAndGet();
    }

    void sent(long bytes) {
        bytesSent.addAndGet(bytes);
    }

    /** It could not connect at all. */
    void failed(Line line) {
        failed.incrementAndGet();
        again(line);
    }

    /** The gateway closed its connection, so long after it was opened. */
    void sentAway(Line line, long nanos) {
        sentAway.incrementAndGet();
        longestNanos.accumulateAndGet(nanos, Math::max);
        again(line);
    }

    private void again(Line line) {
        if (kind.returns()) {
            toOpen.add(line);
        }
    }

    /** Whether everybody has been where they want to be. */
    boolean isInPlace() {
        Throwable why = broken;
        if (why != null) {
            throw new SiegeException("the clients of " + kind.name() + " broke down", why);
        }
        return inPlace.get() >= kind.count();
    }

    /** So far. */
    SiegeResult.Attack attack() {
        return new SiegeResult.Attack(
                kind.name(),
                kind.count(),
                opened.get(),
                welcomed.get(),
                refused.get(),
                failed.get(),
                sentAway.get(),
                longestNanos.get() / 1e9,
                bytesSent.get() / 1e6);
    }

    @Override
    public void close() {
        leaving = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
