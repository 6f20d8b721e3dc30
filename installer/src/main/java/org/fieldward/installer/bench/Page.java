package org.fieldward.installer.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The page of measurements.
 *
 * @param file it must hold the marks of every section
 */
record Page(Path file) {

    /** What is written by programs: each stands between two marks. */
    enum Section {
        PIECES,
        ROUNDS;

        private String begin() {
            return "<!-- written by ./mvnw -Pbench: " + words() + " -->";
        }

        private String end() {
            return "<!-- until here: " + words() + " -->";
        }

        private String words() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What stands around it stays. */
    void write(Section section, String text) throws IOException {
        String before = Files.readString(file);
        int begin = before.indexOf(section.begin());
        int end = before.indexOf(section.end());
        if (begin < 0 || end < begin) {
            throw new IOException(file + " must hold the lines " + section.begin() + " and " + section.end());
        }
        Files.writeString(
                file, before.substring(0, begin) + section.begin() + "\n\n" + text + "\n" + before.substring(end));
    }
}
