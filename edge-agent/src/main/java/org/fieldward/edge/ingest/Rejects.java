package org.fieldward.edge.ingest;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.proto.reading.DeviceId;

/**
 * What was refused, per device: counts since the start and the last reasons. Holds nothing of any payload. Bounded: the
 * device that was refused longest ago is forgotten first. Thread-safe.
 */
public final class Rejects {

    private static final int MAX_LAST = 20;
    private static final int MAX_DEVICES = 10_000;

    /** One refusal. */
    public record Refusal(Instant at, RejectReason reason) {}

    /**
     * What was refused of one device.
     *
     * @param counts only reasons that occurred
     * @param last newest first, at most 20
     */
    public record OfDevice(Map<RejectReason, Long> counts, List<Refusal> last) {}

    private static final class Tally {
        private final Map<RejectReason, Long> counts = new EnumMap<>(RejectReason.class);
        private final Deque<Refusal> last = new ArrayDeque<>();
    }

    private final Map<DeviceId, Tally> tallies = new LinkedHashMap<>(16, 0.75f, true);

    synchronized void count(DeviceId device, Instant at, RejectReason reason) {
        Tally tally = tallies.computeIfAbsent(device, id -> new Tally());
        tally.counts.merge(reason, 1L, Long::sum);
        tally.last.addFirst(new Refusal(at, reason));
        if (tally.last.size() > MAX_LAST) {
            tally.last.removeLast();
        }
        if (tallies.size() > MAX_DEVICES) {
            tallies.remove(tallies.keySet().iterator().next());
        }
    }

    /** In the order of the devices' names. */
    public synchronized Map<DeviceId, OfDevice> snapshot() {
        var snapshot = new TreeMap<DeviceId, OfDevice>();
        tallies.forEach((device, tally) ->
                snapshot.put(device, new OfDevice(Map.copyOf(tally.counts), List.copyOf(tally.last))));
        return snapshot;
    }

    /** Of all devices together. */
    public long total() {
        return snapshot().values().stream()
                .flatMap(device -> device.counts().values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }
}
