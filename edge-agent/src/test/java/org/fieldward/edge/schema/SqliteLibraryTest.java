package org.fieldward.edge.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteLibraryTest {

    private static final String PLACE = "org.sqlite.lib.path";

    private final Optional<String> before = Optional.ofNullable(System.getProperty(PLACE));

    @TempDir
    Path data;

    @AfterEach
    void putBack() {
        before.ifPresentOrElse(place -> System.setProperty(PLACE, place), () -> System.clearProperty(PLACE));
    }

    private Path kept(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.reduce((one, other) -> {
                        throw new AssertionError(one + " and " + other);
                    })
                    .orElseThrow();
        }
    }

    @Test
    void it_is_unpacked_once_and_again_where_it_is_not_as_it_was() throws IOException {
        Path folder = data.resolve("native");
        SqliteLibrary.keepIn(folder);
        Path library = kept(folder);
        byte[] whole = Files.readAllBytes(library);
        Object written = Files.getLastModifiedTime(library);
        assertThat(System.getProperty(PLACE)).isEqualTo(folder.toString());

        SqliteLibrary.keepIn(folder);
        assertThat(Files.getLastModifiedTime(library)).isEqualTo(written);

        Files.write(library, new byte[] {1, 2, 3});
        SqliteLibrary.keepIn(folder);
        assertThat(Files.readAllBytes(kept(folder))).isEqualTo(whole);
    }

    @Test
    void where_it_cannot_be_kept_the_driver_does_as_it_is_used_to() throws IOException {
        System.clearProperty(PLACE);
        Path taken = Files.writeString(data.resolve("native"), "a file");

        SqliteLibrary.keepIn(taken);

        assertThat(System.getProperty(PLACE)).isNull();
    }
}
