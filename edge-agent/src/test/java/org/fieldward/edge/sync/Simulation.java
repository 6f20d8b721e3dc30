package org.fieldward.edge.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.fieldward.edge.buffer.Lives;
import org.fieldward.edge.buffer.ReadingBuffer.Slice;
import org.fieldward.edge.buffer.Readings;
import org.fieldward.edge.sync.SimulatedCore.Name;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * A gateway with its real buffer and real decider, a link that is cut, delays, goes half-open and flaps, and a core; both
 * crash. All from a seed: no clock, no thread. Every {@link Invariant} is checked as the story goes.
 */
final class Simulation implements AutoCloseable {

    private static final Duration TROUBLE = Duration.ofMinutes(4);
    private static final Duration CALM = Duration.ofMinutes(2);

    /** More calls than full jitter makes in this time, also when the gateway's failures began anew once or twice. */
    private static final int MAX_CALLS = 20;

    private static final long CALLS_WITHIN = 30_000;

    /** How a story ended. */
    sealed interface Outcome {
        /** @param digest of everything that happened, in order */
        record Held(String digest, Map<String, Long> counts) implements Outcome {}

        record Broke(Invariant invariant, String what) implements Outcome {}
    }

    private record Letter(long at, long order, Runnable content) {}

    private record Batch(Slice slice, boolean late) {}

    private final Random random;
    private final Optional<PlantedBug> bug;
    private final Path folder;
    private SimulatedBuffer buffer;

    /** A copy of the gateway that runs too, but is not heard now. */
    private Optional<SimulatedBuffer> other = Optional.empty();

    private Optional<SimulatedBuffer> backup = Optional.empty();
    private int folders;
    private final SimulatedCore core;
    private SimulatedDecider decider;

    private final Map<Name, Sequenced> evidence = new HashMap<>();
    private final Set<Name> setAside = new HashSet<>();
    private final PriorityQueue<Letter> post =
            new PriorityQueue<>(Comparator.comparingLong(Letter::at).thenComparingLong(Letter::order));
    private final MessageDigest trace;
    private final Map<String, Long> counts = new LinkedHashMap<>();

    private long now;
    private long order;
    private long sessions;
    private boolean reachable = true;
    private boolean halfOpen;
    private boolean flapping;
    private long coreBusyUntil;
    private int stored;

    /** The session as the gateway sees it: what went out in it, by number, and what waits for its confirm. */
    private long talking = -1;

    private final Map<Integer, Batch> underWay = new TreeMap<>();
    private int batches;
    private SequenceSet sent = SequenceSet.EMPTY;
    private final Deque<Long> calls = new ArrayDeque<>();

    Simulation(long seed, Path folder, Optional<PlantedBug> bug) {
        this.random = new Random(seed);
        this.bug = bug;
        this.folder = folder;
        buffer = new SimulatedBuffer(newFolder(), bug);
        core = new SimulatedCore(evidence, bug);
        decider = freshDecider();
        try {
            trace = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /** Trouble of every kind, then calm, then the account. */
    static Outcome run(long seed, Path folder, Optional<PlantedBug> bug) {
        try (var story = new Simulation(seed, folder, bug)) {
            story.go(TROUBLE, true);
            story.reachable = true;
            story.halfOpen = false;
            story.flapping = false;
            story.go(CALM, false);
            if (story.other.isPresent()) {
                story.turn();
                story.go(CALM, false);
            }
            story.account();
            return new Outcome.Held(HexFormat.of().formatHex(story.trace.digest()), story.counts);
        } catch (Invariant.Broken broken) {
            return new Outcome.Broke(broken.invariant(), broken.what());
        }
    }

    private void go(Duration span, boolean trouble) {
        long end = now + span.toMillis();
        while (now < end) {
            now += 50 + random.nextInt(400);
            if (trouble) {
                store();
                misfortune();
            }
            while (!post.isEmpty() && post.peek().at() <= now) {
                post.remove().content().run();
            }
            if (random.nextInt(3) > 0) {
                core.commit();
            }
            if (now >= coreBusyUntil) {
                core.follow(random.nextInt(4), now);
            }
            on(new SyncEvent.Tick());
        }
    }

    private void account() {
        long left = buffer.records() + other.map(SimulatedBuffer::records).orElse(0L);
        Invariant.BACKLOG_DRAINS.check(left == 0, left + " records are still in the buffer");
        evidence.keySet().stream()
                .filter(name -> !setAside.contains(name))
                .forEach(name -> Invariant.EVERYTHING_ARRIVES.check(
                        core.held(name.epoch()).contains(name.sequence()) && core.isApplied(name),
                        "sequence " + name.sequence() + " was acknowledged and has no result"));
        counts.put("readings", (long) evidence.size());
        counts.put("resent", core.repeated());
        note("end " + counts);
    }

    private void store() {
        if (random.nextInt(3) > 0) {
            return;
        }
        var entries = new ArrayList<Entry>();
        for (int i = random.nextInt(20); i >= 0; i--) {
            stored++;
            entries.add(
                    switch (random.nextInt(30)) {
                        case 0 -> Readings.alarm(stored);
                        case 1 -> Readings.status(stored);
                        default -> Readings.reading(stored);
                    });
        }
        var counted = new long[Lane.values().length];
        boolean unheard = other.isPresent() && random.nextBoolean();
        SimulatedBuffer into = unheard ? other.get() : buffer;
        List<Sequenced> answered = into.store(entries);
        for (Sequenced one : answered) {
            var name = new Name(into.lives().of(one.sequence()).epoch(), one.sequence());
            Invariant.SEQUENCE_GIVEN_ONCE.check(
                    evidence.put(name, one) == null, "sequence " + one.sequence() + " was given to another record");
            counted[one.entry().lane().ordinal()]++;
        }
        note("stored " + entries.size());
        if (unheard) {
            return;
        }
        for (Lane lane : Lane.values()) {
            if (counted[lane.ordinal()] > 0) {
                on(new SyncEvent.Stored(lane, counted[lane.ordinal()]));
            }
        }
    }

    private void misfortune() {
        if (flapping && random.nextInt(4) > 0) {
            // Long enough to tell who calls too often from who was unlucky.
            return;
        }
        int chance = random.nextInt(500);
        if (chance < 3) {
            count("cuts");
            cut();
            on(new SyncEvent.LinkDown(talking));
        } else if (chance < 6 || chance >= 40 && chance < 46) {
            count("half-open");
            cut();
            halfOpen = true;
        } else if (chance < 9) {
            count("gateway crashes");
            buffer.crash();
            restarted();
        } else if (chance < 12) {
            count("core crashes");
            core.crash();
            cut();
            on(new SyncEvent.LinkDown(talking));
        } else if (chance < 13) {
            count("damaged files");
            setAside(Set.of());
            buffer.damage();
            restarted();
        } else if (chance < 15) {
            count("flapping");
            flapping = true;
        } else if (chance < 17) {
            coreBusyUntil = now + random.nextInt(20_000);
        } else if (chance < 25) {
            reachable = true;
            halfOpen = false;
            flapping = false;
        } else if (chance < 26) {
            count("backups");
            backup.ifPresent(SimulatedBuffer::close);
            backup = Optional.of(buffer.copyTo(newFolder()));
        } else if (chance < 27) {
            backup.ifPresent(this::restore);
        } else if (chance < 28 && other.isEmpty()) {
            count("clones");
            other = Optional.of(buffer.copyTo(newFolder()));
        } else if (chance < 29 && other.isPresent()) {
            turn();
        }
    }

    /** What was stored after the copy was made, and did not reach the core, went with the disk. */
    private void restore(SimulatedBuffer from) {
        count("restored backups");
        setAside(from.names());
        buffer.restore(from);
        restarted();
    }

    private void setAside(Set<Name> saved) {
        buffer.names().stream()
                .filter(name -> !saved.contains(name))
                .filter(name -> !core.held(name.epoch()).contains(name.sequence()))
                .forEach(setAside::add);
    }

    /** The other copy of the gateway is heard from now on. */
    private void turn() {
        count("turns");
        SimulatedBuffer silent = buffer;
        buffer = other.orElseThrow();
        other = Optional.of(silent);
        restarted();
    }

    private Path newFolder() {
        try {
            return Files.createDirectory(folder.resolve("disk-" + ++folders));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void restarted() {
        post.clear();
        talking = -1;
        calls.clear();
        decider = freshDecider();
    }

    private SimulatedDecider freshDecider() {
        return new SimulatedDecider(buffer, () -> ++sessions, random::nextDouble, now, bug);
    }

    /** What was under way is gone, except for what lingers in a queue and comes when nobody waits for it any more. */
    private void cut() {
        reachable = false;
        List<Letter> lingering = post.stream()
                .sorted(post.comparator())
                .filter(letter -> random.nextInt(5) == 0)
                .toList();
        post.clear();
        lingering.forEach(letter -> post.add(new Letter(now + random.nextInt(5000), order++, letter.content())));
    }

    private void on(SyncEvent first) {
        SyncEvent event = first;
        while (true) {
            SyncAction action = decider.on(event, now);
            if (!(event instanceof SyncEvent.Tick && action instanceof SyncAction.Nothing)) {
                note(event + " -> " + action);
            }
            switch (action) {
                case SyncAction.Nothing nothing -> {
                    return;
                }
                case SyncAction.Connect connect -> {
                    connect(connect.session());
                    return;
                }
                case SyncAction.Hangup hangup -> {
                    talking = -1;
                    return;
                }
                case SyncAction.Send send -> event = send(send);
            }
        }
    }

    private void connect(long session) {
        calls.addLast(now);
        while (calls.getFirst() < now - CALLS_WITHIN) {
            calls.removeFirst();
        }
        Invariant.CALLS_SPACED.check(
                calls.size() <= MAX_CALLS, calls.size() + " calls within " + CALLS_WITHIN / 1000 + " s");
        talking = session;
        batches = 0;
        underWay.clear();
        sent = SequenceSet.EMPTY;
        if (!reachable) {
            if (random.nextBoolean()) {
                post(() -> on(new SyncEvent.LinkDown(session)));
            }
            return;
        }
        post(() -> {
            buffer.lives().all().forEach(life -> forget(life.epoch(), core.covered(life.epoch())));
            on(new SyncEvent.Welcomed(session, 1 + random.nextInt(8), 1 + random.nextInt(2)));
            if (flapping) {
                post(() -> on(new SyncEvent.LinkDown(session)));
            }
        });
    }

    private SyncEvent send(SyncAction.Send send) {
        var read = buffer.read(send.source().lane(), send.within(), send.excluding(), send.max());
        if (read.isEmpty() || talking < 0) {
            return new SyncEvent.NothingThere(send.source());
        }
        Slice slice = read.get();
        Invariant.SENT_ONCE_A_SESSION.check(
                slice.sequences().and(sent).isEmpty(), slice.sequences() + " went out before in this session");
        sent = sent.plus(slice.sequences());
        if (slice.lane() != Lane.ALARM) {
            buffer.alarms()
                    .forEach(alarm -> Invariant.ALARMS_FIRST.check(
                            sent.contains(alarm) || slice.lane() == Lane.EVENT,
                            "alarm " + alarm + " waits behind lane " + slice.lane()));
        }
        long session = talking;
        long epoch = slice.epoch();
        int number = batches++;
        underWay.put(number, new Batch(slice, send.source().late()));
        if (has(PlantedBug.DELETE_BEFORE_CONFIRM)) {
            forget(epoch, slice.sequences());
        }
        if (reachable && !halfOpen) {
            post(() ->
                    core.receive(epoch, slice, confirmed -> post(() -> confirmed(session, epoch, number, confirmed))));
        }
        return new SyncEvent.Sent(
                send.source(), slice.sequences(), slice.content().size());
    }

    private void confirmed(long session, long epoch, int number, SequenceSet sequences) {
        forget(epoch, sequences);
        Batch ofThatNumber = underWay.get(number);
        if (ofThatNumber != null && has(PlantedBug.FOREIGN_ACK_COUNTED)) {
            forget(ofThatNumber.slice().epoch(), ofThatNumber.slice().sequences());
        }
        if (session == talking) {
            underWay.remove(number);
            if (ofThatNumber != null && !ofThatNumber.late() && has(PlantedBug.LIVE_CONFIRM_TAKEN_FOR_BACKLOG)) {
                underWay.values().stream()
                        .filter(Batch::late)
                        .forEach(batch ->
                                forget(batch.slice().epoch(), batch.slice().sequences()));
            }
        }
        on(new SyncEvent.Confirmed(session, sequences));
    }

    private void forget(long epoch, SequenceSet confirmed) {
        Lives lives = buffer.lives();
        SequenceSet own = has(PlantedBug.COVERED_BEYOND_THE_TRUNK) ? confirmed : lives.within(epoch, confirmed);
        for (Lives.Life life : lives.all()) {
            SequenceSet early = lives.within(life.epoch(), own).minus(core.held(life.epoch()));
            Invariant.FORGETS_ONLY_WHAT_IS_HELD.check(
                    early.isEmpty(), "the gateway was to forget " + early + ", which the journal does not hold");
        }
        buffer.forget(own);
    }

    private boolean has(PlantedBug one) {
        return bug.isPresent() && bug.get() == one;
    }

    private void post(Runnable content) {
        post.add(new Letter(now + 5 + random.nextInt(200), order++, content));
    }

    private void count(String what) {
        counts.merge(what, 1L, Long::sum);
        note(what);
    }

    private void note(String what) {
        trace.update((now + " " + what + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        buffer.close();
        other.ifPresent(SimulatedBuffer::close);
        backup.ifPresent(SimulatedBuffer::close);
    }
}
