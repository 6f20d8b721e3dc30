package org.fieldward.core.distribution.rest.page;

import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.param.DateParam;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.audit.Audit;
import org.fieldward.core.access.audit.Audit.Stored;
import org.fieldward.core.access.audit.AuditEvents;
import org.fieldward.core.distribution.rest.Cursors;
import org.fieldward.core.distribution.rest.exchange.Answer;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.fieldward.core.distribution.rest.page.Links.Asked;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;

/** The audit as AuditEvents, newest first: read and searched, never written. Thread-safe. */
public final class AuditPages {

    private static final int DEFAULT_COUNT = 50;
    private static final int MAX_COUNT = 1_000;
    private static final Set<String> KNOWN = Set.of("date", "patient", "altid", "_count");

    private final Audit audit;
    private final Links links;
    private final InstantSource clock;

    public AuditPages(Audit audit, Cursors cursors, InstantSource clock) {
        this.audit = audit;
        links = new Links(cursors);
        this.clock = clock;
    }

    /** An entry belongs to no facility: it may be about anybody. */
    private static void mayRead(Call call) {
        if (!call.sight().isEverything()) {
            throw Refusal.forbidden("the audit is for who sees every facility");
        }
    }

    public Answer read(Call call) {
        mayRead(call);
        Optional<Long> number = call.target()
                .id()
                .filter(text -> text.matches("[1-9][0-9]{0,17}"))
                .map(Long::parseLong);
        return number.flatMap(this::one)
                .map(stored -> Answer.of(200, AuditEvents.make(stored)))
                .orElseThrow(() -> Refusal.missing("there is no such AuditEvent"));
    }

    private Optional<Stored> one(long number) {
        return audit
                .page(new Audit.Query(
                        Optional.empty(),
                        Optional.of(number),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        1))
                .stream()
                .findFirst();
    }

    public Answer search(Call call) {
        mayRead(call);
        Asked asked = links.asked(call);
        for (String name : asked.parameters().keySet()) {
            if (!KNOWN.contains(name)) {
                throw Refusal.bad("http." + name, name + ": is not a search parameter of AuditEvent here");
            }
        }
        List<DateRangeParam> ranges = asked.parameters().getOrDefault("date", List.of()).stream()
                .map(AuditPages::range)
                .toList();
        Optional<Instant> from = ranges.stream()
                .map(DateRangeParam::getLowerBoundAsInstant)
                .filter(Objects::nonNull)
                .map(Date::toInstant)
                .max(Instant::compareTo);
        Optional<Instant> until = ranges.stream()
                .map(DateRangeParam::getUpperBoundAsInstant)
                .filter(Objects::nonNull)
                .map(Date::toInstant)
                .min(Instant::compareTo);
        int count = count(asked);
        List<Stored> found = audit.page(new Audit.Query(
                asked.place().map(Long::parseLong),
                Optional.empty(),
                from,
                until,
                one(asked, "altid"),
                one(asked, "patient").map(text -> text.replaceFirst("^Patient/", "")),
                count + 1));
        boolean more = found.size() > count;
        List<Stored> served = more ? found.subList(0, count) : found;
        var bundle = new Bundle();
        bundle.setType(BundleType.SEARCHSET);
        bundle.getMeta().setLastUpdated(Date.from(clock.instant()));
        links.write(
                bundle,
                call,
                asked,
                more ? Optional.of(Long.toString(served.getLast().number())) : Optional.empty());
        for (Stored stored : served) {
            bundle.addEntry()
                    .setFullUrl(call.base() + "/AuditEvent/" + stored.number())
                    .setResource(AuditEvents.make(stored))
                    .getSearch()
                    .setMode(SearchEntryMode.MATCH);
        }
        return Answer.of(200, bundle);
    }

    private static Optional<String> one(Asked asked, String name) {
        List<String> values = asked.parameters().getOrDefault(name, List.of());
        if (values.size() > 1 || values.stream().anyMatch(value -> value.contains(","))) {
            throw Refusal.bad("http." + name, name + ": may have one value here");
        }
        return values.stream().findFirst();
    }

    private static DateRangeParam range(String value) {
        if (value.startsWith("ne") || value.startsWith("ap") || value.contains(",")) {
            throw Refusal.bad("http.date", "date: must be one date with eq, ge, gt, le, lt, sa, eb or no prefix");
        }
        try {
            return new DateRangeParam(new DateParam(value));
        } catch (DataFormatException | InvalidRequestException notADate) {
            throw Refusal.bad("http.date", "date: must be a date such as ge2026-01-31");
        }
    }

    private static int count(Asked asked) {
        List<String> values = asked.parameters().getOrDefault("_count", List.of(Integer.toString(DEFAULT_COUNT)));
        try {
            return Math.clamp(Integer.parseInt(values.getFirst()), 1, MAX_COUNT);
        } catch (NumberFormatException notANumber) {
            throw Refusal.bad("http._count", "_count: must be a number from 1");
        }
    }
}
