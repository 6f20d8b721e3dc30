package org.fieldward.installer.parcel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Several jars as one, for one JDK. Who looks for a resource opens every jar of the class path and reads its index: for
 * sixty jars that is a tenth of the gateway's start.
 *
 * <p>As on a class path the first of two files with the same name counts; lists of services are joined; of what a jar holds
 * for several JDKs the one for this JDK is taken; licences and notices stand below {@code META-INF/legal/} and their jar's
 * name.
 */
final class OneJar implements AutoCloseable {

    private static final String META = "META-INF/";

    private final ZipOutputStream out;
    private final Predicate<String> wanted;
    private final UnaryOperator<byte[]> classes;
    private final Set<String> written = new HashSet<>();
    private final Map<String, ByteArrayOutputStream> joined = new TreeMap<>();

    /**
     * @param wanted by its name in the jar, whether a file goes into this one
     * @param classes what becomes of a class file
     */
    OneJar(Path file, Predicate<String> wanted, UnaryOperator<byte[]> classes) throws IOException {
        this.out = new ZipOutputStream(Files.newOutputStream(file));
        this.wanted = wanted;
        this.classes = classes;
        put(META + "MANIFEST.MF", "Manifest-Version: 1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    void addJar(Path file) throws IOException {
        String from = file.getFileName().toString();
        try (JarFile jar = new JarFile(file.toFile(), false, ZipFile.OPEN_READ, JarFile.runtimeVersion())) {
            for (ZipEntry entry : jar.versionedStream().toList()) {
                if (!entry.isDirectory() && wanted.test(entry.getName())) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        add(from, entry.getName(), in.readAllBytes());
                    }
                }
            }
        }
    }

    void addFolder(Path classes) throws IOException {
        try (Stream<Path> all = Files.walk(classes)) {
            for (Path one : all.filter(Files::isRegularFile).sorted().toList()) {
                add("", classes.relativize(one).toString(), Files.readAllBytes(one));
            }
        }
    }

    private void add(String from, String name, byte[] content) throws IOException {
        String file = name.substring(name.lastIndexOf('/') + 1);
        if (isOfOneJarOnly(name, file)) {
            return;
        }
        if (isLegal(name, file)) {
            put(META + "legal/" + from + "/" + file, content);
        } else if (isList(name, file)) {
            ByteArrayOutputStream list = joined.computeIfAbsent(name, none -> new ByteArrayOutputStream());
            list.writeBytes(content);
            list.write('\n');
        } else {
            put(name, file.endsWith(".class") ? classes.apply(content) : content);
        }
    }

    private void put(String name, byte[] content) throws IOException {
        if (written.add(name)) {
            out.putNextEntry(new ZipEntry(name));
            out.write(content);
        }
    }

    /** Manifests, signatures and indexes speak of the jar they are in. */
    private static boolean isOfOneJarOnly(String name, String file) {
        boolean direct = name.equals(META + file);
        return file.equals("module-info.class")
                || (direct && (file.equals("MANIFEST.MF") || file.equals("INDEX.LIST")))
                || (direct && Stream.of(".SF", ".RSA", ".DSA", ".EC").anyMatch(file::endsWith));
    }

    private static boolean isLegal(String name, String file) {
        return !file.endsWith(".class")
                && (name.equals(file) || name.startsWith(META))
                && Stream.of("LICENSE", "NOTICE", "COPYRIGHT", "COPYING", "AL2.0", "LGPL2.1", "DEPENDENCIES")
                        .anyMatch(file::startsWith);
    }

    /** Services, and the properties with which the parts of one library name their versions. */
    private static boolean isList(String name, String file) {
        return name.equals(META + "services/" + file) || (name.equals(META + file) && file.endsWith(".properties"));
    }

    @Override
    public void close() throws IOException {
        try (out) {
            for (Map.Entry<String, ByteArrayOutputStream> list : joined.entrySet()) {
                put(list.getKey(), list.getValue().toByteArray());
            }
        }
    }
}
