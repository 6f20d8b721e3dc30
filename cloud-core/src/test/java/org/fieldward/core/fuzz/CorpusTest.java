package org.fieldward.core.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** What fuzzing found, and where it begins: every promise holds for every input that is kept. */
class CorpusTest {

    private static final Path CORPUS = Path.of("src/test/resources/fuzz");

    /** A refused gateway is worth a line in the log, and there are many here. */
    private final Logger log = (Logger) LoggerFactory.getLogger("org.fieldward.core.intake");

    @BeforeEach
    void quiet() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void loud() {
        log.setLevel(null);
    }

    private static List<Target> targets() {
        return Target.ALL;
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new AssertionError(folder + " cannot be read", e);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void every_promise_holds_for_every_input_that_is_kept(Target target) throws IOException {
        List<Path> kept = files(CORPUS.resolve(target.name()));
        assertThat(kept).isNotEmpty();
        for (Path file : kept) {
            try {
                target.body().accept(Files.readAllBytes(file));
            } catch (RuntimeException | LinkageError | AssertionError e) {
                throw new AssertionError(file + " breaks a promise: " + e.getMessage(), e);
            }
        }
    }

    @Test
    void every_folder_of_the_corpus_has_its_target() {
        assertThat(files(CORPUS))
                .extracting(folder -> folder.getFileName().toString())
                .containsExactlyInAnyOrderElementsOf(
                        Target.ALL.stream().map(Target::name).toList());
    }
}
