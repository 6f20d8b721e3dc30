package org.fieldward.edge.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.fieldward.edge.buffer.AppendResult;
import org.fieldward.edge.buffer.Rejected;
import org.fieldward.edge.buffer.Store;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.AlarmChange.Phase;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;
import org.junit.jupiter.api.Test;

class AlarmWatchTest {

    private static final Instant START = Instant.parse("2026-11-21T08:00:00Z");
    private static final Parameter TEMPERATURE = Catalogue.standard().key("temperature");
    private static final AlarmSettings SETTINGS = new AlarmSettings(
            List.of(Limit.of(TEMPERATURE, "35.0..39.0 delay 0s hysteresis 0.3 priority medium")),
            Duration.ofSeconds(15),
            Duration.ofSeconds(3000),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(900),
            Duration.ofSeconds(60));

    private final long started = System.nanoTime();

    @Test
    void a_change_that_found_no_room_is_stored_before_those_that_came_after_it() throws Exception {
        var store = new RefusingStore(1);
        try (var watch = new AlarmWatch(
                SETTINGS,
                new AlarmWatch.Gateway(new DeviceId("gateway"), () -> true, () -> 0),
                List.of(),
                store,
                change -> {},
                this::now)) {
            watch.start();

            watch.committed(List.of(temperature("40.0")));
            watch.committed(List.of(temperature("37.0")));

            assertThat(store.next().phase()).isEqualTo(Phase.RAISED);
            assertThat(store.next().phase()).isEqualTo(Phase.CLEARED);
        }
    }

    private Stamp now() {
        long millis = (System.nanoTime() - started) / 1_000_000;
        return new Stamp(Optional.empty(), START.plusMillis(millis), millis, 7, ClockState.SYNCHRONISED);
    }

    private Sequenced temperature(String celsius) {
        return new Sequenced(
                1,
                new Reading(
                        new DeviceId("bed-1"),
                        now(),
                        List.of(new Value.Quantity(TEMPERATURE, new BigDecimal(celsius), Unit.CELSIUS))));
    }

    /** Full for so many times, then it takes everything. */
    private static final class RefusingStore implements Store {
        private final AtomicInteger refusals;
        private final LinkedBlockingQueue<AlarmChange> stored = new LinkedBlockingQueue<>();

        RefusingStore(int refusals) {
            this.refusals = new AtomicInteger(refusals);
        }

        @Override
        public CompletionStage<AppendResult> store(List<? extends Entry> entries) {
            if (refusals.getAndDecrement() > 0) {
                return CompletableFuture.completedFuture(new AppendResult.Full(1, 1));
            }
            entries.forEach(entry -> stored.add((AlarmChange) entry));
            return CompletableFuture.completedFuture(new AppendResult.Stored(1, entries.size()));
        }

        @Override
        public CompletionStage<AppendResult> quarantine(Rejected rejected) {
            return CompletableFuture.completedFuture(new AppendResult.Full(1, 1));
        }

        AlarmChange next() throws InterruptedException {
            return Optional.ofNullable(stored.poll(10, TimeUnit.SECONDS)).orElseThrow();
        }
    }
}
