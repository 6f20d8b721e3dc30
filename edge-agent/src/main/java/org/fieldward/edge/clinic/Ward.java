package org.fieldward.edge.clinic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.fieldward.edge.clinic.DeviceView.LastValue;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Document;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Waveform;

/**
 * Every device's last values and how it is doing, from what was committed. Pure. Bounded: the device that was silent for
 * longest is forgotten first. For one thread.
 */
final class Ward {

    private final int maxDevices;
    private final Duration lateAfter;
    private final Map<DeviceId, DeviceTrack> devices = new LinkedHashMap<>(16, 0.75f, true);
    private List<DeviceTrack> changed = new ArrayList<>();

    /** New values of one device. */
    record Update(DeviceId device, List<LastValue> values) {}

    /** @param lateAfter a reading that is older at its arrival is history */
    Ward(int maxDevices, Duration lateAfter) {
        this.maxDevices = maxDevices;
        this.lateAfter = lateAfter;
    }

    void fold(List<Sequenced> entries, Now now) {
        for (Sequenced one : entries) {
            switch (one.entry()) {
                case Reading reading -> reading(reading, now);
                case DeviceStatus status -> track(status.device()).status(status);
                case Waveform block -> waveform(block, now);
                case AlarmChange ours -> {}
                case Gap ours -> {}
                case Document ours -> {}
            }
        }
    }

    private void reading(Reading reading, Now now) {
        if (isReplayed(reading.stamp(), now)) {
            return;
        }
        DeviceTrack track = track(reading.device());
        if (track.reading(reading)) {
            changed.add(track);
        }
    }

    /** The page shows no curve, but whoever sends one is there. */
    private void waveform(Waveform block, Now now) {
        if (!isReplayed(block.stamp(), now)) {
            track(block.device()).seen(block.stamp());
        }
    }

    /** What waited in quarantine arrived long ago: it tells neither how the patient is nor that the device sends. */
    private boolean isReplayed(Stamp stamp, Now now) {
        return now.at().getEpochSecond() - stamp.receivedAt().getEpochSecond() > lateAfter.toSeconds();
    }

    private DeviceTrack track(DeviceId device) {
        DeviceTrack known = devices.get(device);
        if (known != null) {
            return known;
        }
        if (devices.size() >= maxDevices) {
            devices.remove(devices.keySet().iterator().next());
        }
        var fresh = new DeviceTrack(device, lateAfter);
        devices.put(device, fresh);
        return fresh;
    }

    /** New values since the last call, of the devices that somebody listens to. */
    List<Update> takeUpdates(Predicate<DeviceId> wanted, Now now) {
        var updates = new ArrayList<Update>();
        for (DeviceTrack track : changed) {
            List<LastValue> values = track.takeChanged(wanted.test(track.device()), now);
            if (!values.isEmpty()) {
                updates.add(new Update(track.device(), values));
            }
        }
        changed = new ArrayList<>();
        return updates;
    }

    Collection<DeviceId> known() {
        return List.copyOf(devices.keySet());
    }

    /** Empty if nothing is known. */
    List<LastValue> values(DeviceId device, Now now) {
        return Optional.ofNullable(devices.get(device))
                .map(track -> track.values(now))
                .orElse(List.of());
    }

    List<DeviceView> views(Now now) {
        return devices.values().stream().map(track -> track.view(now)).toList();
    }
}
