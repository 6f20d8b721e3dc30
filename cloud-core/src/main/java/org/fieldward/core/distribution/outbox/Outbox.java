package org.fieldward.core.distribution.outbox;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.fieldward.core.delivery.Backoff;
import org.fieldward.core.delivery.Sender;
import org.fieldward.core.distribution.outbox.OutboxFollower.Member;
import org.fieldward.core.distribution.source.Source;
import org.fieldward.core.journal.FollowerThread;

/**
 * Makes events and tells them. An event is made once, in the transaction that moves its source's cursor, and told until its
 * receiver took it: at least once, in order. One core of those that share a database does it; another takes over when that
 * one ends.
 */
public final class Outbox implements AutoCloseable {

    private static final long LEASE = 0x0077_6172_6400_0001L;
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(10);
    private static final Duration FORGET_EVERY = Duration.ofMinutes(10);
    private static final Duration IDLE = Duration.ofMillis(250);

    /** Where events come from, and what makes receivers of what is stored. */
    public record Parts(
            List<Source> sources, Function<Entry, Receiver> interpreter, Registrar registrar, Sender sender) {
        public Parts {
            sources = List.copyOf(sources);
        }
    }

    private final OutboxFollower follower;
    private final Courier courier;
    /** Under load many writes are one step's work. */
    private static final Duration BREATH = Duration.ofMillis(20);

    private final SqlEvents events;
    private final SqlReceivers receivers;
    private final Registrar registrar;
    private final SqlLease lease;
    private final OutboxSettings settings;
    private final InstantSource clock;
    private final FollowerThread thread;
    private Instant forgotAt = Instant.EPOCH;

    public Outbox(
            DataSource database, Parts parts, OutboxSettings settings, RandomGenerator random, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        registrar = parts.registrar();
        events = new SqlEvents(database);
        receivers = new SqlReceivers(database);
        follower = new OutboxFollower(database, parts.sources(), parts.interpreter(), registrar, clock);
        courier = new Courier(
                events,
                receivers,
                parts.sender(),
                new Backoff(FIRST_RETRY, LONGEST_RETRY, random),
                settings,
                clock,
                this::wake);
        lease = new SqlLease(database, LEASE);
        thread = new FollowerThread("outbox", () -> lease.isHeld() && step() ? Duration.ZERO : IDLE, BREATH);
    }

    public Outbox start() {
        thread.start();
        return this;
    }

    /** A hint that something may have happened; never blocks. */
    public void wake() {
        thread.wake();
    }

    /**
     * The same of a source that says so many times a second: while nobody wants anything of it, it is looked at when there
     * is nothing else to do, which is some times a second.
     */
    public void wake(Source source) {
        if (!follower.isUnwanted(source)) {
            thread.wake();
        }
    }

    /** Makes what events there are to make and begins to tell what waits. False if there was nothing to make. */
    boolean step() {
        boolean made = follower.step();
        courier.begin(follower.members());
        for (Member member : follower.members().values()) {
            if (!member.entry().told()) {
                OptionalLong heeded = registrar.tell(member.entry());
                if (heeded.isPresent()) {
                    receivers.told(member.entry(), heeded);
                }
            }
        }
        Instant now = clock.instant();
        if (forgotAt.plus(FORGET_EVERY).isBefore(now)) {
            forgotAt = now;
            events.forget(now.minus(settings.keep()));
        }
        return made;
    }

    /** Waits for what is under way; whatever was not taken is told by the next start. */
    @Override
    public void close() throws InterruptedException {
        thread.end();
        courier.close();
        thread.close();
        lease.close();
    }
}
