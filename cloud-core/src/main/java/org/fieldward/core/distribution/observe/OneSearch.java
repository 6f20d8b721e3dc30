package org.fieldward.core.distribution.observe;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.search.Asked;
import org.fieldward.core.distribution.search.ObservationPages;
import org.fieldward.core.distribution.search.ObservationPages.Hit;
import org.fieldward.core.distribution.search.ObservationSearch;
import org.fieldward.core.distribution.search.SearchException;
import org.fieldward.core.distribution.search.Times;
import org.fieldward.core.fhir.ObservationMaker;
import org.fieldward.core.observation.ReadingQuery;
import org.fieldward.core.observation.ReadingQuery.Scope;
import org.fieldward.core.observation.Readings;
import org.fieldward.core.observation.Waveforms;
import org.fieldward.core.registry.Registry;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Resource;

/**
 * Searches Observations made of readings and stored ones at once: both come in the order of their time, and are merged as
 * far as a page goes. Thread-safe.
 */
public final class OneSearch {

    /** More readings are not counted for a total. */
    static final long MAX_COUNTED = 1_000_000;

    /** @param next where the next page begins, empty on the last page */
    public record Result(
            List<Observation> matches, List<Resource> included, OptionalLong total, Optional<String> next) {}

    private final Registry registry;
    private final Readings readings;
    private final Waveforms waveforms;
    private final ObservationPages pages;
    private final Kept stored;
    private final Visibility visibility;
    private final Links links;
    private final Includes includes;
    private final ObservationMaker maker = new ObservationMaker();

    public OneSearch(
            Registry registry, Readings readings, Waveforms waveforms, Kept stored, Visibility visibility, Past past) {
        this.registry = registry;
        this.readings = readings;
        this.waveforms = waveforms;
        pages = new ObservationPages(readings, waveforms, maker);
        this.stored = stored;
        this.visibility = visibility;
        links = new Links(stored);
        includes = new Includes(registry, stored, past, visibility);
    }

    /**
     * @param startedAt when the first page was asked for
     * @param place where the page before ended
     * @throws SearchException naming what cannot be searched by
     */
    public Result page(Asked asked, Instant startedAt, Optional<String> place, Sight sight) {
        if (stored == Kept.NOTHING) {
            asked.values().keySet().stream()
                    .filter(asked::isChained)
                    .findFirst()
                    .ifPresent(name -> {
                        throw new SearchException(name, "cannot be searched by here: nothing is stored");
                    });
        }
        var search = ObservationSearch.of(asked, devices(), startedAt, links.of(asked, sight));
        Optional<Scope> scope = visibility.scope(sight);
        OptionalLong total =
                asked.counted() ? OptionalLong.of(total(asked, search, scope, sight)) : OptionalLong.empty();
        if (asked.countOnly()) {
            return new Result(List.of(), List.of(), total, Optional.empty());
        }
        var merging = new Merging(
                asked, search, scope, sight, place.map(MergedPlace::read).orElse(MergedPlace.START));
        merging.fill();
        return new Result(
                merging.matches,
                includes.of(asked.includes(), merging.shown, merging.kept, sight),
                total,
                merging.next().map(MergedPlace::write));
    }

    /** The Observation that a search found. */
    Observation make(Hit hit) {
        return maker.make(
                hit.observed().record(), hit.parameter(), hit.observed().changedAt());
    }

    /** Counted where that does not mean to look at each reading, and by the store. */
    private long total(Asked asked, ObservationSearch search, Optional<Scope> scope, Sight sight) {
        String parameter = asked.countOnly() ? "_summary" : "_total";
        Optional<List<Long>> groups = search.groups();
        if (groups.isEmpty()) {
            throw new SearchException(
                    parameter,
                    "these Observations are not counted: patient, device, date, code and"
                            + " category of readings are");
        }
        long total = 0;
        long atMost = 0;
        for (ReadingQuery query : queries(search, scope)) {
            atMost += readings.atMost(query);
            if (atMost > MAX_COUNTED) {
                throw new SearchException(parameter, "more than " + MAX_COUNTED + " readings are not counted");
            }
            total += readings.count(query, groups.get());
            if (!search.waveforms().isEmpty()) {
                total += waveforms.count(new Waveforms.Query(query, search.waveforms(), 0));
            }
        }
        var parameters = new TreeMap<>(asked.parameters());
        parameters.put("_total", List.of("accurate"));
        parameters.put("_count", List.of("1"));
        return total
                + stored.search("Observation", parameters, Optional.empty(), sight)
                        .total()
                        .orElse(0);
    }

    private static List<ReadingQuery> queries(ObservationSearch search, Optional<Scope> scope) {
        var queries = new ArrayList<ReadingQuery>();
        List<Optional<String>> patients = search.patients()
                .map(ids -> ids.stream().map(Optional::of).toList())
                .orElse(List.of(Optional.empty()));
        List<Optional<DeviceId>> devices = search.devices()
                .map(ids -> ids.stream().map(Optional::of).toList())
                .orElse(List.of(Optional.empty()));
        for (Times.Range range : search.times().ranges()) {
            for (Optional<String> patient : patients) {
                for (Optional<DeviceId> device : devices) {
                    queries.add(new ReadingQuery(
                            patient, device, Set.of(), range.first(), range.end(), false, Optional.empty(), 1, scope));
                }
            }
        }
        return queries;
    }

    private List<DeviceId> devices() {
        return registry.devices().stream().map(Registry.Device::id).toList();
    }

    /** One page being put together. */
    private final class Merging {
        private final Asked asked;
        private final Sight sight;
        private final boolean newestFirst;
        private final List<Observation> matches = new ArrayList<>();
        private final List<Hit> shown = new ArrayList<>();
        private final List<String> kept = new ArrayList<>();
        private final Deque<Hit> hits;
        private final Deque<Version> versions = new ArrayDeque<>();
        private MergedPlace place;
        private boolean moreHits;
        private Optional<String> morePage = Optional.empty();

        Merging(Asked asked, ObservationSearch search, Optional<Scope> scope, Sight sight, MergedPlace place) {
            this.asked = asked;
            this.sight = sight;
            this.place = place;
            newestFirst = search.newestFirst();
            if (place.readingsDone()) {
                hits = new ArrayDeque<>();
            } else {
                var page = pages.page(search, place.reading().map(MergedPlace::reading), scope);
                hits = new ArrayDeque<>(page.hits());
                moreHits = page.next().isPresent();
                if (page.hits().isEmpty()) {
                    // Many were passed over: the place moves on all the same.
                    this.place =
                            page.next().map(next -> place.withReading(next)).orElse(place);
                }
            }
            if (!place.storedDone()) {
                load();
            }
        }

        private void load() {
            var parameters = new TreeMap<>(asked.parameters());
            parameters.put("_sort", List.of(newestFirst ? "-date" : "date"));
            parameters.put("_count", List.of(Integer.toString(asked.count())));
            Kept.Found found = stored.search("Observation", parameters, place.page(), sight);
            morePage = found.next();
            versions.addAll(place.behind(found.matches()));
        }

        void fill() {
            while (matches.size() < asked.count()) {
                while (versions.isEmpty() && morePage.isPresent()) {
                    place = place.withPage(morePage.get());
                    load();
                }
                if (hits.isEmpty() && moreHits || hits.isEmpty() && versions.isEmpty()) {
                    // Behind the readings that came nobody knows whether a stored one is next.
                    return;
                }
                if (versions.isEmpty()) {
                    take(hits.removeFirst());
                    continue;
                }
                Observation next = Json.observation(versions.getFirst());
                if (hits.isEmpty() || isBefore(next, hits.getFirst())) {
                    Version version = versions.removeFirst();
                    matches.add(next);
                    kept.add(version.key().id());
                    place = place.withVersion(version.key().id());
                } else {
                    take(hits.removeFirst());
                }
            }
        }

        private void take(Hit hit) {
            matches.add(make(hit));
            shown.add(hit);
            place = place.withReading(ObservationPages.place(hit));
        }

        /** What has no time comes last. */
        private boolean isBefore(Observation stored, Hit hit) {
            Optional<Instant> effective = Json.effective(stored);
            Instant measured = Micros.instant(hit.observed().record().getMeasuredMicros());
            return effective
                    .map(at -> newestFirst ? at.isAfter(measured) : at.isBefore(measured))
                    .orElse(false);
        }

        Optional<MergedPlace> next() {
            boolean readingsDone = place.readingsDone() || hits.isEmpty() && !moreHits;
            boolean storedDone = place.storedDone() || versions.isEmpty() && morePage.isEmpty();
            return readingsDone && storedDone ? Optional.empty() : Optional.of(place.done(readingsDone, storedDone));
        }
    }
}
