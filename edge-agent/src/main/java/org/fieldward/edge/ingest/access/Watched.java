package org.fieldward.edge.ingest.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.function.Supplier;

/** What a file says, read again when it changes. Thread-safe. */
final class Watched<T> {

    private final Path path;
    private final Supplier<T> reader;
    private volatile T value;
    private Optional<Version> version;

    /** The time alone misses a file that was copied over with the time of its source. */
    private record Version(FileTime modified, long bytes, Optional<Object> key) {}

    /** Reads at once. Blocks. */
    Watched(Path path, Supplier<T> reader) {
        this.path = path;
        this.reader = reader;
        version = look();
        value = reader.get();
    }

    T get() {
        return value;
    }

    /**
     * Reads the file again if it changed. A file that cannot be understood leaves everything as it was and is read again
     * the next time, so that the complaint does not end before the fault does. Blocks.
     *
     * @return whether it changed
     */
    synchronized boolean refresh() {
        Optional<Version> now = look();
        if (now.equals(version)) {
            return false;
        }
        value = reader.get();
        version = now;
        return true;
    }

    /** Empty if there is no such file. */
    private Optional<Version> look() {
        try {
            var file = Files.readAttributes(path, BasicFileAttributes.class);
            return Optional.of(new Version(file.lastModifiedTime(), file.size(), Optional.ofNullable(file.fileKey())));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new AccountException("could not look at " + path, e);
        }
    }
}
