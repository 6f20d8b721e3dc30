package org.fieldward.edge.buffer.torn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pages of an SQLite file and of its log, each looked at by itself (SQLite file format, sections 1.6, 2.1 and 4). No
 * header, tree or checksum is believed: whoever reads must be able to tell a right row from a wrong one. A page may be here
 * in several versions, and so may a row. For one thread.
 */
public final class TornFile implements AutoCloseable {

    /** As every file of ours has it; the one that stands in a torn header is worth nothing. */
    static final int PAGE_BYTES = 4096;

    private static final int FILE_HEADER_BYTES = 100;
    private static final int LOG_HEADER_BYTES = 32;
    private static final int FRAME_HEADER_BYTES = 24;
    private static final int TABLE_LEAF = 0x0D;
    private static final int MAX_FRAMES = 1 << 18;

    private final List<FileChannel> open = new ArrayList<>();
    private final Optional<FileChannel> file;
    private final Optional<FileChannel> log;
    private final long filePages;
    private final int frames;

    /** Where in the log the newest version of a page is. */
    private final Map<Integer, Integer> newest = new HashMap<>();

    /** @param file whose log has the same name and {@code -wal} behind it; either may be missing */
    public TornFile(Path file) throws IOException {
        this.file = open(file);
        log = open(file.resolveSibling(file.getFileName() + "-wal"));
        filePages = this.file.isPresent() ? this.file.get().size() / PAGE_BYTES : 0;
        frames = log.isPresent() ? readFrames(log.get()) : 0;
    }

    private Optional<FileChannel> open(Path path) throws IOException {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        open.add(channel);
        return Optional.of(channel);
    }

    private int readFrames(FileChannel channel) throws IOException {
        long whole = Math.max(0, channel.size() - LOG_HEADER_BYTES) / (FRAME_HEADER_BYTES + PAGE_BYTES);
        int count = (int) Math.min(MAX_FRAMES, whole);
        for (int frame = 0; frame < count; frame++) {
            newest.put(read(channel, frameAt(frame), 4).getInt(), frame);
        }
        return count;
    }

    private static long frameAt(int frame) {
        return LOG_HEADER_BYTES + (long) frame * (FRAME_HEADER_BYTES + PAGE_BYTES);
    }

    private static ByteBuffer read(FileChannel channel, long at, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) >= 0) {
            // A file may end in the middle; the rest is zeros, in which no row is.
            continue;
        }
        return buffer.clear();
    }

    public long filePages() {
        return filePages;
    }

    /** How many places there are to look at: the pages of the file, then those of the log. */
    public long places() {
        return filePages + frames;
    }

    /** The rows on the page at this place, as far as they can be put together; none where it holds no rows of a table. */
    public List<TornRow> rows(long place) throws IOException {
        boolean isInLog = place >= filePages;
        ByteBuffer page =
                isInLog ? frame((int) (place - filePages)) : read(file.orElseThrow(), place * PAGE_BYTES, PAGE_BYTES);
        int header = place == 0 && !isInLog ? FILE_HEADER_BYTES : 0;
        var rows = new ArrayList<TornRow>();
        if (page.get(header) != TABLE_LEAF) {
            return rows;
        }
        int cells = Short.toUnsignedInt(page.getShort(header + 3));
        for (int cell = 0; cell < cells && header + 10 + 2 * cell <= PAGE_BYTES; cell++) {
            int at = Short.toUnsignedInt(page.getShort(header + 8 + 2 * cell));
            row(page, at, isInLog).ifPresent(rows::add);
            if (Cell.spills(page, at)) {
                // Which version of the pages behind it belongs to it is not known: both are offered.
                row(page, at, !isInLog).ifPresent(rows::add);
            }
        }
        return rows;
    }

    private Optional<TornRow> row(ByteBuffer page, int at, boolean fromLog) throws IOException {
        Optional<Cell> cell = Cell.at(page, at);
        if (cell.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer payload = ByteBuffer.allocate(cell.get().size());
        payload.put(cell.get().local());
        int next = cell.get().overflow();
        while (payload.hasRemaining()) {
            Optional<ByteBuffer> more = page(next, fromLog);
            if (more.isEmpty()) {
                return Optional.empty();
            }
            next = more.get().getInt(0);
            payload.put(more.get().slice(4, Math.min(payload.remaining(), PAGE_BYTES - 4)));
        }
        return TornRow.of(cell.get().rowid(), payload.flip());
    }

    private Optional<ByteBuffer> page(int number, boolean preferLog) throws IOException {
        Integer frame = newest.get(number);
        boolean isInFile = number >= 1 && number <= filePages;
        if (frame != null && (preferLog || !isInFile)) {
            return Optional.of(frame(frame));
        }
        return isInFile
                ? Optional.of(read(file.orElseThrow(), (number - 1L) * PAGE_BYTES, PAGE_BYTES))
                : Optional.empty();
    }

    private ByteBuffer frame(int frame) throws IOException {
        return read(log.orElseThrow(), frameAt(frame) + FRAME_HEADER_BYTES, PAGE_BYTES);
    }

    @Override
    public void close() throws IOException {
        for (FileChannel channel : open) {
            channel.close();
        }
    }
}
