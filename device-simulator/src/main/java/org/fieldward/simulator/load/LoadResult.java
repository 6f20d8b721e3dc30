package org.fieldward.simulator.load;

import java.util.List;

/**
 * What a load measured. Times are in milliseconds.
 *
 * @param acked publishes acknowledged while it was measured
 * @param ackedPerSecond of each second that was measured
 * @param lostConnections connections that broke and were made again
 * @param unanswered publishes that a broken connection left without an answer
 * @param windows ten, one after the other; fewer where it was shorter than ten seconds
 * @param processes what the watched processes used, with all that they started
 * @param threads what their threads used, the busiest of each process first
 */
public record LoadResult(
        Setting setting,
        long acked,
        List<Long> ackedPerSecond,
        List<Window> windows,
        Latency latency,
        long lostConnections,
        long unanswered,
        List<ProcessUsage> processes,
        List<ThreadUsage> threads) {

    /** What was asked for; {@code ratePerSecond} 0 is the closed loop. */
    public record Setting(
            int connections, int window, int readingsPerPublish, int values, long ratePerSecond, double seconds) {}

    /** From sending, or in the open loop from the time meant for sending, until PUBACK. */
    public record Latency(double p50, double p90, double p99, double p999, double max) {}

    /**
     * What one process used while it was measured.
     *
     * @param cpuSecondsPerMillion of acknowledged publishes
     * @param residentMegabytes median of the seconds; of processes that it started, the part that is theirs at the end
     * @param mostMegabytes of any second, likewise
     * @param writtenMegabytes to disk, by it and by what it started that still runs
     */
    public record ProcessUsage(
            String name,
            double cpuSeconds,
            double cpuSecondsPerMillion,
            double residentMegabytes,
            double mostMegabytes,
            double writtenMegabytes) {}

    /**
     * What the threads of one process used whose names are alike but for numbers.
     *
     * @param thread the first 15 characters of the name, which is all that Linux keeps
     * @param cpuSecondsPerMillion of acknowledged publishes
     */
    public record ThreadUsage(String process, String thread, double cpuSeconds, double cpuSecondsPerMillion) {}

    /** A tenth of the time measured; latency in milliseconds. */
    public record Window(int fromSecond, int toSecond, long ackedPerSecond, double p50, double p99) {}

    public LoadResult {
        ackedPerSecond = List.copyOf(ackedPerSecond);
        windows = List.copyOf(windows);
        processes = List.copyOf(processes);
        threads = List.copyOf(threads);
    }

    public long medianPerSecond() {
        return ackedPerSecond.stream()
                .sorted()
                .skip(ackedPerSecond.size() / 2)
                .findFirst()
                .orElse(0L);
    }
}
