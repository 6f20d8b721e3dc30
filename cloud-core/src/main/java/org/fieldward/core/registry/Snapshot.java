package org.fieldward.core.registry;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.core.registry.trie.Trie;
import org.fieldward.proto.reading.DeviceId;
import org.jspecify.annotations.Nullable;

/**
 * The registry at one moment, in memory, for the hot path. Immutable; a changed one shares with it what did not change. The
 * numbers are the store's own short names of patients and devices.
 *
 * @param version grows with every change
 * @param bindings of each device, by {@code from}, never overlapping
 * @param facilities that a patient belongs to; none where there is no entry
 * @param index the same by other keys
 */
public record Snapshot(
        long version,
        Trie<String, Known<Patient>> patients,
        Trie<DeviceId, Known<Device>> devices,
        Trie<DeviceId, List<Binding>> bindings,
        Trie<String, Set<String>> facilities,
        Index index) {

    public record Known<T>(int number, T is) {}

    /**
     * @param numbers every binding by its own
     * @param uses the bindings of each patient, by {@code from}
     * @param carried the devices that each gateway last carried
     */
    record Index(
            Trie<Long, Binding> numbers,
            Trie<String, List<Binding>> uses,
            Trie<String, Trie<DeviceId, Known<Device>>> carried) {}

    /**
     * Whom and what a change was about, for who follows it.
     *
     * @param everything all of it may have changed; then the others are empty
     * @param gateways that carry a device, or carried it before, of which there is another thing to say
     */
    public record Difference(
            boolean everything, Set<String> patients, Set<DeviceId> devices, Set<Long> bindings, Set<String> gateways) {

        public static final Difference EVERYTHING = new Difference(true, Set.of(), Set.of(), Set.of(), Set.of());

        public Difference {
            patients = Set.copyOf(patients);
            devices = Set.copyOf(devices);
            bindings = Set.copyOf(bindings);
            gateways = Set.copyOf(gateways);
        }

        /** Whether it says nothing of a patient, a device or a binding. */
        public boolean isEmpty() {
            return !everything && patients.isEmpty() && devices.isEmpty() && bindings.isEmpty();
        }
    }

    /** Of a registry that nobody looked at yet. */
    public static final Snapshot EMPTY = new Snapshot(
            -1,
            Trie.empty(),
            Trie.empty(),
            Trie.empty(),
            Trie.empty(),
            new Index(Trie.empty(), Trie.empty(), Trie.empty()));

    private static final Comparator<Binding> BY_TIME =
            Comparator.comparing(Binding::from).thenComparing(Binding::number);

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

    public Optional<Binding> binding(long number) {
        return Optional.ofNullable(index.numbers.get(number));
    }

    /** The patient's bindings, by {@code from}. */
    public List<Binding> uses(String patient) {
        return index.uses.getOrDefault(patient, List.of());
    }

    /** The devices that the gateway last carried, in no particular order. */
    public Map<DeviceId, Known<Device>> carried(String gateway) {
        return index.carried.getOrDefault(gateway, Trie.empty());
    }

    public Snapshot at(long now) {
        return new Snapshot(now, patients, devices, bindings, facilities, index);
    }

    /** Instead of who had this id. */
    public Snapshot with(String patient, Known<Patient> known) {
        return new Snapshot(version, patients.with(patient, known), devices, bindings, facilities, index);
    }

    /** Instead of what had this id. */
    public Snapshot with(DeviceId device, Known<Device> known) {
        Optional<String> before = Optional.ofNullable(devices.get(device))
                .flatMap(former -> former.is().gateway());
        Trie<String, Trie<DeviceId, Known<Device>>> carried = index.carried;
        if (before.isPresent()) {
            Trie<DeviceId, Known<Device>> left =
                    carried.getOrDefault(before.get(), Trie.empty()).without(device);
            carried = left.isEmpty() ? carried.without(before.get()) : carried.with(before.get(), left);
        }
        if (known.is().gateway().isPresent()) {
            String gateway = known.is().gateway().get();
            carried = carried.with(
                    gateway, carried.getOrDefault(gateway, Trie.empty()).with(device, known));
        }
        return new Snapshot(
                version,
                patients,
                devices.with(device, known),
                bindings,
                facilities,
                new Index(index.numbers, index.uses, carried));
    }

    /** Instead of what had this number. */
    public Snapshot with(Binding binding) {
        Trie<DeviceId, List<Binding>> ofDevices =
                bindings.with(binding.device(), with(bindings.getOrDefault(binding.device(), List.of()), binding));
        return new Snapshot(
                version,
                patients,
                devices,
                ofDevices,
                facilities,
                new Index(
                        index.numbers.with(binding.number(), binding),
                        index.uses.with(binding.patient(), with(uses(binding.patient()), binding)),
                        index.carried));
    }

    private static List<Binding> with(List<Binding> bindings, Binding added) {
        var with = new ArrayList<Binding>(bindings.size() + 1);
        for (Binding binding : bindings) {
            if (binding.number() != added.number()) {
                with.add(binding);
            }
        }
        with.add(added);
        with.sort(BY_TIME);
        return List.copyOf(with);
    }

    /** Instead of those that the patient belonged to. */
    public Snapshot with(String patient, Set<String> belonging) {
        return new Snapshot(
                version, patients, devices, bindings, facilities.with(patient, Set.copyOf(belonging)), index);
    }
}
