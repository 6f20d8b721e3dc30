package org.fieldward.simulator.load;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.fieldward.proto.reading.DeviceId;

/**
 * Loads a gateway (or any MQTT 3.1.1 server) and measures it. In the closed loop every connection keeps its window
 * full; latency is then the price of saturation. In the open loop publishes are due at a fixed rate, and latency counts
 * from when one was due, so that a stall is seen in full.
 */
public final class Load {

    /** There may be tens of thousands, but where none is accepted for so long none will be. */
    private static final Duration NONE_ACCEPTED = Duration.ofSeconds(30);

    private static final int WINDOWS = 10;

    private final LoadPlan plan;
    private final Processes processes;
    private final LongSupplier nanoTime;

    /** @param nanoTime a monotonic clock */
    public Load(LoadPlan plan, Processes processes, LongSupplier nanoTime) {
        this.plan = plan;
        this.processes = processes;
        this.nanoTime = nanoTime;
    }

    /** Told when the warm-up is over, of every second that was measured, and of the end of every window. */
    public interface Listener {
        default void begins() {}

        void second(int number, long acked, double p99Millis);

        default void window(LoadResult.Window window) {}
    }

    /** Blocks until the load is over. */
    public LoadResult run(Listener listener) {
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        Class<? extends SocketChannel> type = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
        var group = new MultiThreadIoEventLoopGroup(plan.threads(), io);
        try {
            List<Generator> generators = new ArrayList<>();
            for (int i = 0; i < plan.threads(); i++) {
                generators.add(new Generator((EventLoop) group.next(), type, plan, nanoTime));
            }
            for (int i = 0; i < plan.connections(); i++) {
                generators.get(i % plan.threads()).add(device(plan.shape().prefix(), i + 1));
            }
            generators.removeIf(generator -> generator.size() == 0);
            generators.forEach(Generator::connect);
            awaitConnections(generators);
            generators.forEach(Generator::begin);
            pause(plan.course().warmUp());
            LoadResult result = measure(generators, listener);
            generators.forEach(Generator::end);
            return result;
        } finally {
            group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    /** The name of the load's n-th device, counted from 1. */
    public static DeviceId device(String prefix, int number) {
        String digits = Integer.toString(number);
        return new DeviceId(prefix + "0".repeat(5 - digits.length()) + digits);
    }

    private void awaitConnections(List<Generator> generators) {
        int accepted = 0;
        long since = nanoTime.getAsLong();
        while (accepted < plan.connections()) {
            generators.forEach(Generator::check);
            pause(Duration.ofMillis(10));
            int now = generators.stream().mapToInt(Generator::welcomedCount).sum();
            if (now > accepted) {
                accepted = now;
                since = nanoTime.getAsLong();
            } else if (nanoTime.getAsLong() - since > NONE_ACCEPTED.toNanos()) {
                throw new LoadException("of " + plan.connections() + " connections " + accepted
                        + " were accepted, and then none for " + NONE_ACCEPTED.toSeconds() + " s");
            }
        }
    }

    private LoadResult measure(List<Generator> generators, Listener listener) {
        Map<String, Processes.Used> before = processes.used();
        generators.forEach(Generator::latencies);
        listener.begins();
        long begin = nanoTime.getAsLong();
        var all = new Histogram(3);
        List<Long> perSecond = new ArrayList<>();
        List<Map<String, Double>> resident = new ArrayList<>();
        int seconds = (int) plan.course().duration().toSeconds();
        var windows = new Windows(Math.max(1, seconds / WINDOWS), listener);
        long last = begin;
        for (int second = 1; second <= seconds && !Thread.currentThread().isInterrupted(); second++) {
            pauseUntil(begin + second * 1_000_000_000L);
            generators.forEach(Generator::check);
            var interval = new Histogram(3);
            generators.forEach(generator -> interval.add(generator.latencies()));
            long now = nanoTime.getAsLong();
            long rate = Math.round(interval.getTotalCount() * 1e9 / (now - last));
            last = now;
            perSecond.add(rate);
            resident.add(processes.resident());
            all.add(interval);
            listener.second(second, rate, millis(interval, 99));
            windows.add(second, interval);
        }
        Map<String, Processes.Used> after = processes.used();
        long acked = all.getTotalCount();
        return new LoadResult(
                new LoadResult.Setting(
                        plan.connections(),
                        plan.window(),
                        plan.shape().readings(),
                        plan.shape().values(),
                        plan.course().rate(),
                        (last - begin) / 1e9),
                acked,
                perSecond,
                windows.told(),
                new LoadResult.Latency(
                        millis(all, 50), millis(all, 90), millis(all, 99), millis(all, 99.9), millis(all, 100)),
                generators.stream().mapToLong(Generator::lostCount).sum(),
                generators.stream().mapToLong(Generator::unansweredCount).sum(),
                processes.between(before, after, resident, acked),
                processes.threadsBetween(before, after, acked));
    }

    /** What was measured in parts, so that it can be seen whether something grows. */
    private static final class Windows {
        private final int seconds;
        private final Listener listener;
        private final List<LoadResult.Window> over = new ArrayList<>();
        private final Histogram window = new Histogram(3);

        Windows(int seconds, Listener listener) {
            this.seconds = seconds;
            this.listener = listener;
        }

        void add(int second, Histogram interval) {
            window.add(interval);
            if (second % seconds == 0) {
                var told = new LoadResult.Window(
                        second - seconds,
                        second,
                        window.getTotalCount() / seconds,
                        millis(window, 50),
                        millis(window, 99));
                over.add(told);
                listener.window(told);
                window.reset();
            }
        }

        List<LoadResult.Window> told() {
            return over;
        }
    }

    private static double millis(Histogram nanos, double percentile) {
        return nanos.getValueAtPercentile(percentile) / 1e6;
    }

    private void pause(Duration time) {
        pauseUntil(nanoTime.getAsLong() + time.toNanos());
    }

    private void pauseUntil(long nanos) {
        for (long left = nanos - nanoTime.getAsLong();
                left > 0 && !Thread.currentThread().isInterrupted();
                left = nanos - nanoTime.getAsLong()) {
            LockSupport.parkNanos(left);
        }
    }
}
