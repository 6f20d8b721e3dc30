package org.fieldward.core.distribution.rest;

import ca.uhn.fhir.rest.annotation.Count;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.fieldward.core.access.audit.Audit;
import org.fieldward.core.access.audit.AuditEvents;
import org.fieldward.core.distribution.entry.Callers;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.jspecify.annotations.Nullable;

/**
 * The audit, newest first, by {@code _id}, {@code date}, {@code altid} (who) and {@code patient}. An entry belongs to no
 * facility, so only who sees everything reads it.
 */
public final class AuditEventProvider implements IResourceProvider {

    private static final int DEFAULT_PAGE = 50;
    private static final int MAX_PAGE = 1_000;
    private static final String BEFORE = "before";

    private final Audit audit;

    AuditEventProvider(Audit audit) {
        this.audit = audit;
    }

    @Override
    public Class<AuditEvent> getResourceType() {
        return AuditEvent.class;
    }

    @Read
    public AuditEvent read(@IdParam IdType id, HttpServletRequest request) {
        mayRead(request);
        return number(id.getIdPart())
                .flatMap(number -> find(number).stream().findFirst())
                .map(AuditEvents::make)
                .orElseThrow(() -> new ResourceNotFoundException("there is no such AuditEvent"));
    }

    private List<Audit.Stored> find(long number) {
        Audit.Query any = Audit.Query.newest(1);
        return audit.page(new Audit.Query(
                any.before(), Optional.of(number), any.from(), any.until(), any.agent(), any.patient(), 1));
    }

    @Search
    public Bundle search(
            RequestDetails request,
            @OptionalParam(name = "_id") @Nullable TokenParam id,
            @OptionalParam(name = AuditEvent.SP_DATE) @Nullable DateRangeParam date,
            @OptionalParam(name = AuditEvent.SP_ALTID) @Nullable TokenParam who,
            @OptionalParam(name = AuditEvent.SP_PATIENT) @Nullable ReferenceParam patient,
            @OptionalParam(name = BEFORE) @Nullable StringParam before,
            @Count @Nullable Integer count) {
        mayRead(((ServletRequestDetails) request).getServletRequest());
        int limit = Math.clamp(count == null ? DEFAULT_PAGE : count, 1, MAX_PAGE);
        Optional<DateRangeParam> range = Optional.ofNullable(date);
        var query = new Audit.Query(
                Optional.ofNullable(before).map(text -> needed(BEFORE, text.getValue())),
                Optional.ofNullable(id).map(token -> needed("_id", token.getValue())),
                range.map(DateRangeParam::getLowerBoundAsInstant).map(Date::toInstant),
                // Included, to the millisecond.
                range.map(DateRangeParam::getUpperBoundAsInstant)
                        .map(Date::toInstant)
                        .map(end -> end.plusMillis(1)),
                Optional.ofNullable(who).map(TokenParam::getValue),
                Optional.ofNullable(patient).map(ReferenceParam::getIdPart),
                limit + 1);
        return bundle(request, audit.page(query), limit);
    }

    private static Bundle bundle(RequestDetails request, List<Audit.Stored> found, int limit) {
        String address = request.getFhirServerBase() + "/AuditEvent";
        var bundle = new Bundle();
        bundle.setType(Bundle.BundleType.SEARCHSET);
        bundle.setUserData(Bundles.UNCOUNTED, true);
        bundle.addLink().setRelation("self").setUrl(address + "?" + query(request, Optional.empty()));
        List<Audit.Stored> page = found.subList(0, Math.min(limit, found.size()));
        if (found.size() > limit) {
            bundle.addLink()
                    .setRelation("next")
                    .setUrl(address + "?" + query(request, Optional.of(page.getLast().number())));
        }
        for (Audit.Stored stored : page) {
            bundle.addEntry()
                    .setFullUrl(address + "/" + stored.number())
                    .setResource(AuditEvents.make(stored))
                    .getSearch()
                    .setMode(Bundle.SearchEntryMode.MATCH);
        }
        return bundle;
    }

    private static String query(RequestDetails request, Optional<Long> before) {
        Map<String, String[]> parameters = new TreeMap<>(request.getParameters());
        before.ifPresent(number -> parameters.put(BEFORE, new String[] {Long.toString(number)}));
        return parameters.entrySet().stream()
                .flatMap(one -> List.of(one.getValue()).stream().map(value -> encode(one.getKey()) + "=" + encode(value)))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static void mayRead(HttpServletRequest request) {
        if (!Callers.sight(request).isEverything()) {
            throw new ForbiddenOperationException("the audit is for who sees every facility");
        }
    }

    private static long needed(String name, String text) {
        return number(text).orElseThrow(() -> new InvalidRequestException(name + " must be the number of an AuditEvent"));
    }

    private static Optional<Long> number(String text) {
        return text.matches("[1-9][0-9]{0,17}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }
}
