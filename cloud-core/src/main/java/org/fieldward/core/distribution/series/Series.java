package org.fieldward.core.distribution.series;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.fieldward.core.access.Sight;
import org.fieldward.core.distribution.observe.Past;
import org.fieldward.core.distribution.observe.Visibility;
import org.fieldward.core.fhir.ObservationId;
import org.fieldward.core.fhir.ObservationMaker;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.ReadingQuery;
import org.fieldward.core.observation.ReadingQuery.Position;
import org.fieldward.core.observation.ReadingQuery.Scope;
import org.fieldward.core.observation.Readings;
import org.fieldward.core.registry.Registry;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.Coded;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;

/** Reads along each device's readings. */
public final class Series implements Measured {

    private static final int ROWS_AT_ONCE = 1_000;

    private final Registry registry;
    private final Readings readings;
    private final Visibility visibility;
    private final Past past;
    private final ToLongFunction<Instant> storedBefore;
    private final ObservationMaker maker = new ObservationMaker();

    /**
     * @param storedBefore the last batch of commitments of which it is known that it was stored by then: a reading may reach
     *     the centre long after its gateway, and must not be missed by who asks what is new
     */
    public Series(
            Registry registry,
            Readings readings,
            Visibility visibility,
            Past past,
            ToLongFunction<Instant> storedBefore) {
        this.registry = registry;
        this.readings = readings;
        this.visibility = visibility;
        this.past = past;
        this.storedBefore = storedBefore;
    }

    /**
     * What has been served last.
     *
     * @param number of the parameter, or of the version's Provenance
     */
    private record Place(DeviceId device, long micros, String last) {

        static Place read(String text) {
            String[] word = text.split(" ", 3);
            return new Place(new DeviceId(word[2]), Long.parseLong(word[0]), word[1]);
        }

        static String write(Place place) {
            return place.micros + " " + place.last + " " + place.device.name();
        }

        Position position() {
            return new Position(device, Micros.instant(micros));
        }
    }

    /** One resource and where it stands. */
    private record Made(Place place, Resource resource) {}

    private interface Taking {
        boolean take(Made made) throws IOException;
    }

    @Override
    public void each(Kind kind, Optional<Instant> since, Sight sight, Sink sink) throws IOException {
        walk(kind, since, sight, Optional.empty(), ROWS_AT_ONCE, made -> sink.take(made.resource()));
    }

    @Override
    public Page page(Kind kind, Optional<Instant> since, Sight sight, Optional<String> place, int count) {
        var found = new ArrayList<Made>();
        try {
            walk(kind, since, sight, place.map(Place::read), Math.min(count + 1, ROWS_AT_ONCE), made -> {
                found.add(made);
                return found.size() <= count;
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        boolean more = found.size() > count;
        List<Made> served = more ? found.subList(0, count) : found;
        return new Page(
                served.stream().map(Made::resource).toList(),
                more && count > 0 ? Optional.of(Place.write(served.getLast().place())) : Optional.empty());
    }

    private void walk(Kind kind, Optional<Instant> since, Sight sight, Optional<Place> after, int rows, Taking taking)
            throws IOException {
        Optional<Scope> scope = sight.patient().isPresent() ? Optional.empty() : visibility.scope(sight);
        OptionalLong before =
                since.map(storedBefore::applyAsLong).map(OptionalLong::of).orElse(OptionalLong.empty());
        List<DeviceId> devices =
                registry.devices().stream().map(Registry.Device::id).sorted().toList();
        for (DeviceId device : devices) {
            int order = after.map(place -> device.compareTo(place.device())).orElse(1);
            if (order < 0) {
                continue;
            }
            Optional<Place> here = order == 0 ? after : Optional.empty();
            boolean goOn = switch (kind) {
                case OBSERVATION -> {
                    var query = new ReadingQuery(
                            sight.patient(),
                            Optional.of(device),
                            Set.of(),
                            Optional.empty(),
                            Optional.empty(),
                            false,
                            Optional.empty(),
                            rows,
                            scope);
                    yield observations(query, new New(since, before), here, taking);
                }
                case PROVENANCE -> provenances(device, since, sight, here, taking);
            };
            if (!goOn) {
                return;
            }
        }
    }

    /** What counts as changed since then. */
    private record New(Optional<Instant> since, OptionalLong before) {

        boolean holds(Observed observed) {
            return since.isEmpty()
                    || observed.commitmentBatch() > before.orElse(0)
                    || !observed.changedAt()
                            .orElseGet(() -> ObservationMaker.arrived(observed.record()))
                            .isBefore(since.get());
        }
    }

    /** False where no more are wanted. */
    private boolean observations(ReadingQuery query, New fresh, Optional<Place> after, Taking taking)
            throws IOException {
        if (after.isPresent()) {
            // The reading that the page before broke off in may have more; found as any, since it may have changed.
            Instant at = after.get().position().measuredAt();
            var again = new ReadingQuery(
                    query.patient(),
                    query.device(),
                    Set.of(),
                    Optional.of(at),
                    Optional.of(at.plus(1, ChronoUnit.MICROS)),
                    false,
                    Optional.empty(),
                    1,
                    query.scope());
            for (Observed observed : readings.find(again)) {
                if (fresh.holds(observed)
                        && !take(observed, Integer.parseInt(after.get().last()), taking)) {
                    return false;
                }
            }
        }
        Optional<Position> position = after.map(Place::position);
        while (true) {
            List<Observed> found = readings.find(query.behind(position));
            for (Observed observed : found) {
                if (fresh.holds(observed) && !take(observed, 0, taking)) {
                    return false;
                }
            }
            if (found.size() < query.limit()) {
                return true;
            }
            position = Optional.of(place(found.getLast().record(), "").position());
        }
    }

    private boolean take(Observed observed, int behind, Taking taking) throws IOException {
        StoredReading record = observed.record();
        for (Coded parameter : maker.observed(record)) {
            if (parameter.number() > behind) {
                var made = new Made(
                        place(record, Integer.toString(parameter.number())),
                        maker.make(record, parameter, observed.changedAt()));
                if (!taking.take(made)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static Place place(StoredReading record, String last) {
        return new Place(new DeviceId(record.getDevice()), record.getMeasuredMicros(), last);
    }

    private boolean provenances(
            DeviceId device, Optional<Instant> since, Sight sight, Optional<Place> after, Taking taking)
            throws IOException {
        // The reading itself is looked at again: a page may have broken off between its versions.
        Optional<Instant> behind =
                after.map(place -> place.position().measuredAt().minus(1, ChronoUnit.MICROS));
        while (true) {
            List<Position> changed = readings.changed(device, behind, ROWS_AT_ONCE);
            for (Position position : changed) {
                for (Provenance provenance : provenances(position, sight)) {
                    String id = provenance.getIdElement().getIdPart();
                    var place = new Place(device, Micros.of(position.measuredAt()), id);
                    boolean served = after.filter(
                                    last -> last.micros() == place.micros() && id.compareTo(last.last()) <= 0)
                            .isPresent();
                    boolean old = since.filter(
                                    from -> provenance.getRecorded().toInstant().isBefore(from))
                            .isPresent();
                    if (!served && !old && !taking.take(new Made(place, provenance))) {
                        return false;
                    }
                }
            }
            if (changed.size() < ROWS_AT_ONCE) {
                return true;
            }
            behind = Optional.of(changed.getLast().measuredAt());
        }
    }

    /** Those of all Observations of a reading, in the order of their ids. */
    private List<Provenance> provenances(Position position, Sight sight) {
        long micros = Micros.of(position.measuredAt());
        return Stream.concat(readings.history(position).stream(), readings.get(position).stream())
                .flatMap(version -> maker.observed(version.record()).stream())
                .distinct()
                .flatMap(parameter ->
                        past.provenances(new ObservationId(position.device(), micros, parameter), sight).stream())
                .sorted((a, b) ->
                        a.getIdElement().getIdPart().compareTo(b.getIdElement().getIdPart()))
                .toList();
    }
}
