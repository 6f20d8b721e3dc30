package org.fieldward.core.intake;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * How the gateways' door behaves.
 *
 * @param names DNS names and addresses under which gateways reach this core; its certificate carries them
 * @param window batches of one session that may wait for their confirm
 * @param maxBatchBytes content of one batch
 * @param sessionsPerSecond that are opened; further gateways are told when to come back
 * @param maxSessions open at once
 * @param heartbeat how often a gateway should speak
 * @param certificateLife of the certificates given to gateways
 */
public record IntakeSettings(
        InetSocketAddress address,
        List<String> names,
        int window,
        int maxBatchBytes,
        int sessionsPerSecond,
        int maxSessions,
        Duration heartbeat,
        Duration certificateLife) {

    public IntakeSettings {
        names = List.copyOf(names);
        if (window < 1 || window > 1_000) {
            throw new IllegalArgumentException("intake.window must be 1 to 1000, was " + window);
        }
        if (sessionsPerSecond < 1 || sessionsPerSecond > 10_000) {
            throw new IllegalArgumentException(
                    "intake.sessions-per-second must be 1 to 10000, was " + sessionsPerSecond);
        }
        if (maxSessions < 1 || maxSessions > 100_000) {
            throw new IllegalArgumentException("intake.max-sessions must be 1 to 100000, was " + maxSessions);
        }
        if (maxBatchBytes < 64 << 10 || maxBatchBytes > 32 << 20) {
            throw new IllegalArgumentException(
                    "intake.max-batch-bytes must be 65536 to 33554432, was " + maxBatchBytes);
        }
    }
}
