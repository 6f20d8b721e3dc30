package org.fieldward.installer.parcel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OneJarTest {

    @TempDir
    private Path folder;

    private Path jar(String name, Map<String, String> files) throws IOException {
        Path file = folder.resolve(name);
        try (var out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, String> one : new TreeMap<>(files).entrySet()) {
                out.putNextEntry(new ZipEntry(one.getKey()));
                out.write(one.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return file;
    }

    private Map<String, String> merged(Path... jars) throws IOException {
        Path file = folder.resolve("one.jar");
        try (OneJar one = new OneJar(file, name -> !name.endsWith(".so"), content -> content)) {
            for (Path jar : jars) {
                if (Files.isDirectory(jar)) {
                    one.addFolder(jar);
                } else {
                    one.addJar(jar);
                }
            }
        }
        var found = new TreeMap<String, String>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
                found.put(
                        entry.getName(), new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return found;
    }

    @Test
    void the_first_of_two_files_counts_as_on_a_class_path() throws IOException {
        assertThat(merged(jar("a.jar", Map.of("p/A.class", "first")), jar("b.jar", Map.of("p/A.class", "second"))))
                .containsEntry("p/A.class", "first");
    }

    @Test
    void the_services_of_all_jars_are_found() throws IOException {
        Path first = jar("a.jar", Map.of("META-INF/services/x.Y", "a.One"));
        Path second = jar("b.jar", Map.of("META-INF/services/x.Y", "b.Two"));

        assertThat(merged(first, second)).containsEntry("META-INF/services/x.Y", "a.One\nb.Two\n");
    }

    @Test
    void every_licence_stays_beside_the_name_of_what_it_is_for() throws IOException {
        Path first = jar("a.jar", Map.of("META-INF/LICENSE", "of a", "NOTICE.txt", "by a"));
        Path second = jar("b.jar", Map.of("META-INF/LICENSE", "of b"));

        assertThat(merged(first, second))
                .containsEntry("META-INF/legal/a.jar/LICENSE", "of a")
                .containsEntry("META-INF/legal/a.jar/NOTICE.txt", "by a")
                .containsEntry("META-INF/legal/b.jar/LICENSE", "of b");
    }

    @Test
    void of_what_is_there_for_several_JDKs_the_one_for_this_JDK_is_taken() throws IOException {
        Path jar = jar(
                "a.jar",
                Map.of(
                        "META-INF/MANIFEST.MF",
                        "Manifest-Version: 1.0\r\nMulti-Release: true\r\n\r\n",
                        "p/A.class",
                        "old",
                        "META-INF/versions/11/p/A.class",
                        "new",
                        "META-INF/versions/99/p/A.class",
                        "to come"));

        assertThat(merged(jar)).containsEntry("p/A.class", "new").doesNotContainKey("META-INF/versions/11/p/A.class");
    }

    @Test
    void what_speaks_of_one_jar_only_is_left_out_and_so_is_what_is_not_wanted() throws IOException {
        Path signed = jar("a.jar", Map.of("META-INF/X.SF", "", "META-INF/X.RSA", "", "META-INF/INDEX.LIST", ""));
        Path other = jar("b.jar", Map.of("module-info.class", "", "linux/libx.so", "", "p/A.class", ""));

        assertThat(merged(signed, other)).containsOnlyKeys("META-INF/MANIFEST.MF", "p/A.class");
    }

    @Test
    void classes_that_were_not_packed_yet_go_in_too() throws IOException {
        Path classes = folder.resolve("classes");
        Files.writeString(Files.createDirectories(classes.resolve("p")).resolve("A.class"), "compiled");

        assertThat(merged(classes)).containsEntry("p/A.class", "compiled");
    }
}
