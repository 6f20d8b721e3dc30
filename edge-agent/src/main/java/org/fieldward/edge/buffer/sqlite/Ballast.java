package org.fieldward.edge.buffer.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.random.RandomGenerator;

/**
 * A file that only takes up room. On a disk with no byte left it is thrown overboard, so that alarms can still be written
 * and what the core confirmed can be forgotten: SQLite needs room even to delete.
 */
final class Ballast {

    static final String NAME = "ballast";

    static final int BYTES = 4 << 20;

    private static final int PIECE = 64 << 10;

    private final Path directory;
    private final Path file;
    private final RandomGenerator random;
    private volatile boolean held;

    /** @param random fills it with bytes that no filesystem makes smaller */
    Ballast(Path directory, RandomGenerator random) {
        this.directory = directory;
        file = directory.resolve(NAME);
        this.random = random;
        held = isWhole();
        if (!held) {
            take();
        }
    }

    private boolean isWhole() {
        try {
            return Files.exists(file) && Files.size(file) == BYTES;
        } catch (IOException e) {
            return false;
        }
    }

    /** False while the disk is so full that only alarms and events may come in. */
    boolean isHeld() {
        return held;
    }

    void release() {
        held = false;
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // Nothing more can be done here; what the caller tries next fails by itself if there is no room.
            return;
        }
    }

    /** Takes it on again if as much is free besides. */
    void restore() {
        // The file store's own question fails in containers that hide where they are mounted.
        if (!held && directory.toFile().getUsableSpace() >= 2L * BYTES) {
            take();
        }
    }

    private void take() {
        try {
            // Piece by piece: the JDK keeps a native copy of what a thread once wrote, as large as that was.
            byte[] piece = new byte[PIECE];
            try (var channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                for (int written = 0; written < BYTES; written += PIECE) {
                    random.nextBytes(piece);
                    var bytes = ByteBuffer.wrap(piece);
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                }
            }
            held = true;
        } catch (IOException e) {
            release();
        }
    }
}
