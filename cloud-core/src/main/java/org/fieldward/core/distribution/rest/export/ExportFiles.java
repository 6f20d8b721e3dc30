package org.fieldward.core.distribution.rest.export;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The files of exports, for the core's own eyes: a folder for each export, a file of lines for each type. */
final class ExportFiles {

    private final Path folder;
    private final String home;

    /** @param names makes the name of a folder that has none */
    ExportFiles(Path folder, Supplier<String> names) {
        this.folder = folder;
        try {
            make(folder);
            Path name = folder.resolve("home");
            if (!Files.exists(name)) {
                Files.writeString(name, names.get());
            }
            home = Files.readString(name).strip();
        } catch (IOException e) {
            throw new ExportException("exports could not use their folder", e);
        }
    }

    /** Names this folder among those of all cores. */
    String home() {
        return home;
    }

    private static void make(Path folder) throws IOException {
        Files.createDirectories(folder);
        if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }

    Path file(String job, String type) {
        return folder.resolve(job).resolve(type + ".ndjson");
    }

    /** Writes lines to a file that gets its name when it is whole and on the disk. */
    long write(String job, String type, Lines lines) {
        Path whole = file(job, type);
        Path part = folder.resolve(job).resolve(type + ".part");
        try {
            make(folder.resolve(job));
            long[] count = {0};
            try (BufferedWriter writer = Files.newBufferedWriter(part, StandardCharsets.UTF_8)) {
                lines.to(line -> {
                    writer.write(line);
                    writer.write('\n');
                    count[0]++;
                });
            }
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
            return count[0];
        } catch (IOException e) {
            throw new ExportException("an export's file could not be written", e);
        }
    }

    /** Takes a line. */
    interface Sink {
        void line(String text) throws IOException;
    }

    /** Gives lines. */
    interface Lines {
        void to(Sink sink) throws IOException;
    }

    void remove(String job) {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder.resolve(job))) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        } catch (NoSuchFileException nothingWasWritten) {
            return;
        } catch (IOException e) {
            throw new ExportException("an export's folder could not be read", e);
        }
        try {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new ExportException("an export's files could not be deleted", e);
        }
    }
}
