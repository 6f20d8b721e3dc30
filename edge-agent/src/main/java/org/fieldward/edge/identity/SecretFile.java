package org.fieldward.edge.identity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fieldward.edge.seal.PrivateFile;

/** Files that only their owner may read, replaced as a whole or not at all, also through a power cut. */
final class SecretFile {

    private SecretFile() {}

    static void write(Path file, String text) {
        try {
            PrivateFile.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IdentityException("could not write " + file, e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IdentityException("could not read " + file, e);
        }
    }
}
