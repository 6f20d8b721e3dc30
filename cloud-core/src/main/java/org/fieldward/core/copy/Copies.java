package org.fieldward.core.copy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Inventory;
import org.fieldward.core.copy.document.CopyException;
import org.fieldward.core.delivery.Backoff;
import org.fieldward.core.journal.FollowerThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All copies of this core: two threads each, one that copies and one that compares now and then. */
public final class Copies implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Copies.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofSeconds(30);
    private static final Duration AGAIN = Duration.ofMinutes(5);

    /** What they are copies of. */
    public record Source(Chart chart, Inventory inventory) {}

    private final List<Copy> copies;
    private final Source source;
    private final States states;
    private final Duration verifyEvery;
    private final InstantSource clock;
    private final List<FollowerThread> copying = new ArrayList<>();
    private final List<FollowerThread> comparing = new ArrayList<>();

    public Copies(
            List<Copy> copies,
            Source source,
            States states,
            Duration verifyEvery,
            RandomGenerator random,
            InstantSource clock) {
        this.copies = List.copyOf(copies);
        this.source = source;
        this.states = states;
        this.verifyEvery = verifyEvery;
        this.clock = clock;
        var backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, random);
        for (Copy copy : copies) {
            var copier = new Copier(copy, source.chart(), states, backoff, clock);
            copying.add(new FollowerThread("copy-" + copy.name(), copier::step));
            comparing.add(new FollowerThread("verify-" + copy.name(), () -> compare(copy)));
        }
    }

    public void start() {
        source.chart().onChange(() -> copying.forEach(FollowerThread::wake));
        copying.forEach(FollowerThread::start);
        comparing.forEach(FollowerThread::start);
    }

    private Duration compare(Copy copy) {
        States.State state = states.of(copy.name());
        Instant now = clock.instant();
        boolean due = state.verification()
                .map(last -> !now.isBefore(last.at().plus(verifyEvery)))
                .orElseGet(() -> state.position() > 0
                        && state.position() >= source.inventory().last());
        if (!due) {
            return LOOK;
        }
        try {
            Drift drift = verifier(copy).verify(true);
            if (drift.missing() + drift.extra() + drift.different() > 0) {
                LOG.warn("the copy {} had drifted: {}", copy.name(), drift);
            }
            return LOOK;
        } catch (CopyException e) {
            LOG.warn("the copy {} could not be compared with the chart: {}", copy.name(), e.getMessage());
            return AGAIN;
        }
    }

    public Verifier verifier(Copy copy) {
        return new Verifier(copy, source.inventory(), states, clock);
    }

    public List<Copy> all() {
        return copies;
    }

    /** A copy and how it is. */
    public record Told(String name, long lag, States.State state) {}

    /** How each is, whichever core keeps it; the lag is in versions of the chart. */
    public List<Told> tell() {
        return copies.stream()
                .map(copy -> {
                    States.State state = states.of(copy.name());
                    return new Told(copy.name(), Math.max(0, source.inventory().last() - state.position()), state);
                })
                .toList();
    }

    @Override
    public void close() throws InterruptedException {
        copying.forEach(FollowerThread::end);
        comparing.forEach(FollowerThread::end);
        for (FollowerThread thread : copying) {
            thread.close();
        }
        for (FollowerThread thread : comparing) {
            thread.close();
        }
        copies.forEach(copy -> copy.store().close());
    }
}
