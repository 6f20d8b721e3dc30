package org.fieldward.edge.stick;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.fieldward.proto.stick.Receipt;
import org.fieldward.proto.stick.StickException;
import org.fieldward.proto.stick.StickNames;
import org.fieldward.proto.stick.StickReader;

/** Clears a stick of files that the core has taken in to their end. */
public final class DoneFiles {

    private DoneFiles() {}

    /** Returns how many were deleted; only those that the receipt names. */
    public static int delete(Path folder, Receipt receipt) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(folder)) {
            files = found.filter(file -> StickNames.isFile(file.getFileName().toString()))
                    .toList();
        }
        int deleted = 0;
        for (Path file : files) {
            if (isNamed(file, receipt)) {
                Files.delete(file);
                deleted++;
            }
        }
        return deleted;
    }

    private static boolean isNamed(Path file, Receipt receipt) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return receipt.files().contains(StickReader.id(in));
        } catch (StickException | IOException e) {
            // Of somebody else, or damaged: not ours to delete.
            return false;
        }
    }
}
