package org.fieldward.core.distribution;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.registry.Registry;
import org.fieldward.proto.reading.DeviceId;

/** A registry in memory. */
public final class FakeRegistry implements Registry {

    private final Map<String, Patient> patients = new LinkedHashMap<>();
    private final Map<DeviceId, Device> devices = new LinkedHashMap<>();
    private final Map<String, Set<String>> facilities = new HashMap<>();
    private final List<Binding> bindings = new ArrayList<>();

    @Override
    public synchronized void putPatient(Patient patient) {
        patients.put(patient.id(), patient);
    }

    @Override
    public synchronized Set<String> facilities(String patient) {
        return facilities.getOrDefault(patient, Set.of());
    }

    @Override
    public synchronized void addFacilities(String patient, Set<String> more) {
        if (!patients.containsKey(patient)) {
            return;
        }
        var all = new HashSet<>(facilities(patient));
        all.addAll(more);
        facilities.put(patient, all);
    }

    @Override
    public synchronized Optional<Patient> patient(String id) {
        return Optional.ofNullable(patients.get(id));
    }

    @Override
    public synchronized List<Patient> patients() {
        return List.copyOf(patients.values());
    }

    @Override
    public synchronized void putDevice(Device device) {
        devices.put(device.id(), device);
    }

    @Override
    public synchronized Optional<Device> device(DeviceId id) {
        return Optional.ofNullable(devices.get(id));
    }

    @Override
    public synchronized List<Device> devices() {
        return List.copyOf(devices.values());
    }

    @Override
    public synchronized BindResult bind(DeviceId device, String patient, Instant from, Optional<Instant> until) {
        if (until.isPresent() && until.get().isBefore(from)) {
            throw new IllegalArgumentException("until must not be before from");
        }
        if (!devices.containsKey(device)) {
            return new BindResult.Unknown("device", device.name());
        }
        if (!patients.containsKey(patient)) {
            return new BindResult.Unknown("patient", patient);
        }
        var binding = new Binding(bindings.size() + 1L, device, patient, from, until);
        Optional<Binding> other = overlap(binding);
        if (other.isPresent()) {
            return new BindResult.Overlaps(other.get());
        }
        bindings.add(binding);
        Optional.ofNullable(devices.get(device))
                .flatMap(Device::gateway)
                .ifPresent(gateway -> addFacilities(patient, Set.of(gateway)));
        return new BindResult.Bound(binding);
    }

    private Optional<Binding> overlap(Binding wanted) {
        return bindings.stream()
                .filter(other -> other.number() != wanted.number())
                .filter(other -> other.device().equals(wanted.device()))
                .filter(other -> !isEmpty(other) && !isEmpty(wanted))
                .filter(other -> endsAfter(other, wanted.from()) && endsAfter(wanted, other.from()))
                .min(Comparator.comparing(Binding::from).thenComparing(Binding::number));
    }

    private static boolean isEmpty(Binding binding) {
        return binding.until().equals(Optional.of(binding.from()));
    }

    private static boolean endsAfter(Binding binding, Instant instant) {
        return binding.until().map(instant::isBefore).orElse(true);
    }

    @Override
    public synchronized BindResult endBinding(long number, Instant until) {
        if (number < 1 || number > bindings.size()) {
            return new BindResult.Unknown("binding", Long.toString(number));
        }
        Binding before = bindings.get((int) number - 1);
        if (until.isBefore(before.from())) {
            throw new IllegalArgumentException("until must not be before " + before.from());
        }
        var ended = new Binding(number, before.device(), before.patient(), before.from(), Optional.of(until));
        Optional<Binding> other = overlap(ended);
        if (other.isPresent()) {
            return new BindResult.Overlaps(other.get());
        }
        bindings.set((int) number - 1, ended);
        return new BindResult.Bound(ended);
    }

    @Override
    public synchronized List<Binding> bindings() {
        return List.copyOf(bindings);
    }

    @Override
    public synchronized Optional<Binding> binding(long number) {
        return bindings.stream().filter(one -> one.number() == number).findFirst();
    }
}
