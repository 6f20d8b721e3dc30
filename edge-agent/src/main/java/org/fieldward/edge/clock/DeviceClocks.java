package org.fieldward.edge.clock;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Document;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Waveform;

/**
 * The clocks of all devices. Bounded: the device that said nothing for longest is forgotten first. While the gateway's own
 * clock is not certain nothing is learnt, and only a device that is just as far off as it was known to be is put right: then
 * both clocks are as they were. Thread-safe.
 */
public final class DeviceClocks {

    private static final int MAX_DEVICES = 10_000;

    private static final long MOST_LAG_MICROS =
            Stamp.MAX_CORRECTION.minusDays(1).toSeconds() * 1_000_000;

    private final ClockSettings settings;
    private final Map<DeviceId, ClockDecider> clocks = new LinkedHashMap<>(16, 0.75f, true);

    /** @param known corrections in force before a restart, in milliseconds */
    public DeviceClocks(ClockSettings settings, Map<DeviceId, Long> known) {
        this.settings = settings;
        known.forEach((device, millis) -> clocks.put(device, new ClockDecider(settings, millis)));
    }

    /**
     * The same entries in the same order, with the correction of each device.
     *
     * @param entries of one message
     * @param sentAt what the device's clock showed while it sent the message, if it said so
     */
    public List<Entry> putRight(List<? extends Entry> entries, Optional<Instant> sentAt) {
        if (!settings.correcting()) {
            return List.copyOf(entries);
        }
        if (entries.size() == 1) {
            Entry only = entries.getFirst();
            Optional<Stamp> stamp = said(only);
            Entry right = stamp.isPresent() ? put(only, correction(only.device(), stamp.get(), sentAt)) : only;
            return right == only ? List.copyOf(entries) : List.of(right);
        }
        Map<DeviceId, Stamp> newest = new HashMap<>();
        for (Entry entry : entries) {
            said(entry).ifPresent(stamp -> newest.merge(entry.device(), stamp, DeviceClocks::later));
        }
        Map<DeviceId, Duration> corrections = new HashMap<>();
        newest.forEach((device, stamp) -> corrections.put(device, correction(device, stamp, sentAt)));
        var right = new ArrayList<Entry>(entries.size());
        for (Entry entry : entries) {
            right.add(put(entry, corrections.getOrDefault(entry.device(), Duration.ZERO)));
        }
        return right;
    }

    private Duration correction(DeviceId device, Stamp newest, Optional<Instant> sentAt) {
        Instant measured = newest.deviceTime().orElseThrow();
        // Nobody sends before having measured: such a word about the clock says nothing.
        boolean isPair = sentAt.isPresent() && !sentAt.get().isBefore(measured.minusSeconds(1));
        Instant said = isPair ? sentAt.get() : measured;
        long lagMicros = Micros.between(said, newest.receivedAt());
        if (Math.abs(lagMicros) > MOST_LAG_MICROS) {
            return Duration.ZERO;
        }
        var told = new Evidence(said.toEpochMilli(), lagMicros / 1000, isPair, newest.tickMillis());
        synchronized (clocks) {
            ClockDecider clock = clocks.get(device);
            if (newest.clock() != ClockState.SYNCHRONISED) {
                return clock != null && clock.holds(told.lagMillis())
                        ? Duration.ofMillis(clock.correction())
                        : Duration.ZERO;
            }
            if (clock == null) {
                if (clocks.size() >= MAX_DEVICES) {
                    clocks.remove(clocks.keySet().iterator().next());
                }
                clock = new ClockDecider(settings, 0);
                clocks.put(device, clock);
            }
            return Duration.ofMillis(clock.on(told));
        }
    }

    /** What the entry says about its device's clock: a block was sent when its last sample was there. */
    private static Optional<Stamp> said(Entry entry) {
        return switch (entry) {
            case Reading reading ->
                reading.stamp().deviceTime().isPresent() ? Optional.of(reading.stamp()) : Optional.empty();
            case Waveform block ->
                block.stamp()
                        .deviceTime()
                        .map(from ->
                                from.plus(block.rate().lasting(block.samples().size()), ChronoUnit.MICROS))
                        .map(to -> new Stamp(
                                Optional.of(to),
                                block.stamp().receivedAt(),
                                block.stamp().tickMillis(),
                                block.stamp().boot(),
                                block.stamp().clock()));
            case AlarmChange ours -> Optional.empty();
            case DeviceStatus ours -> Optional.empty();
            case Gap ours -> Optional.empty();
            case Document ours -> Optional.empty();
        };
    }

    private static Stamp later(Stamp one, Stamp other) {
        return one.deviceTime().orElseThrow().isBefore(other.deviceTime().orElseThrow()) ? other : one;
    }

    private static Entry put(Entry entry, Duration correction) {
        if (correction.isZero()) {
            return entry;
        }
        return switch (entry) {
            case Reading reading ->
                new Reading(reading.device(), reading.stamp().corrected(correction), reading.values());
            case Waveform block ->
                new Waveform(
                        block.device(),
                        block.stamp().corrected(correction),
                        block.kind(),
                        block.rate(),
                        block.scale(),
                        block.samples(),
                        block.form());
            case AlarmChange ours -> ours;
            case DeviceStatus ours -> ours;
            case Gap ours -> ours;
            case Document ours -> ours;
        };
    }

    /** Devices whose clocks jump to and fro, so that they are believed as they are. */
    public Set<DeviceId> unsteady() {
        var unsteady = new HashSet<DeviceId>();
        synchronized (clocks) {
            clocks.forEach((device, clock) -> {
                if (clock.isUnsteady()) {
                    unsteady.add(device);
                }
            });
        }
        return unsteady;
    }

    /** The corrections in force, in milliseconds, of the devices that have one. */
    public Map<DeviceId, Long> corrections() {
        Map<DeviceId, Long> inForce = new HashMap<>();
        synchronized (clocks) {
            clocks.forEach((device, clock) -> {
                if (clock.correction() != 0) {
                    inForce.put(device, clock.correction());
                }
            });
        }
        return inForce;
    }
}
