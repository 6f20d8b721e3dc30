package org.fieldward.edge.seal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/** The 32 bytes in {@code buffer.key}, without which nothing on this disk can be read. */
public final class SealKey {

    private static final String NAME = "buffer.key";

    private final byte[] bytes;

    private SealKey(byte[] bytes) {
        if (bytes.length != Seal.KEY_BYTES) {
            throw new SealException(NAME + " must be " + Seal.KEY_BYTES + " bytes, was " + bytes.length);
        }
        this.bytes = bytes;
    }

    /** The key of a directory that has one. */
    public static SealKey read(Path directory) {
        try {
            return new SealKey(Files.readAllBytes(directory.resolve(NAME)));
        } catch (IOException e) {
            throw new SealException("there is no readable key " + directory.resolve(NAME), e);
        }
    }

    /** The key of the directory; made there if there is none. It survives a power cut from here on. */
    public static SealKey ensure(Path directory, SecureRandom random) {
        Path file = directory.resolve(NAME);
        if (Files.exists(file)) {
            return read(directory);
        }
        try {
            return make(directory, file, random);
        } catch (IOException e) {
            throw new SealException("could not make the key " + file + ": " + e.getMessage(), e);
        }
    }

    private static SealKey make(Path directory, Path file, SecureRandom random) throws IOException {
        byte[] key = new byte[Seal.KEY_BYTES];
        random.nextBytes(key);
        Path draft = directory.resolve(NAME + ".new");
        Files.deleteIfExists(draft);
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(draft, Set.of(StandardOpenOption.WRITE))) {
            channel.write(ByteBuffer.wrap(key));
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        // Without it a power cut could keep the records and lose the name of their key.
        try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
            folder.force(true);
        }
        return new SealKey(key);
    }

    /**
     * A seal for one kind of content.
     *
     * @param purpose keeps the keys of different contents apart; never changes once content was written
     */
    public Seal seal(String purpose, SecureRandom random) {
        return new Seal(bytes.clone(), purpose, random);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "***";
    }
}
