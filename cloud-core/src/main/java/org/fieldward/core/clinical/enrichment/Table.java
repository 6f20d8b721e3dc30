package org.fieldward.core.clinical.enrichment;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of a data file of this package: comma separated, {@code #} begins a comment, the first row names the columns. */
final class Table {

    private Table() {}

    /** The last column may hold commas. */
    static List<List<String>> rows(String file) {
        try (@Nullable InputStream stream = Table.class.getResourceAsStream(file)) {
            if (stream == null) {
                throw new IllegalStateException(file + " is part of this module");
            }
            var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
            List<String> lines = reader.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
            int columns = lines.getFirst().split(",", -1).length;
            return lines.stream()
                    .skip(1)
                    .map(line -> {
                        List<String> row = List.of(line.split(",", columns));
                        if (row.size() != columns) {
                            throw new IllegalStateException(file + " must have " + columns + " columns in: " + line);
                        }
                        return row;
                    })
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " is part of this module", e);
        }
    }
}
