package org.fieldward.installer.part;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes the properties file that a part is started with. */
final class SettingsFile {

    private SettingsFile() {}

    static Map<String, String> read(Path file) {
        var found = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            found.load(in);
        } catch (IOException e) {
            throw new PartException("could not read " + file, e);
        }
        var settings = new TreeMap<String, String>();
        found.stringPropertyNames().forEach(key -> settings.put(key, found.getProperty(key)));
        return settings;
    }

    /** Synced, as an operator's is long before anything breaks: after a power cut an empty file would be all defaults. */
    static Path write(Path file, Map<String, String> settings) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            return Files.writeString(
                    file,
                    new TreeMap<>(settings)
                            .entrySet().stream()
                                    .map(entry -> entry.getKey() + "="
                                            + entry.getValue().replace("\\", "\\\\") + "\n")
                                    .collect(Collectors.joining()),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.SYNC);
        } catch (IOException e) {
            throw new PartException("could not write " + file, e);
        }
    }
}
