package org.fieldward.core.distribution.search;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.fieldward.core.fhir.ObservationId;
import org.fieldward.core.fhir.ObservationMaker;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.ReadingQuery;
import org.fieldward.core.observation.ReadingQuery.Position;
import org.fieldward.core.observation.Readings;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Parameter;

/**
 * Answers a search for Observations page by page from the readings behind them, never loading more than a page and one.
 * A page may end inside a reading: the next begins with its next Observation. What arrives in between moves nothing
 * that was served. Thread-safe.
 */
public final class ObservationPages {

    /** The last Observation that was served. */
    public record Place(DeviceId device, Instant measuredAt, int parameter) {}

    /** One Observation: a reading and what of it. */
    public record Hit(Observed observed, Parameter parameter) {}

    /** @param next empty on the last page */
    public record Page(List<Hit> hits, Optional<Place> next) {}

    private static final int MAX_STREAMS = 100;
    private static final int MAX_BATCH = 1_000;

    private final Readings readings;
    private final ObservationMaker maker;

    public ObservationPages(Readings readings, ObservationMaker maker) {
        this.readings = readings;
        this.maker = maker;
    }

    public Page page(ObservationSearch search, Optional<Place> after) {
        var filling = new Filling(search, after, search.asked().count() + 1);
        if (search.named().isPresent()) {
            filling.addNamed(search.named().get());
        } else if (!search.observed().isEmpty()) {
            filling.addFound();
        }
        List<Hit> hits = filling.hits;
        if (hits.size() <= search.asked().count()) {
            return new Page(List.copyOf(hits), Optional.empty());
        }
        List<Hit> served = List.copyOf(hits.subList(0, search.asked().count()));
        Hit last = served.getLast();
        Position position = position(last.observed());
        return new Page(
                served,
                Optional.of(new Place(
                        position.device(),
                        position.measuredAt(),
                        last.parameter().number())));
    }

    /** One Observation by its id. */
    public Optional<Hit> get(ObservationId id) {
        var position = new Position(id.device(), Instant.EPOCH.plus(id.measuredMicros(), ChronoUnit.MICROS));
        return readings.get(position)
                .filter(observed -> maker.observed(observed.record()).contains(id.parameter()))
                .map(observed -> new Hit(observed, id.parameter()));
    }

    static Position position(Observed observed) {
        StoredReading record = observed.record();
        return new Position(
                new DeviceId(record.getDevice()), Instant.EPOCH.plus(record.getMeasuredMicros(), ChronoUnit.MICROS));
    }

    /** Readings are ordered by time, then device. */
    private static Comparator<Observed> order(boolean newestFirst) {
        Comparator<Observed> oldestFirst = Comparator.<Observed>comparingLong(
                        observed -> observed.record().getMeasuredMicros())
                .thenComparing(observed -> observed.record().getDevice());
        return newestFirst ? oldestFirst.reversed() : oldestFirst;
    }

    /** A page being filled. */
    private final class Filling {
        private final ObservationSearch search;
        private final Optional<Place> after;
        private final int wanted;
        private final List<Hit> hits = new ArrayList<>();

        Filling(ObservationSearch search, Optional<Place> after, int wanted) {
            this.search = search;
            this.after = after;
            this.wanted = wanted;
        }

        /** The Observations that were asked for by name: few, so that all are looked up. */
        void addNamed(Set<ObservationId> named) {
            Comparator<Hit> byReading = Comparator.comparing(Hit::observed, order(search.newestFirst()));
            named.stream()
                    .flatMap(id -> get(id).stream())
                    .filter(hit -> search.matches(hit.observed().record(), hit.parameter()))
                    .sorted(byReading.thenComparing(hit -> hit.parameter().number()))
                    .filter(this::isBehind)
                    .limit(wanted)
                    .forEach(hits::add);
        }

        private boolean isBehind(Hit hit) {
            if (after.isEmpty()) {
                return true;
            }
            Place place = after.get();
            Position position = position(hit.observed());
            int time = position.measuredAt().compareTo(place.measuredAt());
            int reading = time != 0 ? time : position.device().compareTo(place.device());
            if (reading == 0) {
                return hit.parameter().number() > place.parameter();
            }
            return search.newestFirst() ? reading < 0 : reading > 0;
        }

        void addFound() {
            after.ifPresent(place -> readings.get(new Position(place.device(), place.measuredAt()))
                    .ifPresent(observed -> add(observed, place.parameter())));
            List<Times.Range> ranges = search.times().ranges();
            for (Times.Range range : search.newestFirst() ? ranges.reversed() : ranges) {
                addRange(range, after.map(place -> new Position(place.device(), place.measuredAt())));
            }
        }

        private void addRange(Times.Range range, Optional<Position> start) {
            Optional<Position> position = start;
            while (hits.size() < wanted) {
                int limit = Math.min(wanted - hits.size(), MAX_BATCH);
                List<Observed> batch = batch(range, position, limit);
                batch.forEach(observed -> add(observed, 0));
                if (batch.size() < limit) {
                    return;
                }
                position = Optional.of(position(batch.getLast()));
            }
        }

        private void add(Observed observed, int behindParameter) {
            for (Parameter parameter : maker.observed(observed.record())) {
                if (hits.size() < wanted
                        && parameter.number() > behindParameter
                        && search.matches(observed.record(), parameter)) {
                    hits.add(new Hit(observed, parameter));
                }
            }
        }

        /** Several patients or devices are as many streams in the same order, merged. */
        private List<Observed> batch(Times.Range range, Optional<Position> position, int limit) {
            List<ReadingQuery> queries = patients()
                    .flatMap(patient -> devices().map(device -> query(patient, device, range, position, limit)))
                    .toList();
            if (queries.size() > MAX_STREAMS) {
                throw new SearchException("patient", "with device may name at most " + MAX_STREAMS + " pairs");
            }
            if (queries.size() == 1) {
                return readings.find(queries.getFirst());
            }
            return queries.stream()
                    .flatMap(query -> readings.find(query).stream())
                    .sorted(order(search.newestFirst()))
                    .limit(limit)
                    .toList();
        }

        private Stream<Optional<String>> patients() {
            return search.patients()
                    .map(ids -> ids.stream().map(Optional::of))
                    .orElseGet(() -> Stream.of(Optional.empty()));
        }

        private Stream<Optional<DeviceId>> devices() {
            return search.devices()
                    .map(ids -> ids.stream().map(Optional::of))
                    .orElseGet(() -> Stream.of(Optional.empty()));
        }

        private ReadingQuery query(
                Optional<String> patient,
                Optional<DeviceId> device,
                Times.Range range,
                Optional<Position> position,
                int limit) {
            boolean bounded = !range.from().equals(Times.FIRST);
            boolean ends = !range.until().equals(Times.LAST);
            return new ReadingQuery(
                    patient,
                    device,
                    search.measured(),
                    bounded ? Optional.of(range.from()) : Optional.empty(),
                    ends ? Optional.of(range.until()) : Optional.empty(),
                    search.newestFirst(),
                    position,
                    limit);
        }
    }
}
