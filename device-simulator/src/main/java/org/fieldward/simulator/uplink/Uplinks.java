package org.fieldward.simulator.uplink;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.simulator.load.LoadResult.Latency;
import org.fieldward.simulator.load.Processes;
import org.fieldward.simulator.uplink.UplinkPlan.Course;

/**
 * Many simulated gateways against one core. As fast as confirmed, every one keeps its window full: how fast a core catches
 * up. At a rate, readings are due at fixed times, and a stall is seen in full.
 */
public final class Uplinks {

    private static final Duration CONNECT_WITHIN = Duration.ofMinutes(3);
    private static final long TICK_MILLIS = 5;

    private final UplinkPlan plan;
    private final Processes processes;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final DoubleSupplier chance;
    private final Counts counts = new Counts();

    /**
     * @param nanoTime a monotonic clock
     * @param chance between 0 and 1, anew each time; from several threads
     */
    public Uplinks(
            UplinkPlan plan, Processes processes, InstantSource clock, LongSupplier nanoTime, DoubleSupplier chance) {
        this.plan = plan;
        this.processes = processes;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.chance = chance;
    }

    /** Told of every second that was measured. */
    public interface Listener {
        void second(int number, long confirmed, double p99Millis);
    }

    /** Blocks until all is sent and confirmed, or the time is over. */
    public UplinkResult run(Listener listener) {
        var uplinks = new ArrayList<Uplink>();
        try (Door door = new Door(plan.core(), plan.threads())) {
            List<Credential> credentials = door.enrol(plan.admissions());
            var around = new Uplink.Surroundings(door, counts, plan, clock, nanoTime, chance);
            for (int i = 0; i < credentials.size(); i++) {
                uplinks.add(new Uplink(plan.admissions().get(i).gateway(), credentials.get(i), around));
            }
            uplinks.forEach(Uplink::open);
            awaitWelcomes();
            Duration warmUp = plan.course().warmUp();
            if (warmUp.isZero()) {
                return measure(listener, () -> begin(uplinks, door));
            }
            begin(uplinks, door);
            pauseUntil(nanoTime.getAsLong() + warmUp.toNanos());
            return measure(listener, () -> {});
        } finally {
            uplinks.forEach(Uplink::end);
        }
    }

    private void begin(List<Uplink> uplinks, Door door) {
        long begin = nanoTime.getAsLong();
        uplinks.forEach(uplink -> uplink.begin(begin));
        if (plan.course().isOpenLoop()) {
            var unused =
                    door.everyMillis(() -> uplinks.forEach(uplink -> uplink.pump(nanoTime.getAsLong())), TICK_MILLIS);
        }
    }

    private void awaitWelcomes() {
        long begin = nanoTime.getAsLong();
        while (counts.welcomed.get() < plan.admissions().size()) {
            counts.check();
            if (nanoTime.getAsLong() - begin > CONNECT_WITHIN.toNanos()) {
                throw new UplinkException("of " + plan.admissions().size() + " gateways only " + counts.welcomed.get()
                        + " were welcomed within " + CONNECT_WITHIN);
            }
            pauseUntil(nanoTime.getAsLong() + 10_000_000);
        }
    }

    /** @param first what is part of what is measured */
    private UplinkResult measure(Listener listener, Runnable first) {
        Course course = plan.course();
        counts.latencies();
        long confirmedBefore = counts.confirmed.sum();
        long batchesBefore = counts.batches.sum();
        long bytesBefore = counts.bytes.sum();
        long turnedAwayBefore = counts.turnedAway.sum();
        Map<String, Processes.Used> before = processes.used();
        long begin = nanoTime.getAsLong();
        long end = begin + course.duration().toNanos();
        var all = new Histogram(3);
        List<Long> perSecond = new ArrayList<>();
        long last = begin;
        long lastConfirmed = confirmedBefore;
        boolean isOver = false;
        first.run();
        for (int second = 1; !isOver && !Thread.currentThread().isInterrupted(); second++) {
            awaitSecond(Math.min(end, begin + second * 1_000_000_000L));
            counts.check();
            Histogram interval = counts.latencies();
            long now = nanoTime.getAsLong();
            long confirmed = counts.confirmed.sum();
            long rate = Math.round((confirmed - lastConfirmed) * 1e9 / (now - last));
            last = now;
            lastConfirmed = confirmed;
            perSecond.add(rate);
            all.add(interval);
            isOver = now >= end || isDone();
            listener.second(second, rate, millis(interval, 99));
        }
        long acked = lastConfirmed - confirmedBefore;
        return new UplinkResult(
                new UplinkResult.Setting(plan.admissions().size(), plan.devices(), course.rate(), (last - begin) / 1e9),
                acked,
                counts.batches.sum() - batchesBefore,
                counts.bytes.sum() - bytesBefore,
                counts.quarantined.sum(),
                counts.turnedAway.sum() - turnedAwayBefore,
                perSecond,
                new Latency(millis(all, 50), millis(all, 90), millis(all, 99), millis(all, 99.9), millis(all, 100)),
                processes.between(before, processes.used(), List.of(), acked));
    }

    private boolean isDone() {
        return plan.course().readings() > 0
                && counts.finished.get() == plan.admissions().size();
    }

    private static double millis(Histogram nanos, double percentile) {
        return nanos.getValueAtPercentile(percentile) / 1e6;
    }

    private void awaitSecond(long nanos) {
        for (long left = nanos - nanoTime.getAsLong();
                left > 0 && !isDone() && !Thread.currentThread().isInterrupted();
                left = nanos - nanoTime.getAsLong()) {
            LockSupport.parkNanos(Math.min(left, 10_000_000));
        }
    }

    private void pauseUntil(long nanos) {
        for (long left = nanos - nanoTime.getAsLong();
                left > 0 && !Thread.currentThread().isInterrupted();
                left = nanos - nanoTime.getAsLong()) {
            LockSupport.parkNanos(left);
        }
    }
}
