package org.fieldward.edge.buffer.torn;

import static org.fieldward.edge.fuzz.Check.that;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.fieldward.edge.buffer.torn.TornRow.Value;
import org.fieldward.edge.fuzz.Dice;

/** Any bytes as pages of a file and of its log: looking for rows never throws and never makes more than is there. */
public final class TornFuzz {

    private static final int MAX_PAGES = 4;
    private static final Path FOLDER = folder();

    private TornFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        var dice = new Dice(data);
        int pages = dice.below(MAX_PAGES + 1);
        int frames = dice.below(MAX_PAGES + 1);
        Path file = FOLDER.resolve("torn.db");
        try {
            Files.write(file, file(dice, pages));
            Files.write(FOLDER.resolve("torn.db-wal"), log(dice, frames));
            try (var torn = new TornFile(file)) {
                that(torn.places() == pages + frames, "every whole page is a place");
                for (long place = 0; place < torn.places(); place++) {
                    check(torn.rows(place));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void check(List<TornRow> rows) {
        for (TornRow row : rows) {
            for (Value value : row.values()) {
                that(
                        !(value instanceof Value.Bytes bytes) || bytes.bytes().size() <= 16 << 20,
                        "a row is no longer than its limit");
            }
            that(row.numbers(0, row.values().size() + 1).isEmpty(), "what is not there is no number");
        }
    }

    /** Pages of rows, so that few bytes lead far; what the dice do not fill is zeros. */
    private static byte[] file(Dice dice, int pages) {
        byte[] content = new byte[pages * TornFile.PAGE_BYTES];
        for (int page = 0; page < pages; page++) {
            int header = page * TornFile.PAGE_BYTES + (page == 0 ? 100 : 0);
            page(dice, content, header, TornFile.PAGE_BYTES - (page == 0 ? 100 : 0));
        }
        return content;
    }

    private static byte[] log(Dice dice, int frames) {
        byte[] content = new byte[32 + frames * (24 + TornFile.PAGE_BYTES)];
        for (int frame = 0; frame < frames; frame++) {
            int at = 32 + frame * (24 + TornFile.PAGE_BYTES);
            content[at + 3] = (byte) dice.below(MAX_PAGES + 2);
            page(dice, content, at + 24, TornFile.PAGE_BYTES);
        }
        return content;
    }

    private static void page(Dice dice, byte[] content, int at, int room) {
        if (dice.flag()) {
            // A page in the middle of a row: the number of the next, and bytes.
            content[at + 3] = (byte) dice.below(MAX_PAGES + 2);
            put(dice.take(dice.octet()), content, at + 4, room - 4);
            return;
        }
        content[at] = 0x0D;
        int cells = dice.below(4);
        content[at + 4] = (byte) cells;
        for (int cell = 0; cell < cells; cell++) {
            int where = 16 + dice.twoOctets() % (TornFile.PAGE_BYTES - 16);
            content[at + 8 + 2 * cell] = (byte) (where >> 8);
            content[at + 9 + 2 * cell] = (byte) where;
            int from = at % TornFile.PAGE_BYTES == 100 ? where - 100 : where;
            put(dice.take(dice.octet()), content, at + Math.max(16, from), room - Math.max(16, from));
        }
    }

    private static void put(byte[] bytes, byte[] content, int at, int room) {
        int length = Math.clamp(room, 0, bytes.length);
        System.arraycopy(Arrays.copyOf(bytes, length), 0, content, at, length);
    }

    private static Path folder() {
        try {
            Path memory = Path.of("/dev/shm");
            Path folder = Files.isWritable(memory)
                    ? Files.createTempDirectory(memory, "fieldward-")
                    : Files.createTempDirectory("fieldward-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
