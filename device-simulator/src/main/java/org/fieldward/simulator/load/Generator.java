package org.fieldward.simulator.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.fieldward.proto.reading.DeviceId;

/** One event loop and the connections that live on it. Everything but the counters belongs to that loop. */
final class Generator {

    /** Longer answers are counted as this long: one minute. */
    private static final long MAX_NANOS = 60_000_000_000L;

    private static final int CONNECTING_AT_ONCE = 64;

    private final EventLoop loop;
    private final Class<? extends SocketChannel> channelType;
    private final LoadPlan plan;
    private final LongSupplier nanoTime;
    private final List<Connection> connections = new ArrayList<>();
    private final Queue<Connection> toConnect = new ArrayDeque<>();
    private final SingleWriterRecorder latency = new SingleWriterRecorder(1, MAX_NANOS, 3);
    private final AtomicInteger welcomed = new AtomicInteger();
    private final AtomicLong lostConnections = new AtomicLong();
    private final AtomicLong unanswered = new AtomicLong();
    private volatile Optional<LoadException> failure = Optional.empty();
    private volatile boolean sending;
    private long begin;
    private long issued;
    private double nanosBetween;

    Generator(EventLoop loop, Class<? extends SocketChannel> channelType, LoadPlan plan, LongSupplier nanoTime) {
        this.loop = loop;
        this.channelType = channelType;
        this.plan = plan;
        this.nanoTime = nanoTime;
    }

    /** Before {@link #connect}. */
    void add(DeviceId device) {
        connections.add(new Connection(device, this, connections.size(), plan));
    }

    void connect() {
        loop.execute(() -> {
            toConnect.addAll(connections);
            for (int i = 0; i < CONNECTING_AT_ONCE; i++) {
                connectNext();
            }
        });
    }

    private void connectNext() {
        Connection next = toConnect.poll();
        if (next != null) {
            connect(next);
        }
    }

    private void connect(Connection connection) {
        var unused = new Bootstrap()
                .group(loop)
                .channel(channelType)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 5_000)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(1 << 17, 1 << 18))
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(connection.handler());
                    }
                })
                .connect(plan.gateway().host(), plan.gateway().port())
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        lost(connection, 0);
                    }
                });
    }

    void welcomed(Connection connection) {
        welcomed.incrementAndGet();
        connectNext();
        connection.pump();
    }

    void refused(int code) {
        failed(new LoadException("the gateway refused a connection with code " + code));
    }

    void failed(LoadException why) {
        failure = Optional.of(why);
    }

    void lost(Connection connection, int inFlight) {
        lostConnections.incrementAndGet();
        unanswered.addAndGet(inFlight);
        if (failure.isEmpty() && !loop.isShuttingDown()) {
            var unused = loop.schedule(() -> connect(connection), 500, TimeUnit.MILLISECONDS);
        }
    }

    void acknowledged(long nanos) {
        latency.recordValue(Math.max(1, Math.min(nanos, MAX_NANOS)));
    }

    long now() {
        return nanoTime.getAsLong();
    }

    boolean isSending() {
        return sending;
    }

    /** From here on publishes go out. In the open loop this generator's share of the rate counts from now. */
    void begin() {
        loop.execute(() -> {
            begin = now();
            sending = true;
            if (plan.course().isOpenLoop()) {
                nanosBetween =
                        1e9 * plan.connections() / ((double) plan.course().rate() * connections.size());
                tick();
            } else {
                connections.forEach(Connection::pump);
            }
        });
    }

    /** Marks every publish that is due by now, then comes back when the next is. */
    private void tick() {
        if (!sending) {
            return;
        }
        long shouldBe = (long) ((now() - begin) / nanosBetween) + 1;
        long touched = Math.min(connections.size(), shouldBe - issued);
        long firstTouched = issued;
        for (; issued < shouldBe; issued++) {
            connections.get((int) (issued % connections.size())).due();
        }
        for (long i = 0; i < touched; i++) {
            connections.get((int) ((firstTouched + i) % connections.size())).pump();
        }
        long wait = begin + (long) (issued * nanosBetween) - now();
        // A timer for each message would take more of the machine that is measured than the message.
        var unused = loop.schedule(this::tick, Math.max(250_000, wait), TimeUnit.NANOSECONDS);
    }

    /** When the given publish of a connection should go out, if nothing ever made it wait. */
    long meantAt(int index, long ordinal) {
        return begin + (long) ((index + ordinal * connections.size()) * nanosBetween);
    }

    void end() {
        sending = false;
    }

    /** Latencies since the last call, in nanoseconds; called by one thread. */
    Histogram latencies() {
        return latency.getIntervalHistogram();
    }

    int welcomedCount() {
        return welcomed.get();
    }

    /** Throws what makes the measurement worthless, if there is something. */
    void check() {
        failure.ifPresent(why -> {
            throw why;
        });
    }

    long lostCount() {
        return lostConnections.get();
    }

    long unansweredCount() {
        return unanswered.get();
    }

    int size() {
        return connections.size();
    }
}
