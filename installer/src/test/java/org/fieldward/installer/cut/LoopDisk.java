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
final class LoopDisk implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long BYTES = 512L << 20;

    private final Path image;
    private final Path folder;
    private final Path log;
    private final String device;

    LoopDisk(Path work) throws IOException {
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
    }

    Path folder() {
        return folder;
    }

    private void mount() {
        run("mount", device, folder.toString());
    }

    /** From here on nothing reaches the disk. */
    void cut() {
        run("xfs_io", "-x", "-c", "shutdown", folder.toString());
    }

    /** The machine starts again: the journal is replayed. Nobody may have a file open there. */
    void powerOn() {
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

    private String run(String... command) {
        return RunningPart.run(command[0], List.of(command), log, PATIENCE);
    }

    @Override
    public void close() throws IOException {
        unmount();
        run("losetup", "-d", device);
        Files.delete(image);
    }
}
