package org.fieldward.installer.cut;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.fieldward.edge.buffer.BufferSettings;
import org.fieldward.edge.buffer.sqlite.BufferCheck;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * What the gateway's files hold after a power cut. It is read from a copy, so that the gateway itself finds them as the
 * cut left them.
 *
 * @param times device times by device
 * @param again readings that are there more than once: said again by a device whose acknowledgement was cut off
 * @param findings what verify says, and whether the file had to be set aside
 */
record Copy(Map<String, Set<Instant>> times, long again, List<String> findings) {

    static Copy read(Path data, Path scratch) throws IOException {
        for (String name : List.of("buffer.db", "buffer.db-wal", "buffer.key")) {
            Files.deleteIfExists(scratch.resolve(name));
            if (Files.exists(data.resolve(name))) {
                Files.copy(data.resolve(name), scratch.resolve(name));
            }
        }
        try (Stream<Path> earlier = Files.list(scratch)) {
            for (Path file : earlier.filter(one -> one.getFileName().toString().endsWith("-shm"))
                    .toList()) {
                Files.delete(file);
            }
        }
        try (var buffer =
                SqliteReadingBuffer.open(scratch, BufferSettings.DEFAULT, new SecureRandom(), InstantSource.system())) {
            Optional<String> damage = buffer.damage();
            return damage.isPresent()
                    ? new Copy(Map.of(), 0, List.of(damage.get()))
                    : of(buffer, BufferCheck.check(scratch).findings());
        }
    }

    private static Copy of(SqliteReadingBuffer buffer, List<String> findings) {
        var times = new HashMap<String, Set<Instant>>();
        long again = 0;
        SequenceSet seen = SequenceSet.EMPTY;
        while (true) {
            var slice = buffer.read(Lane.VITAL, new SequenceRange(1, Long.MAX_VALUE / 2), seen, 1000);
            if (slice.isEmpty()) {
                return new Copy(times, again, findings);
            }
            for (Sequenced one : BatchCodec.decode(slice.get().content().toByteArray())) {
                Instant time = one.entry().stamp().deviceTime().orElseThrow();
                boolean isNew = times.computeIfAbsent(one.entry().device().name(), device -> new HashSet<>())
                        .add(time);
                again += isNew ? 0 : 1;
            }
            seen = seen.plus(slice.get().sequences());
        }
    }

    Set<Instant> times(String device) {
        return times.getOrDefault(device, Set.of());
    }
}
