package org.fieldward.edge.stick;

import com.google.protobuf.ByteString;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.fieldward.edge.buffer.ReadingBuffer.Slice;
import org.fieldward.proto.batch.Ranges;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.link.Batch;
import org.fieldward.proto.stick.StickNames;
import org.fieldward.proto.stick.StickWriter;

/**
 * Writes slices into files of bounded size, each whole and durable before it has its name. A stick that is pulled out leaves
 * the files that were done, and a draft that the next export clears away. For one thread.
 */
public final class StickExport implements AutoCloseable {

    private static final int WRITE_AT_ONCE = 1 << 18;
    private static final int DRAFT_BYTES = 4;

    private final Path folder;
    private final Credential own;
    private final long maxFileBytes;
    private final SecureRandom random;
    private final Instant madeAt;
    private final String gateway;

    private Optional<Draft> draft = Optional.empty();
    private long number;
    private int files;
    private long records;
    private long bytes;

    private record Draft(Path path, FileChannel channel, StickWriter writer, long records) {}

    /** What stands on the stick, whole. */
    public record Written(int files, long records, long bytes) {}

    /**
     * @param own signs; the last certificate of its chain is the core's authority, to whom the files are encrypted
     * @param maxFileBytes after which a new file begins
     */
    public StickExport(Path folder, Credential own, long maxFileBytes, SecureRandom random, Instant madeAt) {
        this.folder = folder;
        this.own = own;
        this.maxFileBytes = maxFileBytes;
        this.random = random;
        this.madeAt = madeAt;
        gateway = Pem.commonName(own.certificate());
    }

    public void add(Slice slice) throws IOException {
        Batch batch = Batch.newBuilder()
                .setNumber(++number)
                .setEpoch(slice.epoch())
                .setLaneValue(slice.lane().number())
                .addAllRanges(Ranges.of(slice.sequences()))
                .setContent(slice.content())
                .setLate(true)
                .build();
        if (draft.isPresent() && draft.get().writer().bytes() + StickWriter.bytes(batch) > maxFileBytes) {
            keep(draft.get());
        }
        Draft open = draft.isPresent() ? draft.get() : begin();
        // Kept at once, so that close finds it if the stick fails in the next line.
        draft = Optional.of(open);
        open.writer().write(batch);
        draft = Optional.of(new Draft(
                open.path(),
                open.channel(),
                open.writer(),
                open.records() + slice.sequences().size()));
    }

    /** Ends the last file. What was written is durable then, and the stick may be taken out. */
    public Written finish() throws IOException {
        if (draft.isPresent()) {
            keep(draft.get());
        }
        return written();
    }

    /** What is whole by now. */
    public Written written() {
        return new Written(files, records, bytes);
    }

    private Draft begin() throws IOException {
        if (files == 0) {
            clear();
        }
        byte[] some = new byte[DRAFT_BYTES];
        random.nextBytes(some);
        Path path = folder.resolve(StickNames.draft(StickNames.file(gateway, madeAt, ByteString.copyFrom(some))));
        FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            var out = new BufferedOutputStream(Channels.newOutputStream(channel), WRITE_AT_ONCE);
            var writer = new StickWriter(out, own, own.chain().getLast(), madeAt, random);
            return new Draft(path, channel, writer, 0);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void keep(Draft done) throws IOException {
        done.writer().end();
        done.channel().force(true);
        done.channel().close();
        String name = StickNames.file(gateway, madeAt, done.writer().id());
        Files.move(done.path(), folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        // The name is durable only when its folder is.
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
        draft = Optional.empty();
        files++;
        records += done.records();
        bytes += done.writer().bytes();
    }

    private void clear() throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            for (Path left : found.filter(file ->
                            StickNames.isDraftOf(gateway, file.getFileName().toString()))
                    .toList()) {
                Files.delete(left);
            }
        }
    }

    /** Takes away what was not finished. */
    @Override
    public void close() throws IOException {
        if (draft.isPresent()) {
            draft.get().channel().close();
            Files.deleteIfExists(draft.get().path());
        }
    }
}
