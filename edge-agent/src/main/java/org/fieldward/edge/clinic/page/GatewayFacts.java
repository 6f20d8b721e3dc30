package org.fieldward.edge.clinic.page;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;

/**
 * How the gateway itself is, for the top line.
 *
 * @param name empty: not enrolled
 * @param clock how far its clock can be trusted, in a word
 */
public record GatewayFacts(Instant at, String version, Optional<String> name, String clock, Link link, Disk disk) {

    /**
     * @param state of the session, in a word; {@code none} without a core
     * @param problem why the last session ended, empty before the first
     * @param backlog records that wait for the core
     * @param oldest arrival of the oldest of them
     * @param held readings wait for the transfer window
     * @param caughtUpIn when nothing will wait any more; empty while nobody can know
     */
    public record Link(
            String state,
            Optional<Instant> lastConfirmedAt,
            Optional<String> problem,
            long backlog,
            Optional<Instant> oldest,
            boolean held,
            Optional<Duration> caughtUpIn) {}

    /**
     * @param damage what was set aside, empty if all is well
     * @param full the disk itself has no room left: only alarms and events come in
     * @param lost records given up or turned away since the buffer began, by lane and reason
     */
    public record Disk(
            long bytesUsed,
            long bytesAllowed,
            Optional<String> damage,
            boolean full,
            Map<Lane, Map<Gap.Reason, Long>> lost) {
        public Disk {
            lost = Map.copyOf(lost);
        }
    }
}
