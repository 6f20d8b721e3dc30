package org.fieldward.core.distribution.rest;

import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.MethodNotAllowedException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.fieldward.core.access.Sight;
import org.fieldward.core.distribution.observe.OneSearch;
import org.fieldward.core.distribution.observe.Visibility;
import org.fieldward.core.distribution.search.Asked;
import org.fieldward.core.distribution.search.SearchException;
import org.fieldward.core.distribution.search.Searchable;
import org.fieldward.core.distribution.stats.LastN;
import org.fieldward.core.distribution.stats.Stats;
import org.fieldward.core.distribution.stats.StatsAsked;
import org.fieldward.core.distribution.window.SampledMaker;
import org.fieldward.core.distribution.window.WindowAsked;
import org.fieldward.core.distribution.window.WindowMaker;
import org.fieldward.core.distribution.window.Windows;
import org.fieldward.core.registry.Registry;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;

/** Many Observations as few: windows, the last of each code, statistics. */
public final class WindowOperations {

    /** More are not made for one answer. */
    static final int MAX_MADE = 5_000;

    private final Registry registry;
    private final Windows windows;
    private final LastN last;
    private final Stats stats;
    private final OneSearch search;
    private final Visibility visibility;
    private final InstantSource clock;

    WindowOperations(
            Registry registry,
            Windows windows,
            LastN last,
            Stats stats,
            OneSearch search,
            Visibility visibility,
            InstantSource clock) {
        this.registry = registry;
        this.windows = windows;
        this.last = last;
        this.stats = stats;
        this.search = search;
        this.visibility = visibility;
        this.clock = clock;
    }

    /** A minute, an hour or another span of readings as one Observation each. */
    @Operation(name = "$window", typeName = "Observation", idempotent = true)
    public Bundle window(RequestDetails request) {
        asGet(request);
        try {
            WindowAsked asked = WindowAsked.of(
                    request.getParameters(),
                    registry.devices().stream().map(Registry.Device::id).toList(),
                    clock.instant());
            var maker = new WindowMaker(clock.instant(), asked.search().observed());
            var sampler = new SampledMaker(maker, asked.search().observed());
            var made = new ArrayList<Observation>();
            windows.each(asked, visibility.scope(Sights.of(request)), window -> {
                made.addAll(
                        asked.form() == WindowAsked.Form.SUMMARY ? maker.summaries(window) : sampler.samples(window));
                if (made.size() > MAX_MADE) {
                    throw new SearchException(
                            "date", "must be narrower, or period longer: there are more than " + MAX_MADE + " windows");
                }
            });
            return bundle(request, made, WindowMaker::address);
        } catch (SearchException e) {
            throw Bundles.refused(e);
        }
    }

    /** The newest of each code. */
    @Operation(name = "$lastn", typeName = "Observation", idempotent = true)
    public Bundle lastn(RequestDetails request) {
        asGet(request);
        try {
            var parameters = new TreeMap<>(request.getParameters());
            String[] max = Optional.ofNullable(parameters.remove("max")).orElse(new String[] {"1"});
            if (max.length != 1 || !max[0].matches("[1-9][0-9]{0,2}")) {
                throw new SearchException("max", "must be a number from 1 to 999");
            }
            for (String name : List.of("_count", "_sort", "_summary", "_total")) {
                if (parameters.containsKey(name)) {
                    throw new SearchException(
                            name, "has no meaning here: the newest of each code are answered at once");
                }
            }
            parameters.put("_count", max);
            Asked asked = Asked.parse(Searchable.OBSERVATION, parameters, false);
            List<Observation> found = last.of(asked, clock.instant(), Sights.of(request));
            return bundle(
                    request,
                    found,
                    one -> request.getFhirServerBase() + "/Observation/"
                            + one.getIdElement().getIdPart());
        } catch (SearchException e) {
            throw Bundles.refused(e);
        }
    }

    /** Statistics of a patient's numbers. */
    @Operation(name = "$stats", typeName = "Observation", idempotent = true, manualRequest = true)
    public Parameters stats(RequestDetails request) {
        try {
            StatsAsked asked = StatsAsked.of(StatsParameters.of(request), clock.instant());
            Sight sight = Sights.of(request);
            var answer = new Parameters();
            stats.of(asked, sight)
                    .forEach(one -> answer.addParameter().setName("statistics").setResource(one));
            if (asked.include()) {
                search.page(StatsParameters.source(asked), clock.instant(), Optional.empty(), sight)
                        .matches()
                        .forEach(one -> answer.addParameter().setName("source").setResource(one));
            }
            return answer;
        } catch (SearchException e) {
            throw Bundles.refused(e);
        }
    }

    private Bundle bundle(RequestDetails request, List<Observation> made, Function<Observation, String> address) {
        var bundle = new Bundle();
        bundle.setType(BundleType.SEARCHSET).setTotal(made.size());
        bundle.getMeta().setLastUpdated(Date.from(clock.instant()));
        bundle.addLink().setRelation("self").setUrl(request.getCompleteUrl());
        for (Observation one : made) {
            bundle.addEntry()
                    .setFullUrl(address.apply(one))
                    .setResource(one)
                    .getSearch()
                    .setMode(SearchEntryMode.MATCH);
        }
        return bundle;
    }

    private static void asGet(RequestDetails request) {
        if (request.getRequestType() != RequestTypeEnum.GET) {
            // What stands in a body would not be read, and the answer would be wider than what was asked.
            throw new MethodNotAllowedException("this is asked with GET", RequestTypeEnum.GET);
        }
    }
}
