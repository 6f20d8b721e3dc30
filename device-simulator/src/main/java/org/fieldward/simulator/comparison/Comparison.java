package org.fieldward.simulator.comparison;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.core.CoreExport;
import org.fieldward.simulator.core.TimeSpan;
import org.fieldward.simulator.evidence.EvidenceFile;

/**
 * Sets evidence against a core: every value that was acknowledged must be there once and exactly as it was sent, a
 * monitor's zero for "sensor off" as the absence {@code not-performed}. Values never acknowledged may be there or not.
 * Where a device said two different things of one instant, either is right.
 *
 * @param span device times to look at
 * @param maxFindings how many of each kind to name; all are counted
 */
public record Comparison(EvidenceFile evidence, CoreExport core, TimeSpan span, int maxFindings) {

    public static Comparison of(EvidenceFile evidence, CoreExport core) {
        return new Comparison(evidence, core, TimeSpan.ALWAYS, 20);
    }

    /** Asks for one device after the other; needs 32 bytes per message sent, and a stream per device. */
    public ComparisonResult run() {
        Claims claims = Claims.of(evidence, span);
        var tally = new Tally(maxFindings);
        try (var lines = new SentLines(evidence.path())) {
            claims.devices().forEach((device, sent) -> compare(device, sent, claims, lines, tally));
        }
        return tally.result(claims.malformed());
    }

    /**
     * Compares again and again until nothing is missing or the time is over, for a core that is still catching up.
     *
     * @param nanoTime a monotonic clock
     */
    public ComparisonResult runUntilComplete(Duration atMost, LongSupplier nanoTime) {
        long begin = nanoTime.getAsLong();
        while (true) {
            long before = nanoTime.getAsLong();
            ComparisonResult result = run();
            long now = nanoTime.getAsLong();
            if (result.isComplete() || now - begin >= atMost.toNanos() || Thread.interrupted()) {
                return result;
            }
            // As long as it took, so that asking never takes more than half of the core's time.
            LockSupport.parkNanos(Math.max(200_000_000, now - before));
        }
    }

    private void compare(DeviceId device, DeviceClaims sent, Claims claims, SentLines lines, Tally tally) {
        var check = new DeviceCheck(device, sent, claims, lines, tally);
        core.readings(device, span, stored -> {
            if (span.contains(stored.time())) {
                check.found(stored);
            }
        });
        check.finish();
    }
}
