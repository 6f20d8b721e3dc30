package org.fieldward.installer.cut;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.fieldward.installer.part.PartException;
import org.fieldward.installer.part.RunningPart;

/**
 * An ext4 of its own in a file, whose power can be cut: it goes down as it is, without writing anything more, and what
 * was not synced is gone. Needs root.
 */
public final class LoopDisk implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long BYTES = 512L << 20;

    /** What the filesystem may need for itself to take the rest at once; it is filled block by block. */
    private static final long METADATA = 8L << 20;

    private final Path image;
    private final Path folder;
    private final Path log;
    private final String device;
    private volatile boolean closed;

    public LoopDisk(Path work) throws IOException {
        image = work.resolve("disk.img");
        folder = Files.createDirectory(work.resolve("disk"));
        log = work.resolve("disk.log");
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(BYTES);
        }
        device = run("losetup", "-f", "--show", image.toString()).strip();
        try {
            run("mkfs.ext4", "-q", "-F", "-m", "0", device);
            mount();
        } catch (PartException e) {
            run("losetup", "-d", device);
            throw e;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::abandon));
    }

    public Path folder() {
        return folder;
    }

    private void mount() {
        run("mount", device, folder.toString());
    }

    /** From here on nothing reaches the disk. */
    public void cut() {
        run("xfs_io", "-x", "-c", "shutdown", folder.toString());
    }

    /** The machine starts again: the journal is replayed. Nobody may have a file open there. */
    public void powerOn() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        unmount();
        mount();
        // While anybody, also in another namespace, still holds the dead filesystem, a mount shows the dead one again.
        while (!isAlive()) {
            if (System.nanoTime() > deadline) {
                throw new PartException("the disk stays dead: something holds " + folder);
            }
            unmount();
            mount();
        }
    }

    /** Takes all the room there is, until it is given back. */
    public void fill() throws IOException {
        long room = Files.getFileStore(folder).getUsableSpace();
        run(
                "fallocate",
                "-l",
                Long.toString(Math.max(1, room - METADATA)),
                ballast().toString());
        try (var out = Files.newOutputStream(folder.resolve("ballast-rest"))) {
            byte[] block = new byte[4096];
            for (long written = 0; written < BYTES; written += block.length) {
                out.write(block);
            }
        } catch (IOException full) {
            return;
        }
        throw new PartException("the disk could not be filled: " + folder);
    }

    /** Gives back what {@link #fill} took. */
    public void empty() throws IOException {
        Files.deleteIfExists(ballast());
        Files.deleteIfExists(folder.resolve("ballast-rest"));
    }

    private Path ballast() {
        return folder.resolve("ballast");
    }

    private boolean isAlive() {
        try {
            Files.deleteIfExists(Files.write(folder.resolve("alive"), new byte[] {1}));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void unmount() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                run("umount", folder.toString());
                return;
            } catch (PartException busy) {
                if (System.nanoTime() > deadline) {
                    throw busy;
                }
                try {
                    TimeUnit.MILLISECONDS.sleep(20);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new PartException("interrupted while the disk was busy", e);
                }
            }
        }
    }

    /** However the program ends, nothing stays mounted. */
    private void abandon() {
        if (!closed) {
            run("umount", "-l", folder.toString());
            run("losetup", "-d", device);
        }
    }

    private String run(String... command) {
        return RunningPart.run(command[0], List.of(command), log, PATIENCE);
    }

    @Override
    public void close() throws IOException {
        unmount();
        closed = true;
        run("losetup", "-d", device);
        Files.delete(image);
    }
}
