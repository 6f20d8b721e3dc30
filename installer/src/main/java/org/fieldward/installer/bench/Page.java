package org.fieldward.installer.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The part of the page of measurements that is written by the bench. */
final class Page {

    private static final String BEGIN = "<!-- written by ./mvnw -Pbench -->";
    private static final String END = "<!-- until here -->";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StringBuilder text = new StringBuilder();

    Page(LocalDate day, int rounds, int seconds) {
        text.append("On ")
                .append(day)
                .append(", ")
                .append(rounds)
                .append(" rounds of ")
                .append(seconds)
                .append(" s in turn, 50 connections, QoS 1, six values a reading; medians, least and greatest.")
                .append(" The gateway syncs before PUBACK, Mosquitto (persistent, a subscriber away) does not.\n");
    }

    /** @param asked readings a second, 0 for as many as are acknowledged */
    void add(int asked, Figures ours, Figures theirs) {
        text.append("\n| ")
                .append(asked == 0 ? "as many as are acknowledged" : asked + " a second")
                .append(" | acked/s | p50 ms | p99 ms | CPU s per million | MB resident | MB written |\n")
                .append("|---|---|---|---|---|---|---|\n");
        row(ours);
        if (theirs.rounds().isEmpty()) {
            text.append("\nMosquitto is not installed here: there is nothing to compare with.\n");
            return;
        }
        row(theirs);
        text.append(String.format(
                Locale.ROOT,
                "| **ratio** | **%.2f** | %.2f | %.2f | %.2f | %.1f | |%n",
                ours.median(Figures::ackedPerSecond) / theirs.median(Figures::ackedPerSecond),
                ours.median(round -> Figures.latency(round, "p50"))
                        / theirs.median(round -> Figures.latency(round, "p50")),
                ours.median(round -> Figures.latency(round, "p99"))
                        / theirs.median(round -> Figures.latency(round, "p99")),
                ours.median(round -> Figures.usage(round, "cpuSecondsPerMillion"))
                        / theirs.median(round -> Figures.usage(round, "cpuSecondsPerMillion")),
                ours.median(round -> Figures.usage(round, "residentMegabytes"))
                        / theirs.median(round -> Figures.usage(round, "residentMegabytes"))));
    }

    private void row(Figures figures) {
        text.append("| ")
                .append(figures.server())
                .append(" | ")
                .append(figures.told("%,.0f", Figures::ackedPerSecond))
                .append(" | ")
                .append(figures.told("%.2f", round -> Figures.latency(round, "p50")))
                .append(" | ")
                .append(figures.told("%.2f", round -> Figures.latency(round, "p99")))
                .append(" | ")
                .append(figures.told("%.1f", round -> Figures.usage(round, "cpuSecondsPerMillion")))
                .append(" | ")
                .append(figures.told("%.0f", round -> Figures.usage(round, "residentMegabytes")))
                .append(" | ")
                .append(figures.told("%.0f", round -> Figures.usage(round, "writtenMegabytes")))
                .append(" |\n");
    }

    /** What JMH measured in each module, where it ran. */
    void pieces(Path root) throws IOException {
        List<Path> files = Stream.of("proto", "edge-agent", "cloud-core")
                .map(module -> root.resolve(module + "/target/jmh.json"))
                .filter(Files::exists)
                .toList();
        if (files.isEmpty()) {
            return;
        }
        text.append("\n| piece, one thread | ns | ± |\n|---|---|---|\n");
        for (Path file : files) {
            for (JsonNode one : JSON.readTree(Files.readString(file))) {
                piece(one);
            }
        }
    }

    private void piece(JsonNode one) {
        String[] name = one.path("benchmark").asText().split("\\.");
        JsonNode measured = one.path("primaryMetric");
        text.append(String.format(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f |%n",
                Stream.of(name[name.length - 1].split("_"))
                        .reduce((a, b) -> a + " " + b)
                        .orElseThrow(),
                measured.path("score").asDouble(),
                measured.path("scoreError").asDouble()));
    }

    String text() {
        return text.toString();
    }

    /** Between its two marks; what stands around them stays. */
    void write(Path page) throws IOException {
        String before = Files.readString(page);
        int begin = before.indexOf(BEGIN);
        int end = before.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException(page + " must hold the lines " + BEGIN + " and " + END);
        }
        Files.writeString(page, before.substring(0, begin) + BEGIN + "\n\n" + text + "\n" + before.substring(end));
    }
}
