package org.fieldward.core.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.function.Consumer;
import org.fieldward.core.archive.Manifest.Part;
import org.fieldward.core.observation.Days;

/**
 * Keeps a folder of one Parquet file per day in step with the store. A day that is there as the store has it is left alone, so
 * an archive that was broken off goes on where it was, and a day that was corrected since is written anew. Nothing is deleted
 * from the store.
 */
public final class Archive {

    private final Days days;
    private final Path folder;

    /** What happened to a day. */
    public sealed interface Done {

        LocalDate day();

        record Written(LocalDate day, long readings, long rows, long bytes) implements Done {}

        record Unchanged(LocalDate day) implements Done {}
    }

    public Archive(Days days, Path folder) {
        this.days = days;
        this.folder = folder;
    }

    /**
     * Every day before {@code until}, oldest first.
     *
     * @throws ArchiveException if the folder or the store failed; what was told before is durable
     */
    public void keep(LocalDate until, Consumer<Done> tell) {
        try {
            Files.createDirectories(folder);
            Manifest manifest = Manifest.read(folder).orElse(Manifest.empty());
            for (Days.Day day : days.before(until)) {
                if (manifest.of(day.day()).filter(part -> isSame(part, day)).isPresent()) {
                    tell.accept(new Done.Unchanged(day.day()));
                    continue;
                }
                Part part = write(day.day());
                manifest = manifest.with(part);
                durably(Manifest.NAME, manifest.json().getBytes(StandardCharsets.UTF_8));
                tell.accept(new Done.Written(part.day(), part.readings(), part.rows(), part.bytes()));
            }
        } catch (IOException | UncheckedIOException e) {
            throw new ArchiveException("the folder " + folder + " could not be written", e);
        }
    }

    private boolean isSame(Part part, Days.Day day) {
        return part.readings() == day.readings()
                && part.lastBatch() == day.lastBatch()
                && Files.exists(folder.resolve(part.file()));
    }

    private Part write(LocalDate day) throws IOException {
        String name = "readings-" + day + ".parquet";
        Path draft = folder.resolve(name + ".part");
        Days.Day read;
        long rows;
        try (var file = new ReadingsFile(draft)) {
            read = days.read(day, observed -> {
                try {
                    file.write(observed);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            rows = file.rows();
        }
        // Its hash goes into the manifest, so it must not be able to change or vanish after that.
        force(draft);
        String digest = Digest.of(draft);
        long bytes = Files.size(draft);
        move(draft, folder.resolve(name));
        return new Part(day, name, read.readings(), rows, bytes, digest, read.firstBatch(), read.lastBatch());
    }

    private void durably(String name, byte[] content) throws IOException {
        Path draft = folder.resolve(name + ".part");
        Files.write(draft, content);
        force(draft);
        move(draft, folder.resolve(name));
    }

    private void move(Path draft, Path file) throws IOException {
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(folder);
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
