package org.fieldward.edge.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.fieldward.edge.buffer.BufferWriter;
import org.fieldward.edge.buffer.CommitListener;
import org.fieldward.edge.buffer.ReadingBuffer;
import org.fieldward.edge.buffer.ReadingBuffer.Slice;
import org.fieldward.edge.buffer.document.Ruling;
import org.fieldward.edge.pace.Progress;
import org.fieldward.edge.pace.TransferGate;
import org.fieldward.edge.sync.CloudLink.ClockReading;
import org.fieldward.edge.sync.CloudLink.Hello;
import org.fieldward.edge.sync.SyncEvent.NothingThere;
import org.fieldward.edge.sync.SyncEvent.Sent;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.sequence.SequenceSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what {@link SyncDecider} decides, on one thread. Everything that happens is put in a mailbox and handled there, so
 * the decider, the session and the counters need no lock.
 */
public final class Uplink implements CommitListener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Uplink.class);

    private static final long NEVER = Long.MAX_VALUE / 4;

    private final ReadingBuffer buffer;
    private final BufferWriter writer;
    private final CloudLink link;
    private final About about;
    private final TransferGate gate;
    private final Copies copies;
    private final SyncDecider decider;
    private final LinkedBlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
    private final AtomicLongArray stored = new AtomicLongArray(Lane.values().length);
    private final AtomicBoolean counting = new AtomicBoolean();
    private final Thread thread;

    private CloudLink.@Nullable Session session;
    private Spoken spoken = new Spoken(0);
    private long batchNumber;

    /** The core can hold no sequence of this life from here on: none of them was ever sent. */
    private final AtomicLong unsentFrom;

    private long heartbeatEvery = NEVER;
    private long heartbeatAt = NEVER;
    private boolean running = true;

    private final Progress progress = new Progress();
    private Optional<Instant> lastConfirmedAt = Optional.empty();
    private Optional<String> problem = Optional.empty();
    private long confirmed;
    private long accepted;
    private final Map<String, Long> quarantined = new TreeMap<>();
    private volatile SyncStatus status;

    /**
     * What the uplink says about the agent.
     *
     * @param sessions gives the next session number; each greater than any before, also over restarts
     * @param clock the gateway's clocks now
     * @param documentsMark of the newest ruling about a document that is kept
     * @param coreClock where the core's time goes
     */
    public record About(
            String gateway,
            String software,
            LongSupplier sessions,
            Supplier<ClockReading> clock,
            GatewayClock coreClock,
            Supplier<Health> health,
            LongSupplier documentsMark) {}

    public record Health(int devices, long rejected) {}

    /** @param chance uniform in [0, 1) */
    public Uplink(
            SyncSettings settings,
            ReadingBuffer buffer,
            BufferWriter writer,
            CloudLink link,
            About about,
            DoubleSupplier chance) {
        this.buffer = buffer;
        this.writer = writer;
        this.link = link;
        this.about = about;
        copies = new Copies(buffer, writer, about.gateway());
        unsentFrom = new AtomicLong(buffer.nextSequence());
        gate = new TransferGate(settings.pace().window());
        decider =
                new SyncDecider(settings, buffer::nextSequence, about.sessions(), chance, this::mayReadingsGo, tick());
        status = describe();
        thread = Thread.ofPlatform().name("uplink").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    @Override
    public void committed(List<Sequenced> entries) {
        for (Sequenced one : entries) {
            stored.getAndIncrement(one.entry().lane().ordinal());
        }
        // One letter is enough, however many commits it stands for.
        if (!counting.getAndSet(true)) {
            mailbox.add(this::countStored);
        }
    }

    /** Older records came to light: the backlog does not end where it seemed to. */
    public void salvaged() {
        mailbox.add(() -> on(new SyncEvent.Salvaged()));
    }

    /**
     * What lies below may come to the core, over this link or in another way.
     *
     * @return the first sequence of which the core can hold nothing yet
     */
    public long carried(long below) {
        return unsentFrom.accumulateAndGet(below, Math::max);
    }

    public SyncStatus status() {
        return status;
    }

    /** Readings as opposed to alarms and events, which always may. */
    private boolean mayReadingsGo() {
        return gate.isOpen(about.clock().get().now());
    }

    private void look() {
        long now = tick();
        if (!(decider.state() instanceof SyncDecider.State.Online) || !mayReadingsGo()) {
            progress.stopped();
        } else if (progress.isDue(now)) {
            progress.saw(Waiting.in(buffer, about.clock().get().now()).total(), now);
        }
    }

    private long tick() {
        return about.clock().get().tickMillis();
    }

    private void run() {
        while (running) {
            try {
                long now = tick();
                long wait = Math.min(decider.wakeAt(now), heartbeatAt) - now;
                Runnable letter = mailbox.poll(Math.clamp(wait, 0, 1000), TimeUnit.MILLISECONDS);
                if (letter != null) {
                    letter.run();
                }
                on(new SyncEvent.Tick());
                beat();
                look();
                status = describe();
            } catch (InterruptedException e) {
                running = false;
            } catch (RuntimeException e) {
                // One bad answer must not end the uplink for good: begin the session anew.
                LOG.error("uplink failed and begins anew", e);
                fail(e.getClass().getSimpleName());
            }
        }
        if (session != null) {
            session.hangup();
        }
    }

    private void fail(String why) {
        problem = Optional.of(why);
        on(new SyncEvent.LinkDown(decider.session()));
    }

    private void countStored() {
        counting.set(false);
        for (Lane lane : Lane.values()) {
            long count = stored.getAndSet(lane.ordinal(), 0);
            if (count > 0) {
                on(new SyncEvent.Stored(lane, count));
            }
        }
    }

    private void on(SyncEvent first) {
        SyncEvent event = first;
        while (true) {
            SyncAction action = decider.on(event, tick());
            switch (action) {
                case SyncAction.Nothing nothing -> {
                    return;
                }
                case SyncAction.Connect connect -> {
                    connect(connect.session());
                    return;
                }
                case SyncAction.Hangup hangup -> {
                    if (event instanceof SyncEvent.Tick) {
                        problem = Optional.of("no welcome or no confirmation in time");
                    }
                    hangup(hangup.session());
                    return;
                }
                case SyncAction.Send send -> event = send(send);
            }
        }
    }

    private SyncEvent send(SyncAction.Send send) {
        Optional<Slice> slice = spoken.read(buffer, send);
        if (slice.isEmpty() || session == null) {
            return new NothingThere(send.source());
        }
        carried(slice.get().sequences().ranges().getLast().last() + 1);
        long bytes = session.send(++batchNumber, slice.get(), send.source().late());
        return new Sent(send.source(), slice.get().sequences(), bytes);
    }

    private void connect(long number) {
        batchNumber = 0;
        var hello = new Hello(
                about.gateway(),
                number,
                buffer.lives(),
                Waiting.firstOf(buffer),
                buffer.nextSequence(),
                about.software(),
                about.clock().get(),
                about.documentsMark().getAsLong());
        session = link.connect(hello, new Mail(number));
    }

    private void hangup(long number) {
        heartbeatAt = NEVER;
        if (session != null) {
            session.hangup();
            session = null;
        }
        LOG.info("link: session {} ended: {}", number, problem.orElse(""));
    }

    private void welcome(long number, CloudLink.Welcome welcome) {
        if (!decider.isCurrent(number)) {
            return;
        }
        heartbeatEvery = Math.max(1000, welcome.heartbeat().toMillis());
        heartbeatAt = tick();
        spoken = new Spoken(welcome.protocol());
        LOG.info("link: session {} is up, window {}", number, welcome.window());
        on(new SyncEvent.Welcomed(number, welcome.window(), welcome.protocol()));
    }

    private void beat() {
        long now = tick();
        if (session == null || now < heartbeatAt) {
            return;
        }
        heartbeatAt = now + heartbeatEvery;
        ClockReading clock = about.clock().get();
        if (spoken.hasGaps()) {
            var unused = writer.tellGaps(
                    new Stamp(Optional.empty(), clock.now(), clock.tickMillis(), clock.boot(), clock.state()));
        }
        session.heartbeat(Waiting.pulse(buffer, clock, about.health().get()));
    }

    private SyncStatus describe() {
        SyncStatus.Link state = switch (decider.state()) {
            case SyncDecider.State.Waiting waiting -> SyncStatus.Link.WAITING;
            case SyncDecider.State.Connecting connecting -> SyncStatus.Link.CONNECTING;
            case SyncDecider.State.Online online -> SyncStatus.Link.UP;
        };
        boolean held = state == SyncStatus.Link.UP && !mayReadingsGo();
        return new SyncStatus(
                state,
                decider.session(),
                lastConfirmedAt,
                confirmed,
                accepted,
                quarantined,
                problem,
                held,
                progress.left(),
                copies.noticedAt(),
                state == SyncStatus.Link.UP ? spoken.protocol() : 0);
    }

    /** Ends the session and waits for the thread. What is not confirmed stays in the buffer. */
    @Override
    public void close() {
        mailbox.add(() -> running = false);
        try {
            if (thread.getState() != Thread.State.NEW && !thread.join(Duration.ofSeconds(10))) {
                LOG.warn("uplink did not end within 10 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Puts what a session says into the mailbox, under its number. */
    private final class Mail implements CloudLink.Listener {
        private final long number;

        Mail(long number) {
            this.number = number;
        }

        @Override
        public void welcomed(CloudLink.Welcome welcome) {
            mailbox.add(() -> about.coreClock().coreSaid(welcome.coreNow(), tick()));
            boolean shared = copies.isShared(welcome.covered(), unsentFrom.get());
            if (shared || welcome.copy()) {
                copies.noticed(about.clock().get().now());
            }
            if (shared) {
                var unused = copies.part().whenComplete((done, failure) -> ended("this epoch is a copy's too"));
                return;
            }
            // A full disk may not let it forget; the session is good all the same, and a repeated record is harmless.
            var unused = copies.forget(welcome.covered())
                    .whenComplete((done, failure) -> mailbox.add(() -> welcome(number, welcome)));
        }

        @Override
        public void confirmed(long epoch, SequenceSet sequences) {
            SequenceSet own = buffer.lives().within(epoch, sequences);
            if (own.isEmpty()) {
                return;
            }
            // The decider hears of it only when the buffer has forgotten durably, or it would send them again.
            var unused = writer.confirm(epoch, sequences)
                    .thenRun(() -> mailbox.add(() -> {
                        confirmed += own.size();
                        lastConfirmedAt = Optional.of(about.clock().get().now());
                        on(new SyncEvent.Confirmed(number, own));
                    }));
        }

        @Override
        public void refused(CloudLink.Refused refused) {
            mailbox.add(() -> {
                problem = Optional.of("refused, " + refused.reason() + ": " + refused.detail());
                on(new SyncEvent.Refused(number, refused.retryAfter()));
            });
        }

        @Override
        public void judged(CloudLink.Verdicts verdicts) {
            mailbox.add(() -> {
                accepted += verdicts.accepted();
                verdicts.quarantined().forEach((reason, count) -> quarantined.merge(reason, count, Long::sum));
            });
        }

        @Override
        public void ruled(List<Ruling> rulings) {
            var unused = writer.judge(rulings);
        }

        @Override
        public void coreSaid(Instant now) {
            mailbox.add(() -> about.coreClock().coreSaid(now, tick()));
        }

        @Override
        public void ended(String why) {
            mailbox.add(() -> {
                problem = Optional.of(why);
                on(new SyncEvent.LinkDown(number));
            });
        }
    }
}
