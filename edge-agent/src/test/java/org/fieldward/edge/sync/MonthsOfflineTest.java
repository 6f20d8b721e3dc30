package org.fieldward.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.fieldward.edge.buffer.BufferSettings;
import org.fieldward.edge.buffer.ReadingBuffer.Append;
import org.fieldward.edge.buffer.ReadingBuffer.Group;
import org.fieldward.edge.buffer.ReadingBuffer.Slice;
import org.fieldward.edge.buffer.Readings;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;
import org.fieldward.proto.sequence.SequenceSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A ward of twelve monitors without a link for days and months, in the real buffer; then the link comes back. */
class MonthsOfflineTest {

    private static final int BEDS = 12;
    private static final Parameter HEART_RATE = Catalogue.standard().key("heart-rate");
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir(factory = InMemoryFolder.class)
    Path folder;

    @ParameterizedTest(name = "{0} offline, a reading of each bed every {1}")
    @CsvSource({"PT72H, PT2M", "P180D, PT1H"})
    void everything_arrives_after_a_long_time_offline_and_the_gateway_never_held_more_in_memory_than_on_its_first_day(
            Duration offline, Duration period) {
        var clock = new AtomicReference<>(NOON);
        try (var buffer = SqliteReadingBuffer.open(folder, BufferSettings.DEFAULT, new SecureRandom(), clock::get)) {
            var ward = new Ward(buffer, period, clock);

            ward.run(Duration.ofDays(1));
            long firstDay = ward.mostHeld;
            ward.run(offline.minusDays(1));

            long stored = offline.dividedBy(period) * BEDS;
            assertThat(buffer.backlog(Lane.VITAL).records()).isEqualTo(stored);
            assertThat(ward.mostHeld).as("one more may wait to be gathered").isBetween(firstDay, firstDay + 1);
            assertThat(ward.calls).as("it kept calling").isGreaterThan(offline.toHours() * 20);

            ward.reachable = true;
            ward.run(Duration.ofHours(1));

            long kept = stored + Duration.ofHours(1).dividedBy(period) * BEDS;
            assertThat(ward.arrived.cardinality()).isEqualTo((int) kept);
            assertThat(buffer.hasBacklog()).isFalse();
            assertThat(ward.repeated).isZero();
            System.out.printf(
                    "%s offline: %,d readings, %,d calls, at most %d elements held offline, caught up in %d s simulated%n",
                    offline, stored, ward.calls, firstDay, ward.caughtUpAfter / 1000);
        }
    }

    private static Reading reading(long sequence, long second) {
        return new Reading(
                new DeviceId("monitor-" + sequence % BEDS),
                Readings.stamp(second),
                List.of(new Value.Quantity(HEART_RATE, BigDecimal.valueOf(600 + sequence % 400, 1), Unit.PER_MINUTE)));
    }

    private static final class Ward {
        private static final long ROUND_TRIP = 200;
        private static final long LOOK_EVERY = 600_000;

        private final SqliteReadingBuffer buffer;
        private final long period;
        private final AtomicReference<Instant> clock;
        private final Random random = new Random(1);
        private final SyncDecider decider;
        private final Deque<Slice> underWay = new ArrayDeque<>();
        private final BitSet arrived = new BitSet();
        private boolean reachable;
        private long now;
        private long nextReadings;
        private long sessions;
        private long calls;
        private long mostHeld;
        private long nextLook;
        private long repeated;
        private long onlineSince;
        private long caughtUpAfter;

        Ward(SqliteReadingBuffer buffer, Duration period, AtomicReference<Instant> clock) {
            this.buffer = buffer;
            this.clock = clock;
            this.period = period.toMillis();
            decider = new SyncDecider(
                    SyncSettings.DEFAULT, buffer::nextSequence, () -> ++sessions, random::nextDouble, () -> true, now);
        }

        void run(Duration span) {
            long end = now + span.toMillis();
            while (now < end) {
                if (now >= nextReadings) {
                    store();
                    nextReadings += period;
                }
                on(new SyncEvent.Tick());
                if (underWay.isEmpty()) {
                    // To when something happens next, as the uplink sleeps.
                    now = Math.clamp(decider.wakeAt(now), now + 1, Math.min(end, Math.max(now + 1, nextReadings)));
                } else {
                    now += ROUND_TRIP;
                    confirm(underWay.remove());
                }
                if (!reachable && now >= nextLook) {
                    nextLook = now + LOOK_EVERY;
                    mostHeld = Math.max(mostHeld, Held.elements(decider, buffer));
                }
            }
        }

        private void store() {
            clock.set(NOON.plusMillis(now));
            long next = buffer.nextSequence();
            List<Reading> readings = LongStream.range(next, next + BEDS)
                    .mapToObj(sequence -> reading(sequence, now / 1000))
                    .toList();
            buffer.commit(new Group(
                    List.of(new Append(readings, OptionalLong.empty())), List.of(), SequenceSet.EMPTY, List.of()));
            on(new SyncEvent.Stored(Lane.VITAL, BEDS));
        }

        private void confirm(Slice slice) {
            buffer.commit(new Group(List.of(), List.of(), slice.sequences(), List.of()));
            if (!buffer.hasBacklog() && caughtUpAfter == 0) {
                caughtUpAfter = now - onlineSince;
            }
            on(new SyncEvent.Confirmed(sessions, slice.sequences()));
        }

        private void on(SyncEvent first) {
            Optional<SyncEvent> event = Optional.of(first);
            while (event.isPresent()) {
                event = act(decider.on(event.get(), now));
            }
        }

        private Optional<SyncEvent> act(SyncAction action) {
            return switch (action) {
                case SyncAction.Nothing nothing -> Optional.empty();
                case SyncAction.Hangup hangup -> Optional.empty();
                case SyncAction.Connect connect -> {
                    calls++;
                    onlineSince = now;
                    yield Optional.of(
                            reachable
                                    ? new SyncEvent.Welcomed(connect.session(), 4, 2)
                                    : new SyncEvent.LinkDown(connect.session()));
                }
                case SyncAction.Send send -> {
                    Optional<Slice> slice =
                            buffer.read(send.source().lane(), send.within(), send.excluding(), send.max());
                    slice.ifPresent(this::arrive);
                    yield Optional.of(
                            slice.isPresent()
                                    ? new SyncEvent.Sent(
                                            send.source(), slice.get().sequences(), 100)
                                    : new SyncEvent.NothingThere(send.source()));
                }
            };
        }

        private void arrive(Slice slice) {
            underWay.add(slice);
            for (Sequenced one : BatchCodec.decode(slice.content().toByteArray())) {
                long second = (one.sequence() - 1) / BEDS * period / 1000;
                assertThat(one.entry()).isEqualTo(reading(one.sequence(), second));
                repeated += arrived.get((int) one.sequence()) ? 1 : 0;
                arrived.set((int) one.sequence());
            }
        }
    }
}
