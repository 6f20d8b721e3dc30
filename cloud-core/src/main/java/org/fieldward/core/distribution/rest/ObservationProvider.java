package org.fieldward.core.distribution.rest;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.fieldward.core.access.Sight;
import org.fieldward.core.distribution.observe.Observations;
import org.fieldward.core.distribution.observe.Observations.Answer;
import org.fieldward.core.distribution.observe.OneSearch;
import org.fieldward.core.distribution.search.GapSearch.Found;
import org.fieldward.core.distribution.search.SearchException;
import org.fieldward.core.distribution.search.Searchable;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.gap.Gaps;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;

/** Observations: those made of readings when they are asked for, and stored ones. */
public final class ObservationProvider implements IResourceProvider {

    private final Observations observations;
    private final OneSearch search;
    private final ProofFiles proofs;
    private final Bundles bundles;
    private final GapObservations gaps;

    ObservationProvider(
            Observations observations, OneSearch search, ProofFiles proofs, Bundles bundles, GapObservations gaps) {
        this.observations = observations;
        this.search = search;
        this.proofs = proofs;
        this.bundles = bundles;
        this.gaps = gaps;
    }

    @Override
    public Class<Observation> getResourceType() {
        return Observation.class;
    }

    @Read(version = true)
    public Observation read(@IdParam IdType id, RequestDetails request) {
        Sight sight = Sights.of(request);
        Optional<Found> gap = gaps.get(id.getIdPart(), sight);
        if (gap.isPresent() && !id.hasVersionIdPart()) {
            return gaps.make(gap.get());
        }
        Answer answer = id.hasVersionIdPart()
                ? observations.version(id.getIdPart(), id.getVersionIdPart(), sight)
                : observations.read(id.getIdPart(), sight);
        return switch (answer) {
            case Answer.There there -> there.observation();
            case Answer.Gone gone ->
                throw new ResourceGoneException("this Observation is no longer there; its history is");
            case Answer.Missing missing -> throw new ResourceNotFoundException("there is no such Observation");
        };
    }

    @Search(allowUnknownParams = true)
    public Bundle search(RequestDetails request) {
        SearchLink link = bundles.asked(Searchable.OBSERVATION, request);
        Sights.looksInto(request, "Observation", link.asked().parameters(), link.startedAt());
        try {
            OneSearch.Result found = search.page(link.asked(), link.startedAt(), link.place(), Sights.of(request));
            return bundles.page(
                    request,
                    link,
                    found.matches(),
                    Sights.readable(request, found.included()),
                    found.total().isPresent()
                            ? Optional.of(Math.toIntExact(found.total().getAsLong()))
                            : Optional.empty(),
                    found.next());
        } catch (SearchException e) {
            throw Bundles.refused(e);
        }
    }

    /** What is known to be lost; no other search shows it. */
    @Operation(name = "$gaps", idempotent = true)
    public Bundle gaps(RequestDetails request) {
        return gaps.find(request);
    }

    /** The proof file of the reading behind an Observation, as JSON; 404 while no checkpoint covers it. */
    @Operation(name = "$proof", idempotent = true, manualResponse = true)
    public void proof(@IdParam IdType id, RequestDetails request, HttpServletResponse response) throws IOException {
        Sight sight = Sights.of(request);
        Optional<Found> gap = gaps.get(id.getIdPart(), sight);
        Optional<Observed> reading = observations.reading(id.getIdPart(), sight);
        if (gap.isEmpty() && reading.isEmpty()) {
            throw new ResourceNotFoundException("there is no such Observation");
        }
        String proof = gap.map(Found::gap)
                .flatMap(this::proof)
                .or(() -> reading.flatMap(this::proof))
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
}
