package org.fieldward.installer.outage;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.fieldward.edge.buffer.BufferSettings;
import org.fieldward.edge.buffer.ReadingBuffer.Append;
import org.fieldward.edge.buffer.ReadingBuffer.Group;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Value;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * What a ward says in some hours without a link, written by the gateway's own buffer into its own file: each reading
 * committed by itself, as it is when thirty devices speak once a second each at a moment of its own.
 */
final class OfflineDay {

    private static final String[] KEYS = {
        "heart-rate", "pulse-rate", "respiratory-rate", "spo2", "arterial-systolic", "temperature"
    };
    private static final int[] SCALE = {0, 0, 0, 0, 0, 1};

    private final List<String> devices;
    private final Random random;
    private final long[][] now;

    OfflineDay(List<String> devices, long seed) {
        this.devices = devices;
        random = new Random(seed);
        now = new long[devices.size()][];
        for (int device = 0; device < now.length; device++) {
            long rate = 60 + random.nextInt(40);
            now[device] = new long[] {
                rate,
                rate,
                12 + random.nextInt(8),
                94 + random.nextInt(5),
                100 + random.nextInt(40),
                362 + random.nextInt(15)
            };
        }
    }

    /**
     * @param perCommit readings in one commit
     * @param scratch where the file is written, if not in its place: a folder in memory saves an fsync for each
     * @return readings
     */
    long write(Path data, Instant from, int seconds, int perCommit, Path scratch) throws IOException {
        long written = 0;
        Files.createDirectories(scratch);
        var clock = new AtomicReference<>(from);
        try (var buffer = SqliteReadingBuffer.open(scratch, BufferSettings.DEFAULT, new SecureRandom(), clock::get)) {
            var group = new ArrayList<Entry>();
            for (int second = 0; second < seconds; second++) {
                // What waits for long comes to lie together in the file, as it would have.
                clock.set(from.plusSeconds(second));
                for (int device = 0; device < now.length; device++) {
                    group.add(reading(device, from.plusSeconds(second), second * 1000L));
                    if (group.size() >= perCommit) {
                        written += commit(buffer, group);
                    }
                }
            }
            written += commit(buffer, group);
        }
        try (Stream<Path> files = Files.list(scratch)) {
            for (Path file : files.toList()) {
                Files.copy(file, data.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                Files.delete(file);
            }
        }
        return written;
    }

    private static int commit(SqliteReadingBuffer buffer, List<Entry> group) {
        int size = group.size();
        if (size > 0) {
            buffer.commit(new Group(
                    List.of(new Append(group, OptionalLong.empty())), List.of(), SequenceSet.EMPTY, List.of()));
            group.clear();
        }
        return size;
    }

    private Reading reading(int device, Instant second, long tick) {
        var values = new ArrayList<Value>(KEYS.length);
        for (int i = 0; i < KEYS.length; i++) {
            if (random.nextInt(3) == 0) {
                now[device][i] = Math.max(1, now[device][i] + random.nextInt(3) - 1);
            }
            Parameter parameter = Catalogue.standard().key(KEYS[i]);
            values.add(new Value.Quantity(
                    parameter,
                    BigDecimal.valueOf(now[device][i], SCALE[i]),
                    parameter.unit().orElseThrow()));
        }
        long phase = device * 1_000_000L / devices.size();
        Instant measured = second.plusNanos(phase * 1000);
        var stamp = new Stamp(
                Optional.of(measured), measured.plusMillis(3), tick + phase / 1000, 77, ClockState.SYNCHRONISED);
        return new Reading(new DeviceId(devices.get(device)), stamp, values);
    }
}
