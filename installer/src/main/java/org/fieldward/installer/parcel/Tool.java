package org.fieldward.installer.parcel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.fieldward.installer.part.PartException;
import org.fieldward.installer.part.RunningPart;

/** Programs of the machine that make and copy files: they keep what Java's own would lose, owners and times. */
final class Tool {

    private static final Duration LIMIT = Duration.ofMinutes(10);

    private Tool() {}

    static String run(String... command) {
        try {
            Path log = Files.createTempFile("fieldward-tool-", ".log");
            String said = RunningPart.run(command[0], List.of(command), log, LIMIT);
            Files.delete(log);
            return said;
        } catch (IOException e) {
            throw new PartException("no log could be kept of " + command[0], e);
        }
    }
}
