package org.fieldward.core.observation;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Parameter;

/**
 * Which readings, in which order. Readings are ordered by time of measurement, then device.
 *
 * @param from included; {@code until} excluded
 * @param parameters readings with at least one of these; empty for all
 * @param after continue behind this reading, in the direction asked for
 * @param limit 1 to 10,000
 * @param scope empty: whosever they are
 */
public record ReadingQuery(
        Optional<String> patient,
        Optional<DeviceId> device,
        Set<Parameter> parameters,
        Optional<Instant> from,
        Optional<Instant> until,
        boolean newestFirst,
        Optional<Position> after,
        int limit,
        Optional<Scope> scope) {

    private static final int SCAN_PAGE = 1_000;

    /** Names one reading for ever: a device has one reading per instant. */
    public record Position(DeviceId device, Instant measuredAt) {}

    /** Only what these devices measured, and what belongs to these patients. */
    public record Scope(Set<DeviceId> devices, Set<String> patients) {
        public Scope {
            devices = Set.copyOf(devices);
            patients = Set.copyOf(patients);
        }

        public boolean holds(DeviceId device, String patient) {
            return devices.contains(device) || patients.contains(patient);
        }
    }

    public ReadingQuery {
        parameters = Set.copyOf(parameters);
        if (limit < 1 || limit > 10_000) {
            throw new IllegalArgumentException("limit must be 1 to 10000, was " + limit);
        }
    }

    public ReadingQuery(
            Optional<String> patient,
            Optional<DeviceId> device,
            Set<Parameter> parameters,
            Optional<Instant> from,
            Optional<Instant> until,
            boolean newestFirst,
            Optional<Position> after,
            int limit) {
        this(patient, device, parameters, from, until, newestFirst, after, limit, Optional.empty());
    }

    /** The same with another limit. */
    public ReadingQuery limitedTo(int most) {
        return new ReadingQuery(patient, device, parameters, from, until, newestFirst, after, most, scope);
    }

    /** All of it from its beginning on, in pages. */
    ReadingQuery oldestFirst() {
        return new ReadingQuery(patient, device, parameters, from, until, false, Optional.empty(), SCAN_PAGE, scope);
    }

    /** The same from its beginning or behind another place. */
    public ReadingQuery behind(Optional<Position> place) {
        return new ReadingQuery(patient, device, parameters, from, until, newestFirst, place, limit, scope);
    }
}
