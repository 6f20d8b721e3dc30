package org.fieldward.edge.buffer;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Value;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * How many readings of six values, stored one by one from several threads, become durable in a second. Run by hand:
 * arguments are directory, threads, un-acknowledged stores per thread, seconds.
 */
public final class BufferBench {

    private BufferBench() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        int threads = Integer.parseInt(arguments[1]);
        int window = Integer.parseInt(arguments[2]);
        long seconds = Long.parseLong(arguments[3]);
        var settings = new BufferSettings(40L << 30, 40, 64 << 20, 64 << 20, Duration.ZERO, 8192);
        try (var buffer = SqliteReadingBuffer.open(directory, settings, new SecureRandom(), InstantSource.system())) {
            var commits = new AtomicLong();
            var writer = new BufferWriter(buffer, settings, entries -> commits.incrementAndGet(), e -> {});
            var stored = new AtomicLong();
            long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
            var running = new ArrayList<Thread>();
            for (int t = 0; t < threads; t++) {
                int number = t;
                running.add(Thread.ofPlatform().start(() -> load(number, window, end, writer, stored)));
            }
            long before = 0;
            long commitsBefore = 0;
            while (!running.getFirst().join(Duration.ofSeconds(1))) {
                System.out.printf(
                        "%,d readings/s, %,d commits/s, %.1f bytes a reading%n",
                        stored.get() - before,
                        commits.get() - commitsBefore,
                        buffer.usage().bytesUsed() / (double) stored.get());
                before = stored.get();
                commitsBefore = commits.get();
            }
            for (Thread thread : running) {
                thread.join();
            }
            drain(buffer, writer);
            writer.close();
        }
    }

    private static void load(int number, int window, long end, BufferWriter writer, AtomicLong stored) {
        var room = new Semaphore(window);
        List<Reading> ward = new ArrayList<>();
        for (int i = 0; i < 997; i++) {
            ward.add(reading(number * 12 + i % 12, i));
        }
        for (int i = 0; System.nanoTime() < end; i++) {
            room.acquireUninterruptibly();
            var unused = writer.store(List.of(ward.get(i % ward.size()))).whenComplete((result, failure) -> {
                room.release();
                stored.incrementAndGet();
            });
        }
        room.acquireUninterruptibly(window);
    }

    private static void drain(ReadingBuffer buffer, BufferWriter writer) throws Exception {
        long from = System.nanoTime();
        long count = 0;
        var all = new SequenceRange(1, Long.MAX_VALUE / 2);
        while (true) {
            var slice = buffer.read(Lane.VITAL, all, SequenceSet.EMPTY, 1000);
            if (slice.isEmpty()) {
                break;
            }
            count += slice.get().sequences().size();
            writer.confirm(slice.get().epoch(), slice.get().sequences())
                    .toCompletableFuture()
                    .get();
        }
        System.out.printf("read and confirmed %,d readings/s%n", count * 1_000_000_000L / (System.nanoTime() - from));
    }

    private static Reading reading(int device, int i) {
        var catalogue = Catalogue.standard();
        var values = new ArrayList<Value>();
        int[] base = {72, 16, 97, 120, 80, 93};
        String[] keys = {"heart-rate", "respiratory-rate", "spo2", "systolic", "diastolic", "mean-arterial-pressure"};
        for (int v = 0; v < keys.length; v++) {
            var parameter = catalogue.key(keys[v]);
            values.add(new Value.Quantity(
                    parameter,
                    BigDecimal.valueOf(base[v] + i / 12 * 7 % 3),
                    parameter.unit().orElseThrow()));
        }
        var stamp = new Stamp(
                Optional.empty(),
                Instant.parse("2026-11-21T08:00:00Z").plusMillis(i * 83L),
                i * 83L,
                7,
                ClockState.SYNCHRONISED);
        return new Reading(new DeviceId("monitor-" + device), stamp, values);
    }
}
