package org.fieldward.installer.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.fieldward.installer.bench.Peer.Broker;

/** The tables of the gateway beside its peers, as the page of measurements shows them. */
final class Rounds {

    private final StringBuilder text = new StringBuilder();

    Rounds(LocalDate day, int rounds, int seconds) {
        text.append("On ")
                .append(day)
                .append(", ")
                .append(rounds)
                .append(" rounds of ")
                .append(seconds)
                .append(" s in turn, 50 connections, QoS 1, six values a reading; medians, least and greatest.")
                .append(
                        " The gateway and Artemis (journal synced) sync before PUBACK, Mosquitto (persistent) does not;")
                .append(" both brokers keep everything for a subscriber who is away.\n");
    }

    void without(Broker peer, String why) {
        text.append("\nWithout ").append(peer.title()).append(": ").append(why).append(".\n");
    }

    /**
     * @param asked readings a second, 0 for as many as are acknowledged
     * @param servers the gateway first
     */
    void add(int asked, List<Figures> servers) {
        text.append("\n| ")
                .append(asked == 0 ? "as many as are acknowledged" : asked + " a second")
                .append(" | acked/s | p50 ms | p99 ms | CPU s per million | MB resident | MB written |\n")
                .append("|---|---|---|---|---|---|---|\n");
        servers.forEach(this::row);
        servers.stream().skip(1).forEach(peer -> ratio(servers.getFirst(), peer));
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

    private void ratio(Figures ours, Figures theirs) {
        text.append(String.format(
                Locale.ROOT,
                "| **gateway to %s** | **%.2f** | %.2f | %.2f | %.2f | %.2f | |%n",
                theirs.server(),
                ratio(ours, theirs, Figures::ackedPerSecond),
                ratio(ours, theirs, round -> Figures.latency(round, "p50")),
                ratio(ours, theirs, round -> Figures.latency(round, "p99")),
                ratio(ours, theirs, round -> Figures.usage(round, "cpuSecondsPerMillion")),
                ratio(ours, theirs, round -> Figures.usage(round, "residentMegabytes"))));
    }

    private static double ratio(Figures ours, Figures theirs, ToDoubleFunction<JsonNode> figure) {
        return ours.median(figure) / theirs.median(figure);
    }

    String text() {
        return text.toString();
    }
}
