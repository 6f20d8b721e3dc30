package org.fieldward.installer.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** What JMH measured of the modules' hot pieces, where it ran. */
final class Pieces {

    private static final double NANOS_A_SECOND = 1e9;
    private static final ObjectMapper JSON = new ObjectMapper();

    private Pieces() {}

    /** A table, or nothing where JMH did not run. */
    static String text(Path root) throws IOException {
        var rows = new StringBuilder();
        for (String module : new String[] {"proto", "edge-agent", "cloud-core"}) {
            Path file = root.resolve(module + "/target/jmh.json");
            if (Files.exists(file)) {
                JSON.readTree(Files.readString(file)).forEach(one -> rows.append(row(one)));
            }
        }
        return rows.isEmpty()
                ? ""
                : "| piece, one thread | ns | ± | a second on one core |\n|---|---|---|---|\n" + rows;
    }

    private static String row(JsonNode one) {
        String[] name = one.path("benchmark").asText().split("\\.");
        JsonNode measured = one.path("primaryMetric");
        double nanos = measured.path("score").asDouble();
        return String.format(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f | %,.0f |%n",
                Stream.of(name[name.length - 1].split("_"))
                        .reduce((a, b) -> a + " " + b)
                        .orElseThrow(),
                nanos,
                measured.path("scoreError").asDouble(),
                NANOS_A_SECOND / nanos);
    }
}
