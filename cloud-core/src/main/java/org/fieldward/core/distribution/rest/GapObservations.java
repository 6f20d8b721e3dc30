package org.fieldward.core.distribution.rest;

import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.MethodNotAllowedException;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.access.Sight;
import org.fieldward.core.distribution.observe.Visibility;
import org.fieldward.core.distribution.search.GapSearch;
import org.fieldward.core.distribution.search.GapSearch.Found;
import org.fieldward.core.distribution.search.SearchException;
import org.fieldward.core.fhir.GapMaker;
import org.fieldward.core.observation.gap.Gaps;
import org.fieldward.core.registry.Registry;
import org.fieldward.proto.reading.DeviceId;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.Observation;

/** What is known to be lost, as Observations without a value: for whoever asks for it, and in no other answer. */
final class GapObservations {

    private final Gaps gaps;
    private final Registry registry;
    private final Visibility visibility;
    private final InstantSource clock;
    private final GapMaker maker = new GapMaker();

    GapObservations(Gaps gaps, Registry registry, Visibility visibility, InstantSource clock) {
        this.gaps = gaps;
        this.registry = registry;
        this.visibility = visibility;
        this.clock = clock;
    }

    Bundle find(RequestDetails request) {
        if (request.getRequestType() != RequestTypeEnum.GET) {
            // What stands in a body would not be read, and the answer would be wider than what was asked.
            throw new MethodNotAllowedException("$gaps is asked with GET", RequestTypeEnum.GET);
        }
        List<DeviceId> known =
                registry.devices().stream().map(Registry.Device::id).toList();
        List<Found> found;
        try {
            found = GapSearch.of(request.getParameters(), known, clock.instant())
                    .find(gaps, seen(Sights.of(request)));
        } catch (SearchException e) {
            throw Bundles.refused(e);
        }
        var bundle = new Bundle();
        bundle.setType(BundleType.SEARCHSET).setTotal(found.size());
        bundle.getMeta().setLastUpdated(Date.from(clock.instant()));
        bundle.addLink().setRelation("self").setUrl(request.getCompleteUrl());
        for (Found one : found) {
            bundle.addEntry()
                    .setFullUrl(request.getFhirServerBase() + "/Observation/" + one.id())
                    .setResource(make(one))
                    .getSearch()
                    .setMode(SearchEntryMode.MATCH);
        }
        return bundle;
    }

    Optional<Found> get(String id, Sight sight) {
        return GapSearch.get(id, gaps, seen(sight));
    }

    /** Whose losses the caller may see. */
    private List<Registry.Binding> seen(Sight sight) {
        return registry.bindings().stream()
                .filter(binding -> visibility.sees(sight, binding.device(), binding.patient()))
                .toList();
    }

    Observation make(Found found) {
        return maker.make(found.id(), found.gap().record(), found.binding());
    }
}
