package org.fieldward.edge.buffer;

import static org.fieldward.edge.buffer.Readings.alarm;
import static org.fieldward.edge.buffer.Readings.readings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.fieldward.edge.buffer.AppendResult.Full;
import org.fieldward.edge.buffer.AppendResult.Stored;
import org.fieldward.edge.buffer.ReadingBuffer.Group;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** What happens on a small disk that somebody else fills to the last byte. Run by {@link FullDiskTest}. */
final class FullDiskStory {

    private FullDiskStory() {}

    public static void main(String[] arguments) throws IOException {
        Path disk = Path.of(arguments[0]);
        Path data = disk.resolve("data");
        Path filler = disk.resolve("filler");
        try (var buffer =
                SqliteReadingBuffer.open(data, BufferSettings.DEFAULT, new SecureRandom(), InstantSource.system())) {
            say("before", ReadingBufferContract.append(buffer, readings(5000)));
            say("disk full", buffer.isDiskFull());

            say("last byte taken", fill(filler));
            // What SQLite still has room for in its log may come in.
            AppendResult last = ReadingBufferContract.append(buffer, readings(20_000))
                    .appends()
                    .getFirst();
            for (int i = 0; i < 100 && last instanceof Stored; i++) {
                last = ReadingBufferContract.append(buffer, readings(20_000))
                        .appends()
                        .getFirst();
            }
            say("reading", last instanceof Full);
            say("disk full", buffer.isDiskFull());
            for (int i = 0; i < 3; i++) {
                say(
                        "alarm",
                        ReadingBufferContract.append(buffer, List.of(alarm(i)))
                                        .appends()
                                        .getFirst()
                                instanceof Stored);
                say(
                        "reading",
                        ReadingBufferContract.append(buffer, readings(1))
                                        .appends()
                                        .getFirst()
                                instanceof Full);
            }
            say(
                    "forgotten",
                    buffer.commit(new Group(
                                    List.of(),
                                    List.of(),
                                    SequenceSet.of(new SequenceRange(1, buffer.nextSequence() - 1)),
                                    List.of()))
                            .forgotten());
            say("records left", buffer.backlog(Lane.VITAL).records());

            Files.delete(filler);
            say("after", ReadingBufferContract.append(buffer, readings(10)));
            say("disk full", buffer.isDiskFull());
            say(
                    "lost",
                    buffer.lost().getOrDefault(Lane.VITAL, Map.of()).toString().replaceAll("[0-9]+", "N"));
        }
    }

    private static boolean fill(Path filler) {
        for (int size : new int[] {1 << 16, 1}) {
            try (var out = Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                for (byte[] some = new byte[size]; ; ) {
                    out.write(some);
                }
            } catch (IOException full) {
                continue;
            }
        }
        return true;
    }

    private static void say(String what, ReadingBuffer.Committed committed) {
        say(what, committed.appends().getFirst() instanceof Stored ? "stored" : "refused");
    }

    private static void say(String what, Object outcome) {
        System.out.println(what + ": " + outcome);
    }
}
