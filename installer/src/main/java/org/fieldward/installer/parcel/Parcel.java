package org.fieldward.installer.parcel;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.fieldward.installer.part.PartException;

/** The gateway in one folder, as it will lie on its machine: JDK, jar, native libraries, launcher, unit. */
final class Parcel {

    static final int JDK = 25;

    /** What the agent's libraries ask for at run time; found with jdeps and by running it. */
    private static final String MODULES =
            "java.base,java.logging,java.management,java.naming,java.sql,jdk.management,jdk.net,jdk.unsupported";

    /** The parts of jars that are libraries for machines; only this machine's are wanted, and not in a jar. */
    private static final List<String> NATIVE =
            List.of("org/sqlite/native/", "linux/", "darwin/", "win/", "freebsd/", "aix/");

    /**
     * What libraries bring along that no class of the package names, nor looks up by name: descriptions for build tools, and
     * the messages of Google's own services, of which gRPC has the error model only ({@code com.google.rpc}).
     */
    private static final List<String> UNUSED = List.of(
            "META-INF/maven/",
            "META-INF/native-image/",
            "com/google/api/",
            "com/google/apps/",
            "com/google/cloud/",
            "com/google/geo/",
            "com/google/logging/",
            "com/google/longrunning/",
            "com/google/shopping/",
            "com/google/type/");

    private final Path folder;

    private Parcel(Path folder) {
        this.folder = folder;
    }

    Path launcher() {
        return folder.resolve("bin/edge-agent");
    }

    Path cache() {
        return folder.resolve("lib/edge-agent.aot");
    }

    Path folder() {
        return folder;
    }

    /** Why no package can be made by this JDK, or an empty text. */
    static String obstacle() {
        int found = Runtime.version().feature();
        if (found != JDK) {
            return "the package is made by a JDK " + JDK + " and ships it; this is " + found
                    + " (set FIELDWARD_JAVA_HOME)";
        }
        return ToolProvider.findFirst("jlink").isEmpty() ? "this JDK has no jlink" : "";
    }

    /**
     * Lays it out, without its cache.
     *
     * @param files the folder {@code installer/gateway}
     * @param classPath jars and folders of classes
     */
    static Parcel layOut(Path folder, Path files, List<Path> classPath, Machine machine) {
        try {
            Path libraries = Files.createDirectories(folder.resolve("lib"));
            copy(files, folder);
            Path natives = Files.createDirectories(libraries.resolve("native"));
            try (OneJar agent = new OneJar(libraries.resolve("edge-agent.jar"), Parcel::isWanted, LeanClass::of)) {
                for (Path entry : classPath) {
                    if (Files.isDirectory(entry)) {
                        agent.addFolder(entry);
                    } else {
                        agent.addJar(entry);
                        takeNatives(entry, natives, machine);
                    }
                }
            }
            jlink(folder.resolve("jre"));
            return new Parcel(folder);
        } catch (IOException e) {
            throw new PartException("the package could not be laid out in " + folder, e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path one : all.filter(Files::isRegularFile).toList()) {
                Path there = to.resolve(from.relativize(one).toString());
                Files.createDirectories(there.getParent());
                Files.copy(one, there, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void takeNatives(Path from, Path natives, Machine machine) throws IOException {
        try (ZipFile jar = new ZipFile(from.toFile())) {
            for (ZipEntry entry : jar.stream().map(ZipEntry.class::cast).toList()) {
                if (isNative(entry.getName()) && isFor(machine, entry.getName())) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        Files.copy(in, natives.resolve(plainName(entry.getName())));
                    }
                }
            }
        }
    }

    private static boolean isWanted(String entry) {
        return !isNative(entry) && !isUnused(entry) && !entry.endsWith(".proto");
    }

    static boolean isUnused(String entry) {
        return UNUSED.stream().anyMatch(entry::startsWith);
    }

    private static boolean isNative(String entry) {
        return !entry.endsWith("/")
                && !entry.endsWith(".class")
                && NATIVE.stream().anyMatch(entry::startsWith);
    }

    private static boolean isFor(Machine machine, String entry) {
        return entry.startsWith(machine.sqlite()) || entry.startsWith(machine.zstd());
    }

    /** Without folder and version, so that the launcher need not know them. */
    private static String plainName(String entry) {
        return entry.substring(entry.lastIndexOf('/') + 1).replaceFirst("-[0-9][0-9.-]*\\.so$", ".so");
    }

    private static void jlink(Path to) throws IOException {
        var words = new StringWriter();
        PrintWriter said = new PrintWriter(words, true);
        int code = ToolProvider.findFirst("jlink")
                .orElseThrow(() -> new PartException("this JDK has no jlink"))
                .run(
                        said,
                        said,
                        "--add-modules",
                        MODULES,
                        "--strip-java-debug-attributes",
                        "--no-header-files",
                        "--no-man-pages",
                        "--generate-cds-archive",
                        "--output",
                        to.toString());
        if (code != 0) {
            throw new PartException("jlink ended with code " + code + ":\n" + words);
        }
        // For heaps of more than 32 GB.
        Files.deleteIfExists(to.resolve("lib/server/classes_nocoops.jsa"));
    }
}
