package org.fieldward.core.distribution.stats;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.observe.Json;
import org.fieldward.core.distribution.observe.Kept;
import org.fieldward.core.distribution.observe.Links;
import org.fieldward.core.distribution.observe.Visibility;
import org.fieldward.core.distribution.search.Asked;
import org.fieldward.core.distribution.search.ObservationPages;
import org.fieldward.core.distribution.search.ObservationPages.Hit;
import org.fieldward.core.distribution.search.ObservationSearch;
import org.fieldward.core.distribution.search.SearchException;
import org.fieldward.core.distribution.search.Times;
import org.fieldward.core.distribution.window.Windows;
import org.fieldward.core.fhir.ObservationMaker;
import org.fieldward.core.fhir.terminology.Terminology;
import org.fieldward.core.observation.ReadingQuery;
import org.fieldward.core.observation.ReadingQuery.Scope;
import org.fieldward.core.observation.Readings;
import org.fieldward.core.observation.Waveforms;
import org.fieldward.core.registry.Registry;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Coded;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.WaveformKind;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Observation;

/**
 * The newest Observations of each code (https://hl7.org/fhir/R4/observation-operation-lastn.html). Codes that share a
 * coding are one group, of each patient. Thread-safe.
 */
public final class LastN {

    static final int MAX_STORED = 5_000;

    private final Registry registry;
    private final Readings readings;
    private final ObservationPages pages;
    private final Kept stored;
    private final Visibility visibility;
    private final Links links;
    private final ObservationMaker maker = new ObservationMaker();

    public LastN(Registry registry, Readings readings, Waveforms waveforms, Kept stored, Visibility visibility) {
        this.registry = registry;
        this.readings = readings;
        pages = new ObservationPages(readings, waveforms, maker);
        this.stored = stored;
        this.visibility = visibility;
        links = new Links(stored);
    }

    private record Dated(Observation observation, Instant at) {}

    /** Those with a coding in common, newest first. */
    private static final class Group {
        private final Set<String> names = new HashSet<>();
        private final List<Dated> chosen = new ArrayList<>();

        boolean takes(Dated one, int max) {
            // Of one instant none is newer than the other.
            return chosen.size() < max || chosen.getLast().at().equals(one.at());
        }
    }

    /**
     * Group by group, newest first within each.
     *
     * @param asked must name a patient; its count is how many of each group are wanted
     * @throws SearchException naming what cannot be asked
     */
    public List<Observation> of(Asked asked, Instant now, Sight sight) {
        List<DeviceId> devices =
                registry.devices().stream().map(Registry.Device::id).toList();
        var search = ObservationSearch.of(asked, devices, now, links.of(asked, sight));
        if (search.patients().isEmpty()) {
            throw new SearchException("patient", "must be there");
        }
        var found = new ArrayList<Dated>();
        measured(search, visibility.scope(sight), found);
        stored(asked, sight, found);
        found.sort(Comparator.comparing(Dated::at).reversed());
        var groups = new ArrayList<Group>();
        for (Dated one : found) {
            Set<String> names = names(one.observation());
            Group group = groups.stream()
                    .filter(known -> known.names.stream().anyMatch(names::contains))
                    .findFirst()
                    .orElseGet(() -> {
                        var first = new Group();
                        groups.add(first);
                        return first;
                    });
            group.names.addAll(names);
            if (group.takes(one, asked.count())) {
                group.chosen.add(one);
            }
        }
        return groups.stream()
                .flatMap(group -> group.chosen.stream())
                .map(Dated::observation)
                .toList();
    }

    private void measured(ObservationSearch search, Optional<Scope> scope, List<Dated> found) {
        for (String patient : search.patients().orElseThrow()) {
            long measured = measured(search, patient, scope);
            for (Coded coded : search.observed()) {
                boolean wanted = switch (coded) {
                    case Parameter parameter -> (bits(parameter) & measured) != 0;
                    // A curve is shown to whoever asks for one.
                    case WaveformKind kind -> search.isNarrowed();
                };
                if (wanted) {
                    pages.page(search.only(coded, patient), Optional.empty(), scope)
                            .hits()
                            .forEach(hit -> found.add(dated(hit)));
                }
            }
        }
    }

    /** What there is at all of a patient: nothing else is looked for. */
    private long measured(ObservationSearch search, String patient, Optional<Scope> scope) {
        long measured = 0;
        for (Times.Range range : search.times().ranges()) {
            var query = new ReadingQuery(
                    Optional.of(patient),
                    Optional.empty(),
                    Set.of(),
                    range.first(),
                    range.end(),
                    false,
                    Optional.empty(),
                    1,
                    scope);
            if (readings.atMost(query) > Windows.MAX_READINGS) {
                throw new SearchException(
                        "date",
                        "must be there and narrower: there are more than " + Windows.MAX_READINGS + " readings");
            }
            measured |= readings.parameters(query);
        }
        return measured;
    }

    private Dated dated(Hit hit) {
        StoredReading record = hit.observed().record();
        return new Dated(
                maker.make(record, hit.parameter(), hit.observed().changedAt()),
                Micros.instant(record.getMeasuredMicros()));
    }

    private static long bits(Parameter observed) {
        long bits = 0;
        for (Parameter parameter : Catalogue.standard().all()) {
            if (Terminology.observed(parameter).equals(observed)) {
                bits |= 1L << parameter.number();
            }
        }
        return bits;
    }

    private void stored(Asked asked, Sight sight, List<Dated> found) {
        for (Version version : all(stored, asked.parameters(), sight)) {
            Observation observation = Json.observation(version);
            found.add(new Dated(observation, Json.effective(observation).orElse(Instant.EPOCH)));
        }
    }

    /** Every stored Observation that meets a search. */
    static List<Version> all(Kept stored, Map<String, List<String>> asked, Sight sight) {
        var parameters = new TreeMap<>(asked);
        parameters.put("_sort", List.of("-date"));
        parameters.put("_count", List.of("500"));
        var all = new ArrayList<Version>();
        Optional<String> place = Optional.empty();
        do {
            Kept.Found page = stored.search("Observation", parameters, place, sight);
            all.addAll(page.matches());
            if (all.size() > MAX_STORED) {
                throw new SearchException(
                        "date",
                        "must be there and narrower: there are more than " + MAX_STORED + " stored Observations");
            }
            place = page.next();
        } while (place.isPresent());
        return all;
    }

    private static Set<String> names(Observation observation) {
        var names = new HashSet<String>();
        String of = observation.getSubject().getReference() + " ";
        for (Coding coding : observation.getCode().getCoding()) {
            names.add(of + coding.getSystem() + "|" + coding.getCode());
        }
        if (names.isEmpty()) {
            names.add(of + observation.getCode().getText());
        }
        return names;
    }
}
