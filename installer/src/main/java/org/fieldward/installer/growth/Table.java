package org.fieldward.installer.growth;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.fieldward.installer.uplink.Uplinks;

/** One row for each size: as much as was taken, then latency and cost at a fixed rate. */
final class Table {

    private final String head;
    private final String process;
    private final List<String> rows = new ArrayList<>();

    /**
     * @param head of the first column
     * @param process whose cost is told
     */
    Table(String head, String process) {
        this.head = head;
        this.process = process;
    }

    /** Both as the device-simulator wrote them. */
    void add(int size, JsonNode saturated, JsonNode paced) {
        rows.add(String.format(
                Locale.ROOT,
                "| %,d | %,.0f | %.1f | %,.0f | %.2f | %.2f | %.1f | %.0f |",
                size,
                perSecond(saturated),
                Uplinks.used(saturated, process, "cpuSecondsPerMillion"),
                perSecond(paced),
                paced.path("latency").path("p50").asDouble(),
                paced.path("latency").path("p99").asDouble(),
                Uplinks.used(paced, process, "cpuSecondsPerMillion"),
                Uplinks.used(paced, process, "residentMegabytes")));
        System.out.println(rows.getLast());
    }

    void without(int size, String why) {
        rows.add(String.format(Locale.ROOT, "| %,d | not measured: %s | | | | | | |", size, why));
        System.out.println(rows.getLast());
    }

    static double perSecond(JsonNode measured) {
        return measured.path("acked").asDouble()
                / measured.path("setting").path("seconds").asDouble();
    }

    String text() {
        return "| " + head + " | readings/s at the limit | its CPU s per million | readings/s asked | p50 ms | p99 ms"
                + " | its CPU s per million | MB resident |\n|---|---|---|---|---|---|---|---|\n"
                + String.join("\n", rows) + "\n";
    }
}
