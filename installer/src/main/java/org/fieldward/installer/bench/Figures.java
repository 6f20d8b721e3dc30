package org.fieldward.installer.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What several rounds of one load measured of one server. */
record Figures(String server, List<JsonNode> rounds) {

    Figures {
        rounds = List.copyOf(rounds);
    }

    double median(ToDoubleFunction<JsonNode> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static double ackedPerSecond(JsonNode round) {
        return round.path("acked").asDouble()
                / round.path("setting").path("seconds").asDouble();
    }

    static double latency(JsonNode round, String which) {
        return round.path("latency").path(which).asDouble();
    }

    static double usage(JsonNode round, String what) {
        for (JsonNode process : round.path("processes")) {
            if (process.path("name").asText().equals("server")) {
                return process.path(what).asDouble();
            }
        }
        return Double.NaN;
    }

    /** The median, and the least and the greatest where there are several. */
    String told(String format, ToDoubleFunction<JsonNode> figure) {
        double least = rounds.stream().mapToDouble(figure).min().orElseThrow();
        double greatest = rounds.stream().mapToDouble(figure).max().orElseThrow();
        String range = rounds.size() < 2 ? "" : " (" + one(format, least) + "–" + one(format, greatest) + ")";
        return one(format, median(figure)) + range;
    }

    private static String one(String format, double figure) {
        return String.format(Locale.ROOT, format, figure);
    }
}
