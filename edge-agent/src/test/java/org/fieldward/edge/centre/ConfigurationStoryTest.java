package org.fieldward.edge.centre;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.fieldward.edge.buffer.AppendResult.Stored;
import org.fieldward.edge.buffer.BufferSettings;
import org.fieldward.edge.buffer.ReadingBuffer;
import org.fieldward.edge.buffer.Readings;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.edge.centre.ConfigurationDesk.Answer;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A real buffer with a backlog under configurations that are good, wrong, cut the link or kill the agent, from a seed. */
class ConfigurationStoryTest {

    private static final InstantSource NOON = InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z"));
    private static final ConfigurationDesk.Rules RULES =
            new ConfigurationDesk.Rules(3, Duration.ofSeconds(60), Duration.ofSeconds(15));
    private static final int STEPS = 25;

    @TempDir
    Path folder;

    private long tick;
    private long version;
    private Optional<Configuration> mustHold = Optional.empty();

    private enum Kind {
        GOOD,
        WRONG,
        CUTS_THE_LINK,
        KILLS
    }

    static List<Long> seeds() {
        long count = Long.getLong("fieldward.seeds", 4);
        var seeds = new ArrayList<Long>();
        for (long seed = 1; seed <= count; seed++) {
            seeds.add(seed);
        }
        return seeds;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatever_the_centre_says_no_record_is_lost_and_no_sequence_given_twice(long seed) {
        var random = new Random(seed);
        long epoch = 0;
        long next = 1;
        ConfigurationDesk desk = start();
        SqliteReadingBuffer buffer = open(desk);
        try {
            for (int step = 0; step < STEPS; step++) {
                if (random.nextInt(3) == 0) {
                    Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
                    buffer.close();
                    desk = offered(desk, kind, random);
                    buffer = open(desk);
                }
                int count = 1 + random.nextInt(20);
                assertThat(append(buffer, count)).isEqualTo(new Stored(next, next + count - 1));
                next += count;
                epoch = epoch == 0 ? buffer.lives().all().getFirst().epoch() : epoch;
                assertThat(buffer.lives().all().getFirst().epoch()).isEqualTo(epoch);
                assertThat(buffer.damage()).isEmpty();
                assertThat(desk.present()).as("step %s", step).isEqualTo(mustHold);
            }
            assertThat(sequences(buffer)).hasSize((int) (next - 1)).doesNotHaveDuplicates();
        } finally {
            buffer.close();
        }
    }

    /** Plays it out until it is decided; returns the desk of the agent that lives then. */
    private ConfigurationDesk offered(ConfigurationDesk first, Kind kind, Random random) {
        ConfigurationDesk desk = first;
        var configuration = new Configuration(++version, Map.of("buffer.max-group", Long.toString(1 + version)));
        Optional<String> refusal = kind == Kind.WRONG ? Optional.of("wrong") : Optional.empty();
        Answer answer = desk.offer(configuration, refusal, tick);
        assertThat(answer instanceof Answer.Refused).isEqualTo(kind == Kind.WRONG);
        switch (kind) {
            case WRONG -> {}
            case GOOD -> {
                // One crash on the way is no reason to give it up.
                desk = random.nextBoolean() ? start() : desk;
                assertThat(look(desk, OptionalLong.of(version), 16)).isEqualTo(ConfigurationDesk.Look.PROVEN);
                mustHold = Optional.of(configuration);
            }
            case CUTS_THE_LINK ->
                assertThat(look(desk, OptionalLong.empty(), 61)).isEqualTo(ConfigurationDesk.Look.ROLLED_BACK);
            case KILLS -> {
                for (int start = 0; desk.isOnTrial(); start++) {
                    assertThat(start).isLessThanOrEqualTo(RULES.starts());
                    open(desk).close();
                    desk = start();
                }
            }
        }
        return random.nextInt(4) == 0 ? start() : desk;
    }

    private ConfigurationDesk.Look look(ConfigurationDesk desk, OptionalLong session, int seconds) {
        for (int second = 0; second < seconds; second++) {
            ConfigurationDesk.Look look = desk.look(session, tick);
            if (look != ConfigurationDesk.Look.NOTHING) {
                return look;
            }
            tick += 1_000;
        }
        return desk.look(session, tick);
    }

    private ConfigurationDesk start() {
        var desk = new ConfigurationDesk(new Slots(folder.resolve("configuration")), RULES);
        desk.begin(tick);
        return desk;
    }

    /** By what the centre set. */
    private SqliteReadingBuffer open(ConfigurationDesk desk) {
        int group = desk.present()
                .map(held -> Integer.parseInt(held.settings().get("buffer.max-group")))
                .orElse(8192);
        var settings = new BufferSettings(4L << 20, 40, 100_000, 10_000, Duration.ZERO, group);
        return SqliteReadingBuffer.open(folder, settings, new SecureRandom(), NOON);
    }

    private static Object append(ReadingBuffer buffer, int count) {
        return buffer.commit(new ReadingBuffer.Group(
                        List.of(new ReadingBuffer.Append(Readings.readings(count), OptionalLong.empty())),
                        List.of(),
                        SequenceSet.EMPTY,
                        List.of()))
                .appends()
                .getFirst();
    }

    private static List<Long> sequences(ReadingBuffer buffer) {
        var found = new ArrayList<Long>();
        SequenceSet seen = SequenceSet.EMPTY;
        while (true) {
            var slice = buffer.read(Lane.VITAL, new SequenceRange(1, Long.MAX_VALUE / 2), seen, 1000);
            if (slice.isEmpty()) {
                return found;
            }
            for (Sequenced one : org.fieldward.proto.batch.BatchCodec.decode(
                    slice.get().content().toByteArray())) {
                found.add(one.sequence());
            }
            seen = seen.plus(slice.get().sequences());
        }
    }
}
