package org.fieldward.edge.schema;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * SQLite's own code, kept in one place. Its driver unpacks it into the folder for temporary files at every start, and takes
 * it away at an orderly end only: each kill of the agent would leave another megabyte there.
 */
public final class SqliteLibrary {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteLibrary.class);

    private SqliteLibrary() {}

    /**
     * To be called before the first file is opened. Where it cannot be kept, or not be run from there, the driver does as
     * it is used to.
     *
     * @param folder made if it is not there
     */
    public static void keepIn(Path folder) {
        if (System.getProperty("org.sqlite.lib.name") != null) {
            // The package has it beside its jar. To ask the driver where else it might be would start a program,
            // 'uname'.
            return;
        }
        String name = LibraryLoaderUtil.getNativeLibName();
        Path file = folder.resolve(name);
        try (InputStream in =
                SQLiteJDBCLoader.class.getResourceAsStream(LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name)) {
            if (in == null) {
                return;
            }
            Files.createDirectories(folder);
            byte[] library = in.readAllBytes();
            // Another version's, or half of one where the disk was full.
            if (!Files.isRegularFile(file) || !Arrays.equals(library, Files.readAllBytes(file))) {
                Path fresh = file.resolveSibling(name + ".new");
                Files.write(fresh, library);
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            System.setProperty("org.sqlite.lib.path", folder.toAbsolutePath().toString());
        } catch (IOException e) {
            LOG.warn("SQLite's library could not be kept in {} and is unpacked elsewhere: {}", folder, e.toString());
        }
    }
}
