package org.fieldward.edge.seal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

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
            return make(file, random);
        } catch (IOException e) {
            throw new SealException("could not make the key " + file + ": " + e.getMessage(), e);
        }
    }

    private static SealKey make(Path file, SecureRandom random) throws IOException {
        byte[] key = new byte[Seal.KEY_BYTES];
        random.nextBytes(key);
        // Its name, too: a power cut could otherwise keep the records and lose the name of their key.
        PrivateFile.write(file, key);
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
