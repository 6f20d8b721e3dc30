package org.fieldward.edge.centre;

import java.io.IOException;
import java.nio.file.Path;
import org.fieldward.edge.seal.PrivateFile;

/** What the centre said, on disk. */
final class DurableFile {

    private DurableFile() {}

    static void write(Path file, byte[] content) {
        try {
            PrivateFile.write(file, content);
        } catch (IOException e) {
            throw new CentreException("could not write " + file, e);
        }
    }
}
