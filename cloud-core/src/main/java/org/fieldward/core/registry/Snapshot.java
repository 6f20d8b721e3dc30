package org.fieldward.core.registry;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.proto.reading.DeviceId;
import org.jspecify.annotations.Nullable;

/**
 * The registry at one moment, in memory, for the hot path. Immutable. The numbers are the store's own short names of
 * patients and devices.
 *
 * @param version grows with every change
 * @param bindings of each device, by {@code from}, never overlapping
 */
public record Snapshot(
        long version,
        Map<String, Known<Patient>> patients,
        Map<DeviceId, Known<Device>> devices,
        Map<DeviceId, List<Binding>> bindings) {

    public record Known<T>(int number, T is) {}

    static final Snapshot EMPTY = new Snapshot(-1, Map.of(), Map.of(), Map.of());

    /** Whom the device served at that instant. */
    public Optional<Known<Patient>> servedBy(DeviceId device, Instant at) {
        List<Binding> ofDevice = bindings.get(device);
        if (ofDevice != null) {
            // From the newest on: nearly every reading belongs to the last binding.
            for (int i = ofDevice.size() - 1; i >= 0; i--) {
                Binding binding = ofDevice.get(i);
                if (!at.isBefore(binding.from())) {
                    boolean ended = binding.until().isPresent()
                            && !at.isBefore(binding.until().get());
                    if (!ended) {
                        return Optional.ofNullable(patients.get(binding.patient()));
                    }
                    if (!binding.from().equals(binding.until().get())) {
                        return Optional.empty();
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** The device's short number, if it is known. */
    public Optional<Integer> number(DeviceId device) {
        @Nullable Known<Device> known = devices.get(device);
        return Optional.ofNullable(known).map(Known::number);
    }
}
