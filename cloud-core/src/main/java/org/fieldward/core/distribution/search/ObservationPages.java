package org.fieldward.core.distribution.search;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.fieldward.core.fhir.ObservationId;
import org.fieldward.core.fhir.ObservationMaker;
import org.fieldward.core.fhir.WaveformRecord;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.ReadingQuery;
import org.fieldward.core.observation.ReadingQuery.Position;
import org.fieldward.core.observation.ReadingQuery.Scope;
import org.fieldward.core.observation.Readings;
import org.fieldward.core.observation.Waveforms;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.Coded;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.WaveformKind;

/**
 * Answers a search for Observations page by page from the readings behind them, never loading more than a page and one.
 * A page may end inside a reading: the next begins with its next Observation. What arrives in between moves nothing
 * that was served. Thread-safe.
 */
public final class ObservationPages {

    /**
     * The last Observation that was served.
     *
     * @param parameter its number, or that of the kind of waveform, which is always the greater
     */
    public record Place(DeviceId device, Instant measuredAt, int parameter) {}

    /** One Observation: a reading and what of it. */
    public record Hit(Observed observed, Coded parameter) {
        long samples() {
            StoredReading record = observed.record();
            return record.hasWaveform() ? WaveformRecord.size(record.getWaveform()) : 0;
        }
    }

    /** @param next empty on the last page */
    public record Page(List<Hit> hits, Optional<Place> next) {}

    private static final int MAX_STREAMS = 100;
    private static final int MAX_BATCH = 1_000;

    /** Blocks may be large, so they are loaded by fewer, and a page ends early when it is heavy. */
    private static final int MAX_BLOCKS = 50;

    private static final long MAX_SAMPLES = 200_000;

    /** A page ends early, and may be empty, when so many were passed over for it. */
    private static final int MAX_LOOKED_AT = 50_000;

    private final Readings readings;
    private final Waveforms waveforms;
    private final ObservationMaker maker;

    public ObservationPages(Readings readings, Waveforms waveforms, ObservationMaker maker) {
        this.readings = readings;
        this.waveforms = waveforms;
        this.maker = maker;
    }

    /** @param scope empty: whosever they are */
    public Page page(ObservationSearch search, Optional<Place> after, Optional<Scope> scope) {
        var filling = new Filling(search, after, search.asked().count() + 1, scope);
        if (search.named().isPresent()) {
            filling.addNamed(search.named().get());
        } else if (!search.observed().isEmpty()) {
            filling.addFound();
        }
        List<Hit> hits = filling.hits;
        int size = size(hits, search.asked().count());
        if (hits.size() <= size) {
            return new Page(List.copyOf(hits), filling.leftAt);
        }
        List<Hit> served = List.copyOf(hits.subList(0, size));
        return new Page(served, Optional.of(place(served.getLast())));
    }

    /** Where a search stands that served this last. */
    public static Place place(Hit last) {
        Position position = position(last.observed());
        return new Place(
                position.device(), position.measuredAt(), last.parameter().number());
    }

    /** As many as were asked for, fewer if they are heavy, one at least. */
    private static int size(List<Hit> hits, int count) {
        long samples = 0;
        int size = 0;
        while (size < Math.min(hits.size(), count)
                && (size == 0 || samples + hits.get(size).samples() <= MAX_SAMPLES)) {
            samples += hits.get(size++).samples();
        }
        return size;
    }

    /** One Observation by its id. */
    Optional<Hit> get(ObservationId id) {
        var position = new Position(id.device(), Micros.instant(id.measuredMicros()));
        Optional<Observed> found = switch (id.parameter()) {
            case Parameter parameter -> readings.get(position);
            case WaveformKind kind -> waveforms.get(position, kind);
        };
        return found.filter(observed -> maker.observed(observed.record()).contains(id.parameter()))
                .map(observed -> new Hit(observed, id.parameter()));
    }

    static Position position(Observed observed) {
        StoredReading record = observed.record();
        return new Position(new DeviceId(record.getDevice()), Micros.instant(record.getMeasuredMicros()));
    }

    /** Readings are ordered by time, then device, waveforms behind the reading of the same instant. */
    private static Comparator<Observed> order(boolean newestFirst) {
        return readingOrder(newestFirst)
                .thenComparingInt(observed -> observed.record().getWaveform().getKind());
    }

    private static Comparator<Observed> readingOrder(boolean newestFirst) {
        Comparator<Observed> oldestFirst = Comparator.<Observed>comparingLong(
                        observed -> observed.record().getMeasuredMicros())
                .thenComparing(observed -> observed.record().getDevice());
        return newestFirst ? oldestFirst.reversed() : oldestFirst;
    }

    /** @param more there may be rows behind the last */
    private record Batch(List<Observed> rows, boolean more) {}

    /** Puts streams together as far as all of them reach: of one that was cut, nobody knows what follows. */
    private static final class Merging {
        private final Comparator<Observed> order;
        private final List<Observed> rows = new ArrayList<>();
        private Optional<Observed> horizon = Optional.empty();

        Merging(Comparator<Observed> order) {
            this.order = order;
        }

        void add(List<Observed> stream, int limit) {
            rows.addAll(stream);
            if (stream.size() == limit) {
                Observed last = stream.getLast();
                horizon = Optional.of(horizon.filter(nearer -> order.compare(nearer, last) <= 0)
                        .orElse(last));
            }
        }

        Batch batch() {
            rows.sort(order);
            horizon.ifPresent(end -> rows.removeIf(row -> order.compare(row, end) > 0));
            return new Batch(rows, horizon.isPresent());
        }
    }

    /** A page being filled. */
    private final class Filling {
        private final ObservationSearch search;
        private final Optional<Place> after;
        private final int wanted;
        private final Optional<Scope> scope;
        private final List<Hit> hits = new ArrayList<>();
        private long samples;
        private int lookedAt;
        private Optional<Place> leftAt = Optional.empty();

        Filling(ObservationSearch search, Optional<Place> after, int wanted, Optional<Scope> scope) {
            this.search = search;
            this.after = after;
            this.wanted = wanted;
            this.scope = scope;
        }

        /** The Observations that were asked for by name: few, so that all are looked up. */
        void addNamed(Set<ObservationId> named) {
            Comparator<Hit> byReading = Comparator.comparing(Hit::observed, order(search.newestFirst()));
            named.stream()
                    .flatMap(id -> get(id).stream())
                    .filter(hit -> isSeen(hit.observed()))
                    .filter(hit -> search.matches(hit.observed(), hit.parameter()))
                    .sorted(byReading.thenComparing(hit -> hit.parameter().number()))
                    .filter(this::isBehind)
                    .limit(wanted)
                    .forEach(hits::add);
        }

        private boolean isSeen(Observed observed) {
            StoredReading record = observed.record();
            return scope.map(seen -> seen.holds(new DeviceId(record.getDevice()), record.getPatient()))
                    .orElse(true);
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
                    .filter(this::isSeen)
                    .ifPresent(observed -> add(observed, place.parameter())));
            List<Times.Range> ranges = search.times().ranges();
            for (Times.Range range : search.newestFirst() ? ranges.reversed() : ranges) {
                if (leftAt.isEmpty()) {
                    addRange(range);
                }
            }
        }

        private void addRange(Times.Range range) {
            Optional<Place> start = after;
            boolean more = true;
            while (more && !isFull()) {
                int size = search.isFiltered() ? MAX_BATCH : Math.min(wanted - hits.size(), MAX_BATCH);
                Batch batch = batch(range, start, size);
                batch.rows().forEach(observed -> add(observed, 0));
                more = batch.more();
                if (more) {
                    Observed last = batch.rows().getLast();
                    Position position = position(last);
                    start = Optional.of(new Place(
                            position.device(),
                            position.measuredAt(),
                            last.record().getWaveform().getKind()));
                    lookedAt += batch.rows().size();
                    if (lookedAt >= MAX_LOOKED_AT && !isFull()) {
                        leftAt = Optional.of(new Place(
                                position.device(),
                                position.measuredAt(),
                                Math.max(
                                        WaveformKind.FIRST_NUMBER - 1,
                                        last.record().getWaveform().getKind())));
                        return;
                    }
                }
            }
        }

        private boolean isFull() {
            return hits.size() >= wanted || samples > MAX_SAMPLES;
        }

        private void add(Observed observed, int behindParameter) {
            for (Coded parameter : maker.observed(observed.record())) {
                if (!isFull() && parameter.number() > behindParameter && search.matches(observed, parameter)) {
                    var hit = new Hit(observed, parameter);
                    hits.add(hit);
                    samples += hit.samples();
                }
            }
        }

        /** Several patients or devices, readings and waveforms, are as many streams in the same order, merged. */
        private Batch batch(Times.Range range, Optional<Place> start, int limit) {
            Optional<Position> position = start.map(place -> new Position(place.device(), place.measuredAt()));
            int afterKind = start.map(Place::parameter).orElse(0);
            boolean anyReading = !search.measured().isEmpty();
            Set<WaveformKind> kinds = search.waveforms();
            List<ReadingQuery> queries = patients()
                    .flatMap(patient -> devices().map(device -> query(patient, device, range, position, limit)))
                    .toList();
            if (queries.size() > MAX_STREAMS) {
                throw new SearchException("patient", "with device may name at most " + MAX_STREAMS + " pairs");
            }
            var merging = new Merging(order(search.newestFirst()));
            for (ReadingQuery query : queries) {
                if (anyReading) {
                    merging.add(readings.find(query), limit);
                }
                if (!kinds.isEmpty()) {
                    int blocks = Math.min(limit, MAX_BLOCKS);
                    merging.add(waveforms.find(new Waveforms.Query(query.limitedTo(blocks), kinds, afterKind)), blocks);
                }
            }
            return merging.batch();
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
            return new ReadingQuery(
                    patient,
                    device,
                    search.measured(),
                    range.first(),
                    range.end(),
                    search.newestFirst(),
                    position,
                    limit,
                    scope);
        }
    }
}
