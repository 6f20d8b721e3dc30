package org.fieldward.simulator.load;

import java.util.List;

/**
 * What a load measured. Times are in milliseconds.
 *
 * @param acked publishes acknowledged while it was measured
 * @param ackedPerSecond of each second that was measured
 * @param lostConnections connections that broke and were made again
 * @param unanswered publishes that a broken connection left without an answer
 * @param processes what the watched processes used
 */
public record LoadResult(
        Setting setting,
        long acked,
        List<Long> ackedPerSecond,
        Latency latency,
        long lostConnections,
        long unanswered,
        List<ProcessUsage> processes) {

    /** What was asked for; {@code ratePerSecond} 0 is the closed loop. */
    public record Setting(
            int connections, int window, int readingsPerPublish, int values, long ratePerSecond, double seconds) {}

    /** From sending, or in the open loop from the time meant for sending, until PUBACK. */
    public record Latency(double p50, double p90, double p99, double p999, double max) {}

    /**
     * What one process used while it was measured.
     *
     * @param cpuSecondsPerMillion of acknowledged publishes
     * @param residentMegabytes at the end
     * @param writtenMegabytes to disk
     */
    public record ProcessUsage(
            String name,
            double cpuSeconds,
            double cpuSecondsPerMillion,
            double residentMegabytes,
            double writtenMegabytes) {}

    public LoadResult {
        ackedPerSecond = List.copyOf(ackedPerSecond);
        processes = List.copyOf(processes);
    }

    public long medianPerSecond() {
        return ackedPerSecond.stream()
                .sorted()
                .skip(ackedPerSecond.size() / 2)
                .findFirst()
                .orElse(0L);
    }
}
