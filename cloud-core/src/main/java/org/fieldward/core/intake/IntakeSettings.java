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
 * @param heartbeat how often a gateway should speak
 * @param certificateLife of the certificates given to gateways
 */
public record IntakeSettings(
        InetSocketAddress address,
        List<String> names,
        int window,
        int maxBatchBytes,
        Duration heartbeat,
        Duration certificateLife) {

    public IntakeSettings {
        names = List.copyOf(names);
        if (window < 1 || window > 1_000) {
            throw new IllegalArgumentException("intake.window must be 1 to 1000, was " + window);
        }
        if (maxBatchBytes < 64 << 10 || maxBatchBytes > 32 << 20) {
            throw new IllegalArgumentException(
                    "intake.max-batch-bytes must be 65536 to 33554432, was " + maxBatchBytes);
        }
    }
}
