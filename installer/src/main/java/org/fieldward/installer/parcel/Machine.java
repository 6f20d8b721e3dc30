package org.fieldward.installer.parcel;

import java.util.Locale;
import org.fieldward.installer.part.PartException;

/**
 * The kind of machine a package is for: the one it is made on.
 *
 * @param name as in the package's file name
 * @param sqlite where sqlite-jdbc keeps its library for it
 * @param zstd where zstd-jni keeps its library for it
 * @param debian Debian's name for it
 */
record Machine(String name, String sqlite, String zstd, String debian) {

    static Machine here() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        if (!system.equals("linux")) {
            throw new PartException("packages are made for Linux, and this is " + system);
        }
        return switch (processor) {
            case "amd64", "x86_64" ->
                new Machine("linux-x64", "org/sqlite/native/Linux/x86_64/", "linux/amd64/", "amd64");
            case "aarch64" -> new Machine("linux-arm64", "org/sqlite/native/Linux/aarch64/", "linux/aarch64/", "arm64");
            default -> throw new PartException("no package is made for processors of kind " + processor);
        };
    }
}
