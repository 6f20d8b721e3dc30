package org.fieldward.core.app.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.fieldward.core.app.settings.AppException;

/** Keys in the data folder that every core at one database needs the same of: 32 secret bytes, in hexadecimal. */
public final class SharedKey {

    private static final int BYTES = 32;

    private SharedKey() {}

    /** Protects links to further pages. Kept, so that a client's link outlives a restart of the core. */
    public static byte[] ofLinks(Path dataDir, SecureRandom random) {
        return open(dataDir.resolve("cursor.key"), "page links", random);
    }

    /** Protects secrets in the database. */
    public static byte[] ofSecrets(Path dataDir, SecureRandom random) {
        return open(dataDir.resolve("secrets.key"), "secrets", random);
    }

    /** Made at first start. */
    private static byte[] open(Path file, String purpose, SecureRandom random) {
        try {
            if (Files.notExists(file)) {
                byte[] fresh = new byte[BYTES];
                random.nextBytes(fresh);
                PrivateFiles.write(file, HexFormat.of().formatHex(fresh));
            }
            byte[] key = HexFormat.of().parseHex(Files.readString(file).strip());
            if (key.length != BYTES) {
                throw new AppException("the key of " + purpose + ", " + file + ", must be " + 2 * BYTES
                        + " hexadecimal digits, was " + 2 * key.length);
            }
            return key;
        } catch (IOException | IllegalArgumentException e) {
            throw new AppException("the key of " + purpose + ", " + file + ", could not be read", e);
        }
    }
}
