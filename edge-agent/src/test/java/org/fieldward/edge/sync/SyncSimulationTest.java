package org.fieldward.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.LongStream;
import org.fieldward.edge.buffer.InMemoryBuffer;
import org.fieldward.edge.buffer.ReadingBuffer.Append;
import org.fieldward.edge.buffer.ReadingBuffer.Committed;
import org.fieldward.edge.buffer.ReadingBuffer.Group;
import org.fieldward.edge.buffer.Readings;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The real decider against a link that is cut, delays and goes half-open, and a gateway that crashes; all from a seed. */
class SyncSimulationTest {

    static List<Long> seeds() {
        return LongStream.range(0, Long.getLong("fieldward.seeds", 50)).boxed().toList();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everything_stored_reaches_the_core_and_is_then_forgotten(long seed) {
        var world = new World(seed);

        world.run(Duration.ofMinutes(15));
        world.heal();
        world.run(Duration.ofMinutes(30));

        assertThat(world.core.keySet())
                .as("seed %d: %d cuts, %d crashes, %d resent", seed, world.cuts, world.crashes, world.again)
                .isEqualTo(world.evidence.keySet());
        assertThat(world.core).isEqualTo(world.evidence);
        assertThat(world.left()).isZero();
        assertThat(world.cuts + world.crashes).isPositive();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void one_seed_is_one_story(long seed) {
        assertThat(story(seed)).isEqualTo(story(seed));
    }

    private static String story(long seed) {
        var world = new World(seed);
        world.run(Duration.ofMinutes(5));
        return world.cuts + " " + world.crashes + " " + world.again + " " + world.core.size() + " " + world.left();
    }

    private static final class World {
        private static final SyncSettings SETTINGS = new SyncSettings(
                50,
                Duration.ofMillis(50),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(20),
                new SyncSettings.Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofSeconds(60)));

        private final Random random;
        private final InMemoryBuffer buffer = new InMemoryBuffer(Long.MAX_VALUE);
        private final Map<Long, Entry> evidence = new HashMap<>();
        private final Map<Long, Entry> core = new HashMap<>();
        private final PriorityQueue<Letter> post =
                new PriorityQueue<>(Comparator.comparingLong(Letter::at).thenComparingLong(Letter::order));
        private SyncDecider decider;
        private long now;
        private long order;
        private long sessions;
        private long talking = -1;
        private boolean reachable = true;
        private boolean halfOpen;
        private boolean calm;
        private int stored;
        private int cuts;
        private int crashes;
        private int again;

        private record Letter(long at, long order, long session, Runnable content) {}

        World(long seed) {
            random = new Random(seed);
            decider = fresh();
        }

        private SyncDecider fresh() {
            return new SyncDecider(SETTINGS, buffer::nextSequence, () -> ++sessions, random::nextDouble, now);
        }

        void heal() {
            calm = true;
            reachable = true;
            halfOpen = false;
        }

        long left() {
            long left = 0;
            for (Lane lane : Lane.values()) {
                left += buffer.backlog(lane).records();
            }
            return left;
        }

        void run(Duration span) {
            long end = now + span.toMillis();
            while (now < end) {
                now += 20 + random.nextInt(180);
                if (!calm) {
                    store();
                    misfortune();
                }
                while (!post.isEmpty() && post.peek().at() <= now) {
                    Letter letter = post.remove();
                    letter.content().run();
                }
                on(new SyncEvent.Tick());
            }
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
            Committed committed = buffer.commit(new Group(
                    List.of(new Append(entries, OptionalLong.empty())), List.of(), SequenceSet.EMPTY, List.of()));
            for (Sequenced one : committed.entries()) {
                evidence.put(one.sequence(), one.entry());
                on(new SyncEvent.Stored(one.entry().lane(), 1));
            }
        }

        private void misfortune() {
            switch (random.nextInt(1500)) {
                case 0 -> cut(true);
                case 1 -> {
                    cut(false);
                    halfOpen = true;
                }
                case 2 -> {
                    crashes++;
                    post.clear();
                    talking = -1;
                    decider = fresh();
                }
                case 3, 4, 5, 6 -> {
                    reachable = true;
                    halfOpen = false;
                }
                default -> {}
            }
        }

        private void cut(boolean noticed) {
            cuts++;
            reachable = false;
            long session = talking;
            // What was under way is gone, except for an answer of the old session that lingers in a queue.
            post.removeIf(letter -> random.nextInt(10) > 0);
            talking = -1;
            if (noticed) {
                on(new SyncEvent.LinkDown(session));
            }
        }

        private void on(SyncEvent first) {
            SyncEvent event = first;
            while (true) {
                switch (decider.on(event, now)) {
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
            if (!reachable) {
                if (random.nextBoolean()) {
                    post(session, () -> on(new SyncEvent.LinkDown(session)));
                }
                return;
            }
            talking = session;
            post(session, () -> {
                forget(SequenceSet.of(
                        core.keySet().stream().map(SequenceRange::of).toList()));
                on(new SyncEvent.Welcomed(session, 1 + random.nextInt(8), 1 + random.nextInt(2)));
            });
        }

        private SyncEvent send(SyncAction.Send send) {
            var slice = buffer.read(send.source().lane(), send.within(), send.excluding(), send.max());
            if (slice.isEmpty()) {
                return new SyncEvent.NothingThere(send.source());
            }
            long session = talking;
            if (reachable && !halfOpen && session > 0) {
                post(session, () -> {
                    for (Sequenced one : BatchCodec.decode(slice.get().content().toByteArray())) {
                        again += core.put(one.sequence(), one.entry()) == null ? 0 : 1;
                    }
                    post(session, () -> {
                        forget(slice.get().sequences());
                        on(new SyncEvent.Confirmed(session, slice.get().sequences()));
                    });
                });
            }
            return new SyncEvent.Sent(send.source(), slice.get().sequences());
        }

        private void forget(SequenceSet confirmed) {
            assertThat(core.keySet().containsAll(numbers(confirmed))).isTrue();
            buffer.commit(new Group(List.of(), List.of(), confirmed, List.of()));
        }

        private static List<Long> numbers(SequenceSet set) {
            var numbers = new ArrayList<Long>();
            for (SequenceRange range : set.ranges()) {
                for (long i = range.first(); i <= range.last(); i++) {
                    numbers.add(i);
                }
            }
            return numbers;
        }

        private void post(long session, Runnable content) {
            post.add(new Letter(now + 5 + random.nextInt(200), order++, session, content));
        }
    }
}
