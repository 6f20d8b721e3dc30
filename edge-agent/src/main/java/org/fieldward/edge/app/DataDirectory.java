package org.fieldward.edge.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.fieldward.edge.schema.SqliteLibrary;
import org.jspecify.annotations.Nullable;

/** The folder that one agent, and only one, works in. */
public final class DataDirectory implements AutoCloseable {

    private final Path directory;
    private final FileChannel channel;
    private final FileLock lock;

    private DataDirectory(Path directory, FileChannel channel, FileLock lock) {
        this.directory = directory;
        this.channel = channel;
        this.lock = lock;
    }

    /** Empty if a running agent holds it. */
    public static Optional<DataDirectory> hold(Path directory) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            FileChannel channel = FileChannel.open(
                    directory.resolve("agent.lock"), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                return Optional.empty();
            }
            SqliteLibrary.keepIn(directory.resolve("native"));
            return Optional.of(new DataDirectory(directory, channel, lock));
        } catch (IOException e) {
            throw new AgentException("could not use the data directory " + directory + ": " + e.getMessage(), e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held by this very process, as in a test.
            return null;
        }
    }

    /**
     * Greater than any before: the core tells by it which of two sessions is the newer. Kept apart from the buffer, which
     * may be set aside.
     */
    public synchronized long nextSession(long nowMillis) {
        Path file = directory.resolve("session");
        try {
            long next = Math.max(lastSession(file) + 1, nowMillis);
            replaceDurably(file, Long.toString(next));
            return next;
        } catch (IOException e) {
            throw new AgentException("could not number a session in " + file + ": " + e.getMessage(), e);
        }
    }

    /** A damaged number is none: that the core refuses a session is better than that none is ever tried. */
    private static long lastSession(Path file) throws IOException {
        String text = Files.exists(file)
                ? Files.readString(file, StandardCharsets.ISO_8859_1).strip()
                : "";
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    /** Like {@link #replace}, and after a power cut too there is the old text or the new one. */
    private void replaceDurably(Path file, String text) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(draft, text);
        try (FileChannel written = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            written.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /** Readers see the old text or the new one, never half of it. */
    static void replace(Path file, String text) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(draft, text);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    public Path path() {
        return directory;
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new AgentException("could not let go of " + directory, e);
        }
    }
}
