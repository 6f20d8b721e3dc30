package org.fieldward.edge.centre;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * Two slots for configurations and the word which of them holds, in one folder. A new one goes into the slot that does not
 * hold, and only then the word changes. What cannot be read is as if it were not there.
 */
public final class Slots {

    private static final String VERSION = "version";
    private static final String SETTING = "setting.";
    private static final String HEAD = "#crc32c ";

    private final Path folder;

    public Slots(Path folder) {
        this.folder = folder;
    }

    enum Slot {
        A,
        B;

        Slot other() {
            return this == A ? B : A;
        }
    }

    /**
     * Which slot holds.
     *
     * @param proven empty: the gateway's own file alone
     * @param trial in its stead, until it has proved itself
     * @param starts how often the agent began with {@code trial}
     */
    record Word(Optional<Slot> proven, Optional<Slot> trial, int starts, Optional<Outcome> outcome) {
        static final Word NONE = new Word(Optional.empty(), Optional.empty(), 0, Optional.empty());
    }

    Word word() {
        return read(folder.resolve("word")).flatMap(Slots::word).orElse(Word.NONE);
    }

    void write(Word word) {
        var lines = new TreeMap<String, String>();
        word.proven().ifPresent(slot -> lines.put("proven", slot.name()));
        word.trial().ifPresent(slot -> lines.put("trial", slot.name()));
        lines.put("starts", Integer.toString(word.starts()));
        word.outcome().ifPresent(outcome -> {
            lines.put(VERSION, Long.toString(outcome.version()));
            lines.put("standing", outcome.standing().name());
            lines.put("detail", outcome.detail());
        });
        write(folder.resolve("word"), lines);
    }

    Optional<Configuration> read(Slot slot) {
        return read(file(slot))
                .flatMap(lines -> number(lines, VERSION).map(version -> {
                    var settings = new HashMap<String, String>();
                    lines.forEach((key, value) -> {
                        if (key.startsWith(SETTING)) {
                            settings.put(key.substring(SETTING.length()), value);
                        }
                    });
                    return new Configuration(version, settings);
                }));
    }

    void write(Slot slot, Configuration configuration) {
        var lines = new TreeMap<String, String>();
        lines.put(VERSION, Long.toString(configuration.version()));
        configuration.settings().forEach((key, value) -> lines.put(SETTING + key, value));
        write(file(slot), lines);
    }

    private Path file(Slot slot) {
        return folder.resolve(slot.name().toLowerCase(Locale.ROOT) + ".properties");
    }

    private static Optional<Word> word(Map<String, String> lines) {
        try {
            Optional<Outcome> outcome = number(lines, VERSION)
                    .map(version -> new Outcome(
                            version,
                            Outcome.Standing.valueOf(lines.getOrDefault("standing", "")),
                            lines.getOrDefault("detail", "")));
            return Optional.of(new Word(
                    Optional.ofNullable(lines.get("proven")).map(Slot::valueOf),
                    Optional.ofNullable(lines.get("trial")).map(Slot::valueOf),
                    number(lines, "starts").orElse(0L).intValue(),
                    outcome));
        } catch (IllegalArgumentException e) {
            // Of a later agent, or nonsense: the gateway's own file alone is always good.
            return Optional.empty();
        }
    }

    private static Optional<Long> number(Map<String, String> lines, String key) {
        return Optional.ofNullable(lines.get(key))
                .filter(text -> text.matches("-?[0-9]{1,19}"))
                .map(Long::parseLong);
    }

    private static void write(Path file, Map<String, String> lines) {
        var properties = new Properties();
        properties.putAll(lines);
        var text = new StringWriter();
        try {
            properties.store(text, null);
        } catch (IOException e) {
            throw new CentreException("memory refused to be written", e);
        }
        // A text that is the same for the same content: without the date that Properties puts first.
        String body = text.toString()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .sorted()
                .reduce("", (a, b) -> a + b + "\n");
        DurableFile.write(file, (HEAD + check(body) + "\n" + body).getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<Map<String, String>> read(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            int end = text.indexOf('\n');
            if (end < 0 || !text.substring(0, end).equals(HEAD + check(text.substring(end + 1)))) {
                return Optional.empty();
            }
            var properties = new Properties();
            properties.load(new StringReader(text));
            var lines = new HashMap<String, String>();
            properties.stringPropertyNames().forEach(key -> lines.put(key, properties.getProperty(key)));
            return Optional.of(lines);
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String check(String body) {
        var crc = new CRC32C();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
