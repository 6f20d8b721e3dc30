package org.fieldward.core.distribution.rest.page;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.HistoryQuery;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.rest.Cursors;
import org.fieldward.core.distribution.rest.exchange.Answer;
import org.fieldward.core.distribution.rest.exchange.Answer.Stamp;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.fieldward.core.distribution.rest.page.Links.Asked;
import org.fieldward.core.distribution.rest.store.Bodies;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.InstantType;

/** Past versions of one resource, of a type, of everything; newest first (https://hl7.org/fhir/R4/http.html#history). */
public final class HistoryPages {

    private static final int DEFAULT_COUNT = 50;
    private static final int MAX_COUNT = 1_000;
    private static final Set<String> KNOWN = Set.of("_since", "_at", "_count");

    private final Chart chart;
    private final Bodies bodies;
    private final Links links;
    private final InstantSource clock;

    public HistoryPages(Chart chart, Bodies bodies, Cursors cursors, InstantSource clock) {
        this.chart = chart;
        this.bodies = bodies;
        links = new Links(cursors);
        this.clock = clock;
    }

    public Answer history(Call call) {
        Asked asked = links.asked(call);
        for (String name : asked.parameters().keySet()) {
            if (!KNOWN.contains(name)) {
                throw Refusal.bad("http." + name, name + ": is not a parameter of a history");
            }
        }
        int count = count(asked);
        var query = new HistoryQuery(
                Optional.of(call.target().type()).filter(type -> !type.isEmpty()),
                call.target().id(),
                instant(asked, "_since"),
                instant(asked, "_at"),
                asked.place().map(Long::parseLong).map(OptionalLong::of).orElse(OptionalLong.empty()),
                count + 1);
        List<Version> found = chart.history(query, call.sight());
        if (found.isEmpty() && call.target().key().isPresent() && isUnknown(call)) {
            throw Refusal.missing("there is no such " + call.target().type());
        }
        boolean more = found.size() > count;
        List<Version> served = more ? found.subList(0, count) : found;
        var bundle = new Bundle();
        bundle.setType(BundleType.HISTORY);
        bundle.getMeta().setLastUpdated(Date.from(clock.instant()));
        links.write(
                bundle,
                call,
                asked,
                more ? Optional.of(Long.toString(served.getLast().number())) : Optional.empty());
        List<Version> shown = served.stream().filter(call::mayRead).toList();
        shown.forEach(version -> add(bundle, call, version));
        return Answer.of(200, bundle).showing(shown);
    }

    private boolean isUnknown(Call call) {
        return call.target().key().flatMap(key -> chart.read(key, call.sight())).isEmpty();
    }

    private void add(Bundle bundle, Call call, Version version) {
        BundleEntryComponent entry = bundle.addEntry().setFullUrl(call.base() + "/" + version.key());
        if (!version.isDeleted()) {
            entry.setResource(bodies.of(version));
        }
        boolean made = version.kind() == Version.Kind.CREATED && version.version() == 1;
        switch (version.kind()) {
            case CREATED, UPDATED ->
                entry.getRequest()
                        .setMethod(made ? HTTPVerb.POST : HTTPVerb.PUT)
                        .setUrl(made ? version.key().type() : version.key().toString());
            case DELETED ->
                entry.getRequest()
                        .setMethod(HTTPVerb.DELETE)
                        .setUrl(version.key().toString());
        }
        entry.getResponse()
                .setStatus(
                        switch (version.kind()) {
                            case CREATED -> "201";
                            case UPDATED -> "200";
                            case DELETED -> "204";
                        })
                .setEtag(Stamp.of(version).etag())
                .setLastModified(Date.from(version.updatedAt()));
    }

    private static int count(Asked asked) {
        List<String> values = asked.parameters().getOrDefault("_count", List.of(Integer.toString(DEFAULT_COUNT)));
        try {
            int count = Integer.parseInt(values.getFirst());
            if (count > 0) {
                return Math.min(count, MAX_COUNT);
            }
        } catch (NumberFormatException notANumber) {
            // Said below, like a negative one.
        }
        throw Refusal.bad("http._count", "_count: must be a number from 1");
    }

    private static Optional<Instant> instant(Asked asked, String name) {
        List<String> values = asked.parameters().getOrDefault(name, List.of());
        if (values.isEmpty()) {
            return Optional.empty();
        }
        try {
            BaseDateTimeType time = new InstantType(values.getFirst());
            return Optional.of(time.getValue().toInstant());
        } catch (RuntimeException notAnInstant) {
            throw Refusal.bad("http." + name, name + ": must be an instant such as 2026-01-31T08:00:00Z");
        }
    }
}
