package org.fieldward.core.journal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that takes a follower's steps one after the other. A step that fails is taken again after a second: the follower
 * rolled back, so nothing is skipped. Not even an Error ends the thread, or the core would look alive and do nothing.
 */
public final class FollowerThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FollowerThread.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final String name;
    private final Supplier<Duration> step;
    private final Duration breath;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Semaphore work = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closing;

    /**
     * @param name in thread dumps and in the log
     * @param step does what there is to do and says how long until the next at the latest; zero while there is more. Its
     *     failures go to the log as they are
     */
    public FollowerThread(String name, Supplier<Duration> step) {
        this(name, step, Duration.ZERO);
    }

    /** @param breath from one step's beginning to the next at least, so that what comes meanwhile is one step's work */
    public FollowerThread(String name, Supplier<Duration> step, Duration breath) {
        this.name = name;
        this.step = step;
        this.breath = breath;
        thread = Thread.ofPlatform().name(name).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** A hint that there may be work; never blocks. */
    public void wake() {
        if (work.availablePermits() == 0) {
            work.release();
        }
    }

    private void run() {
        while (!closing) {
            long began = System.nanoTime();
            Duration pause;
            try {
                pause = step.get();
            } catch (RuntimeException | Error e) {
                LOG.error("a step of the {} failed, it is tried again", name, e);
                pause = RETRY;
            }
            try {
                long early = breath.toNanos() - (System.nanoTime() - began);
                if (early > 0 && ended.await(early, TimeUnit.NANOSECONDS)) {
                    return;
                }
                if (!pause.isZero() && work.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    work.drainPermits();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts the " + name, e);
            }
        }
    }

    /** Takes no further step; returns at once. */
    public void end() {
        closing = true;
        ended.countDown();
        wake();
    }

    /** Waits for the step under way, then ends. */
    @Override
    public void close() throws InterruptedException {
        end();
        thread.join();
    }
}
