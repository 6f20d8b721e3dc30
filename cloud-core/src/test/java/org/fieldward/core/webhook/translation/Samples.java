package org.fieldward.core.webhook.translation;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fieldward.core.webhook.filing.Draft;
import org.fieldward.core.webhook.filing.Matter;
import org.fieldward.core.webhook.hl7.Hl7Exception;
import org.fieldward.core.webhook.hl7.Message;
import org.fieldward.core.webhook.wording.Origin;
import org.hl7.fhir.r4.model.Resource;

/** Messages of other systems, which lie beside the repository. */
public final class Samples {

    private static final Path FOLDER = Path.of(System.getProperty("fieldward.shared", "../../shared"), "data", "hl7v2");

    public static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private Samples() {}

    public static List<Path> all() {
        assumeTrue(Files.isDirectory(FOLDER), "the sample messages are not there: " + FOLDER);
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".hl7"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] bytes(String name) {
        Path file = FOLDER.resolve(name + ".hl7");
        assumeTrue(Files.exists(file), "the sample message is not there: " + file);
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Origin origin() {
        return new Origin("epic", "ward-3", ZoneId.of("Africa/Nairobi"), Map.of(), NOW);
    }

    static Matter sample(String name) {
        return translated(bytes(name));
    }

    static Matter said(String... segments) {
        return translated(String.join("\r", segments).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    static Matter translated(byte[] bytes) {
        try {
            return Translation.of(Message.read(bytes), origin());
        } catch (Hl7Exception e) {
            throw new AssertionError("must be readable: " + e.getMessage(), e);
        }
    }

    static <T extends Resource> List<T> all(Matter matter, Class<T> type) {
        return matter.drafts().stream()
                .map(Draft::resource)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    static <T extends Resource> T only(Matter matter, Class<T> type) {
        List<T> all = all(matter, type);
        if (all.size() != 1) {
            throw new AssertionError("must be one " + type.getSimpleName() + ", are " + all.size());
        }
        return all.getFirst();
    }
}
