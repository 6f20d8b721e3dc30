package org.fieldward.core.distribution.rest;

import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.MethodNotAllowedException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.fieldward.core.distribution.observe.Visibility;
import org.fieldward.core.distribution.search.SearchException;
import org.fieldward.core.distribution.window.SampledMaker;
import org.fieldward.core.distribution.window.WindowAsked;
import org.fieldward.core.distribution.window.WindowMaker;
import org.fieldward.core.distribution.window.Windows;
import org.fieldward.core.registry.Registry;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.Observation;

/** Many readings as few Observations: {@code Observation/$window}. */
public final class WindowOperations {

    /** More are not made for one answer. */
    static final int MAX_MADE = 5_000;

    private final Registry registry;
    private final Windows windows;
    private final Visibility visibility;
    private final InstantSource clock;

    WindowOperations(Registry registry, Windows windows, Visibility visibility, InstantSource clock) {
        this.registry = registry;
        this.windows = windows;
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
            return bundle(request, made);
        } catch (SearchException e) {
            throw Bundles.refused(e);
        }
    }

    private Bundle bundle(RequestDetails request, List<Observation> made) {
        var bundle = new Bundle();
        bundle.setType(BundleType.SEARCHSET).setTotal(made.size());
        bundle.getMeta().setLastUpdated(Date.from(clock.instant()));
        bundle.addLink().setRelation("self").setUrl(request.getCompleteUrl());
        for (Observation one : made) {
            bundle.addEntry()
                    .setFullUrl(WindowMaker.address(one))
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
