package org.fieldward.core.distribution.rest;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.fieldward.core.distribution.observe.Observations;
import org.fieldward.core.distribution.search.Asked;
import org.fieldward.core.distribution.search.SearchException;
import org.fieldward.core.distribution.search.Searchable;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Resource;

/** Reads what a request asks for and writes the page that answers it, with its links. */
final class Bundles {

    /** Marks a bundle that has no total. */
    static final String UNCOUNTED = "uncounted";

    private static final String CURSOR = "_cursor";

    // How a page is written stays the same from page to page, so these travel beside the cursor.
    private static final Set<String> OF_THE_FORMAT = Set.of("_format", "_pretty", "_elements", "_summary");

    private final Cursors cursors;
    private final InstantSource clock;

    Bundles(Cursors cursors, InstantSource clock) {
        this.cursors = cursors;
        this.clock = clock;
    }

    /** @throws InvalidRequestException naming what cannot be served */
    SearchLink asked(Searchable type, RequestDetails request) {
        Map<String, String[]> parameters = request.getParameters();
        String[] cursor = parameters.get(CURSOR);
        try {
            if (cursor == null) {
                return new SearchLink(
                        Asked.parse(type, parameters, isLenient(request)), clock.instant(), Optional.empty());
            }
            for (String name : parameters.keySet()) {
                if (!name.equals(CURSOR) && !OF_THE_FORMAT.contains(name)) {
                    throw new SearchException(CURSOR, "must stand alone: it holds the whole search");
                }
            }
            return cursors.open(type, cursor[0])
                    .map(text -> SearchLink.read(type, text))
                    .orElseThrow(() -> new ResourceGoneException(
                            "this link to a page is not one of ours, or no longer: search again"));
        } catch (SearchException e) {
            throw refused(e);
        }
    }

    /** Says by name what was wrong with a search. */
    static InvalidRequestException refused(SearchException e) {
        var outcome = new OperationOutcome();
        outcome.addIssue()
                .setSeverity(IssueSeverity.ERROR)
                .setCode(IssueType.INVALID)
                .setDiagnostics(e.getMessage())
                .addExpression("http." + e.parameter());
        return new InvalidRequestException(e.getMessage(), outcome);
    }

    /**
     * @param next where the next page begins, empty on the last page
     */
    Bundle page(
            RequestDetails request,
            SearchLink link,
            List<? extends Resource> resources,
            Optional<Integer> total,
            Optional<String> next) {
        return page(request, link, resources, List.of(), total, next);
    }

    /**
     * @param included what is shown beside the matches
     * @param next where the next page begins, empty on the last page
     */
    Bundle page(
            RequestDetails request,
            SearchLink link,
            List<? extends Resource> resources,
            List<Resource> included,
            Optional<Integer> total,
            Optional<String> next) {
        String base = request.getFhirServerBase();
        Searchable type = link.asked().type();
        String address = base + "/" + type.type();
        var bundle = new Bundle();
        bundle.setType(BundleType.SEARCHSET);
        bundle.getMeta().setLastUpdated(Date.from(clock.instant()));
        total.ifPresentOrElse(bundle::setTotal, () -> bundle.setUserData(UNCOUNTED, true));
        String self = link.place().isPresent()
                ? CURSOR + "=" + cursors.seal(type, link.write())
                : link.asked().query();
        bundle.addLink().setRelation("self").setUrl(address + "?" + self + format(request));
        next.ifPresent(place -> bundle.addLink()
                .setRelation("next")
                .setUrl(address + "?" + CURSOR + "="
                        + cursors.seal(type, link.at(place).write()) + format(request)));
        resources.forEach(resource -> add(bundle, base, resource, SearchEntryMode.MATCH));
        included.forEach(resource -> add(bundle, base, resource, SearchEntryMode.INCLUDE));
        return bundle;
    }

    private static void add(Bundle bundle, String base, Resource resource, SearchEntryMode mode) {
        bundle.addEntry()
                .setFullUrl(base + "/" + resource.fhirType() + "/"
                        + resource.getIdElement().getIdPart())
                .setResource(resource)
                .getSearch()
                .setMode(mode);
    }

    /**
     * @param base of the API
     * @param entries newest first
     * @throws ResourceNotFoundException if there are none
     */
    Bundle history(String base, String id, List<Observations.Entry> entries) {
        if (entries.isEmpty()) {
            throw new ResourceNotFoundException("there is no such Observation");
        }
        String address = "Observation/" + id;
        var bundle = new Bundle();
        bundle.setType(BundleType.HISTORY).setTotal(entries.size());
        bundle.getMeta().setLastUpdated(Date.from(clock.instant()));
        bundle.addLink().setRelation("self").setUrl(base + "/" + address + "/_history");
        for (Observations.Entry one : entries) {
            HTTPVerb verb = one.observation().isEmpty() ? HTTPVerb.DELETE : one.first() ? HTTPVerb.POST : HTTPVerb.PUT;
            var entry = bundle.addEntry().setFullUrl(base + "/" + address);
            one.observation().ifPresent(entry::setResource);
            entry.getRequest().setMethod(verb).setUrl(verb == HTTPVerb.POST ? "Observation" : address);
            entry.getResponse()
                    .setStatus(verb == HTTPVerb.POST ? "201" : verb == HTTPVerb.DELETE ? "204" : "200")
                    .setLastModified(Date.from(one.at()));
            one.observation()
                    .ifPresent(observation -> entry.getResponse()
                            .setEtag("W/\"" + observation.getMeta().getVersionId() + "\""));
        }
        return bundle;
    }

    Instant now() {
        return clock.instant();
    }

    private static String format(RequestDetails request) {
        return new TreeMap<>(request.getParameters())
                .entrySet().stream()
                        .filter(entry -> OF_THE_FORMAT.contains(entry.getKey()))
                        .map(entry -> "&" + entry.getKey() + "="
                                + URLEncoder.encode(entry.getValue()[0], StandardCharsets.UTF_8))
                        .collect(Collectors.joining());
    }

    private static boolean isLenient(RequestDetails request) {
        return request.getHeaders("Prefer").stream()
                .anyMatch(header -> header.replace(" ", "").contains("handling=lenient"));
    }
}
