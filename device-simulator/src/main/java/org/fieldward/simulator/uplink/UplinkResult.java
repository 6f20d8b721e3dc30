package org.fieldward.simulator.uplink;

import java.util.List;
import org.fieldward.simulator.load.LoadResult.Latency;
import org.fieldward.simulator.load.LoadResult.ProcessUsage;

/**
 * What simulated gateways measured of a core.
 *
 * @param acked readings confirmed while it was measured
 * @param batches that they came in
 * @param bytes of those batches, as they were sent
 * @param quarantined readings that the core took and set aside, since the beginning
 * @param turnedAway how often the core had no room for a gateway, which then came back later, while it was measured
 * @param ackedPerSecond of each second that was measured
 * @param latency of a batch, until its confirm: from when its oldest reading was due, or as fast as confirmed from sending
 */
public record UplinkResult(
        Setting setting,
        long acked,
        long batches,
        long bytes,
        long quarantined,
        long turnedAway,
        List<Long> ackedPerSecond,
        Latency latency,
        List<ProcessUsage> processes) {

    /** What was asked for; {@code ratePerSecond} 0 is as fast as confirmed. */
    public record Setting(int gateways, int devices, long ratePerSecond, double seconds) {}

    public UplinkResult {
        ackedPerSecond = List.copyOf(ackedPerSecond);
        processes = List.copyOf(processes);
    }
}
