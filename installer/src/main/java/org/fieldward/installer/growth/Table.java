package org.fieldward.installer.growth;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.fieldward.installer.uplink.Uplinks;
import org.fieldward.installer.uplink.Uplinks.CatchUp;

/** One row for each size: as much as was taken, then latency and cost at a fixed rate. */
final class Table {

    /** What stands above the columns after the first. */
    private static final String OF_GATEWAY =
            "readings/s at the limit | its CPU s per million | readings/s asked | p50 ms"
                    + " | p99 ms | its CPU s per million | MB resident";

    private static final String OF_CORE =
            "confirmed/s at the limit | stored/s | bytes of a reading | core's, PostgreSQL's CPU s per million"
                    + " | readings/s asked | confirmed after p50 ms | p99 ms | core's CPU s per million | MB resident"
                    + " | turned away at the limit, at the rate";

    private final String head;
    private final String columns;
    private final List<String> rows = new ArrayList<>();

    private Table(String head, String columns) {
        this.head = head;
        this.columns = columns;
    }

    static Table ofGateway() {
        return new Table("devices of one gateway", OF_GATEWAY);
    }

    static Table ofCore() {
        return new Table("gateways of one core", OF_CORE);
    }

    /** Both as the device-simulator wrote them. */
    void gateway(int size, JsonNode saturated, JsonNode paced) {
        row(String.format(
                Locale.ROOT,
                "| %,d | %,.0f | %.1f | %s",
                size,
                perSecond(saturated),
                Uplinks.used(saturated, "gateway", "cpuSecondsPerMillion"),
                paced("gateway", paced)));
    }

    void core(int size, CatchUp caught, JsonNode paced) {
        row(String.format(
                Locale.ROOT,
                "| %,d | %,.0f | %,.0f | %.2f | %.1f, %.1f | %s %,d, %,d |",
                size,
                caught.confirmedPerSecond(),
                caught.storedPerSecond(),
                caught.bytes(),
                caught.used().core() * 1e6 / caught.readings(),
                caught.used().database() * 1e6 / caught.readings(),
                paced("core", paced),
                caught.turnedAway(),
                Uplinks.turnedAway(paced)));
    }

    private static String paced(String process, JsonNode measured) {
        return String.format(
                Locale.ROOT,
                "%,.0f | %.2f | %.2f | %.1f | %.0f |",
                perSecond(measured),
                measured.path("latency").path("p50").asDouble(),
                measured.path("latency").path("p99").asDouble(),
                Uplinks.used(measured, process, "cpuSecondsPerMillion"),
                Uplinks.used(measured, process, "residentMegabytes"));
    }

    private void row(String row) {
        rows.add(row);
        System.out.println(row);
    }

    private static double perSecond(JsonNode measured) {
        return measured.path("acked").asDouble()
                / measured.path("setting").path("seconds").asDouble();
    }

    String text() {
        return "| " + head + " | " + columns + " |\n|---|" + "---|".repeat(columns.split("\\|", -1).length) + "\n"
                + String.join("\n", rows) + "\n";
    }
}
