package org.fieldward.core.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The key that protects links to further pages. Kept, so that a client's link outlives a restart of the core. */
final class CursorKey {

    private static final int BYTES = 32;

    private CursorKey() {}

    /** 32 secret bytes; made at first start. */
    static byte[] open(Path dataDir, SecureRandom random) {
        Path file = dataDir.resolve("cursor.key");
        try {
            if (Files.notExists(file)) {
                byte[] fresh = new byte[BYTES];
                random.nextBytes(fresh);
                PrivateFiles.write(file, HexFormat.of().formatHex(fresh));
            }
            return HexFormat.of().parseHex(Files.readString(file).strip());
        } catch (IOException | IllegalArgumentException e) {
            throw new AppException("the key of page links, " + file + ", could not be read", e);
        }
    }
}
