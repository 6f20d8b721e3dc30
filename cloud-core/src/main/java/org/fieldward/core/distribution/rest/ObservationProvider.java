package org.fieldward.core.distribution.rest;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.distribution.search.GapSearch.Found;
import org.fieldward.core.distribution.search.ObservationPages;
import org.fieldward.core.distribution.search.ObservationPages.Hit;
import org.fieldward.core.distribution.search.ObservationPages.Page;
import org.fieldward.core.distribution.search.ObservationPages.Place;
import org.fieldward.core.distribution.search.ObservationSearch;
import org.fieldward.core.distribution.search.SearchException;
import org.fieldward.core.distribution.search.Searchable;
import org.fieldward.core.fhir.ObservationId;
import org.fieldward.core.fhir.ObservationMaker;
import org.fieldward.core.observation.Gaps;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.registry.Registry;
import org.fieldward.proto.reading.DeviceId;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;

/** Observations, made of readings when they are asked for. */
public final class ObservationProvider implements IResourceProvider {

    private final ObservationPages pages;
    private final ObservationMaker maker;
    private final Registry registry;
    private final ProofFiles proofs;
    private final Bundles bundles;
    private final GapObservations gaps;

    ObservationProvider(
            ObservationPages pages,
            ObservationMaker maker,
            Registry registry,
            ProofFiles proofs,
            Bundles bundles,
            GapObservations gaps) {
        this.pages = pages;
        this.maker = maker;
        this.registry = registry;
        this.proofs = proofs;
        this.bundles = bundles;
        this.gaps = gaps;
    }

    @Override
    public Class<Observation> getResourceType() {
        return Observation.class;
    }

    @Read
    public Observation read(@IdParam IdType id) {
        Optional<Found> gap = gaps.get(id.getIdPart());
        if (gap.isPresent()) {
            return gaps.make(gap.get());
        }
        Hit hit = hit(id);
        return maker.make(hit.observed().record(), hit.parameter());
    }

    @Search(allowUnknownParams = true)
    public Bundle search(RequestDetails request) {
        SearchLink link = bundles.asked(Searchable.OBSERVATION, request);
        Page page;
        try {
            var search = ObservationSearch.of(link.asked(), devices(), link.startedAt());
            page = pages.page(search, link.place().map(this::place));
        } catch (SearchException e) {
            throw Bundles.refused(e);
        }
        List<Observation> observations = page.hits().stream()
                .map(hit -> maker.make(hit.observed().record(), hit.parameter()))
                .toList();
        return bundles.page(
                request, link, observations, Optional.empty(), page.next().map(ObservationProvider::text));
    }

    /** What is known to be lost; no other search shows it. */
    @Operation(name = "$gaps", idempotent = true)
    public Bundle gaps(RequestDetails request) {
        return gaps.find(request);
    }

    /** The proof file of the reading behind an Observation, as JSON; 404 while no checkpoint covers it. */
    @Operation(name = "$proof", idempotent = true, manualResponse = true)
    public void proof(@IdParam IdType id, HttpServletResponse response) throws IOException {
        Optional<Found> gap = gaps.get(id.getIdPart());
        String proof = (gap.isPresent() ? proof(gap.get().gap()) : proof(hit(id).observed()))
                .orElseThrow(() -> new ResourceNotFoundException(
                        "no checkpoint covers this Observation yet: ask again in a minute"));
        response.setContentType("application/json");
        response.setCharacterEncoding("UTF-8");
        response.getOutputStream().write(proof.getBytes(StandardCharsets.UTF_8));
    }

    private Optional<String> proof(Observed observed) {
        return proofs.proof(
                observed.commitmentBatch(), observed.commitmentPosition(), observed.bytes(), observed.salt());
    }

    private Optional<String> proof(Gaps.Stored gap) {
        return proofs.proof(gap.commitmentBatch(), gap.commitmentPosition(), gap.bytes(), gap.salt());
    }

    private Hit hit(IdType id) {
        return ObservationId.parse(id.getIdPart(), devices())
                .flatMap(pages::get)
                .orElseThrow(() -> new ResourceNotFoundException("there is no such Observation"));
    }

    private List<DeviceId> devices() {
        return registry.devices().stream().map(Registry.Device::id).toList();
    }

    private static String text(Place place) {
        return place.device() + " " + place.measuredAt() + " " + place.parameter();
    }

    private Place place(String text) {
        String[] word = text.split(" ", 3);
        return new Place(new DeviceId(word[0]), Instant.parse(word[1]), Integer.parseInt(word[2]));
    }
}
