package org.fieldward.edge.clinic;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Stamp;

/**
 * How far a device's clock is from the gateway's, learnt from readings that arrived as they were measured, and how late a
 * reading is after that is allowed for. What a device kept during an outage is late and teaches nothing; a clock that was
 * set is believed after it was steady for half a minute, as the alarms do it. For one thread.
 */
final class DeviceClock {

    private static final int SAMPLES = 32;
    private static final long SAMPLE_EVERY_MILLIS = 1_000;
    private static final long STEADY_MILLIS = 30_000;
    private static final long TOLERANCE_MILLIS = 5_000;

    private final long lateMillis;
    private final long[] ring = new long[SAMPLES];
    private int filled;
    private int next;
    private long median;
    private long sampledAt;
    private long steadyOffset;
    private long steadySince = -1;
    private long correctionMillis;
    private ClockState gateway = ClockState.UNCONFIRMED;

    DeviceClock(Duration lateAfter) {
        lateMillis = lateAfter.toMillis();
    }

    /** How long before its arrival a reading was measured, in milliseconds; 0 without a device time. */
    long lateness(Stamp stamp) {
        if (stamp.deviceTime().isEmpty()) {
            return 0;
        }
        if (stamp.clock() != gateway) {
            // The gateway's own clock was set: what was learnt by the old one is void.
            gateway = stamp.clock();
            filled = 0;
            steadySince = -1;
        }
        long offset = Micros.between(stamp.receivedAt(), stamp.deviceTime().get()) / 1000;
        long tick = stamp.tickMillis();
        if (steadySince < 0 || Math.abs(offset - steadyOffset) > TOLERANCE_MILLIS) {
            steadyOffset = offset;
            steadySince = tick;
        }
        boolean steady = tick - steadySince >= STEADY_MILLIS;
        boolean fits = filled > 0 && Math.abs(offset - median) <= TOLERANCE_MILLIS;
        if (steady && !fits) {
            filled = 0;
        }
        boolean isFirst = filled == 0 && (steady || offset >= -lateMillis);
        if (isFirst || (fits && tick - sampledAt >= SAMPLE_EVERY_MILLIS)) {
            learn(offset, tick);
        }
        correctionMillis = stamp.correction().toMillis();
        if (correctionMillis != 0) {
            return Math.max(0, -offset - correctionMillis);
        }
        return Math.max(0, (filled > 0 ? median : 0) - offset);
    }

    Optional<DeviceView.Offset> offset() {
        if (filled == 0) {
            return Optional.empty();
        }
        long[] distances = Arrays.stream(ring, 0, filled)
                .map(one -> Math.abs(one - median))
                .sorted()
                .toArray();
        return Optional.of(new DeviceView.Offset(
                median, distances[(int) Math.ceil(filled * 0.9) - 1], filled, correctionMillis, false));
    }

    private void learn(long offset, long tick) {
        if (filled == 0) {
            next = 0;
        }
        ring[next] = offset;
        next = (next + 1) % SAMPLES;
        filled = Math.min(filled + 1, SAMPLES);
        sampledAt = tick;
        long[] sorted = Arrays.copyOf(ring, filled);
        Arrays.sort(sorted);
        median = sorted[filled / 2];
    }
}
