package org.fieldward.core.access;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.fieldward.core.registry.Registry;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.DeviceId;

/** Which facility gateways, devices, readings and the registry's patients belong to, and whether a sight reaches them. */
public final class Territory {

    private final Registry registry;
    private final Map<String, String> byGateway;

    /** @param byGateway the facility that a gateway stands in; one that is not named is its own */
    public Territory(Registry registry, Map<String, String> byGateway) {
        this.registry = registry;
        this.byGateway = Map.copyOf(byGateway);
    }

    /**
     * Reads {@code facility.gateways}.
     *
     * @param entries {@code GATEWAY=FACILITY} each
     */
    public static Map<String, String> parse(List<String> entries) {
        var facilities = new TreeMap<String, String>();
        for (String entry : entries) {
            String[] parts = entry.split("=", 2);
            if (parts.length != 2 || parts[0].isBlank() || parts[1].isBlank()) {
                throw new IllegalArgumentException(
                        "facility.gateways must be GATEWAY=FACILITY separated by commas, was '" + entry + "'");
            }
            facilities.put(parts[0].strip(), parts[1].strip());
        }
        return facilities;
    }

    public String ofGateway(String gateway) {
        return byGateway.getOrDefault(gateway, gateway);
    }

    /** That of the gateway that last carried it; none before its first reading. */
    public Set<String> ofDevice(DeviceId device) {
        return registry.device(device)
                .flatMap(Registry.Device::gateway)
                .map(this::ofGateway)
                .map(Set::of)
                .orElse(Set.of());
    }

    public boolean seesGateway(Sight sight, String gateway) {
        return sight.isEverything() || sight.reaches(Set.of(ofGateway(gateway)), Set.of(), Set.of());
    }

    public boolean seesDevice(Sight sight, DeviceId device) {
        return sight.isEverything() || sight.reaches(ofDevice(device), Set.of(), Set.of());
    }

    public boolean seesPatient(Sight sight, String patient) {
        return sight.isEverything() || sight.reaches(Set.of(), Set.of(patient), registry.facilities(patient));
    }

    public boolean seesReading(Sight sight, StoredReading reading) {
        return sees(sight, Optional.of(reading.getPatient()), reading.getGateway());
    }

    /** What a gateway carried, of that patient or of nobody. */
    public boolean sees(Sight sight, Optional<String> patient, String gateway) {
        return sight.isEverything()
                || sight.reaches(
                        Set.of(ofGateway(gateway)),
                        patient.map(Set::of).orElse(Set.of()),
                        patient.map(registry::facilities).orElse(Set.of()));
    }
}
