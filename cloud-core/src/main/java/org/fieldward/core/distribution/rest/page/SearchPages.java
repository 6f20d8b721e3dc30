package org.fieldward.core.distribution.rest.page;

import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.fieldward.core.access.Access;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Found;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.rest.Cursors;
import org.fieldward.core.distribution.rest.exchange.Answer;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.fieldward.core.distribution.rest.page.Links.Asked;
import org.fieldward.core.distribution.rest.store.Bodies;
import org.fieldward.core.distribution.rest.store.Permit;
import org.fieldward.core.distribution.series.Measured;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;

/** Searches of one type, and of one type within a patient's compartment. Thread-safe. */
public final class SearchPages {

    private static final int DEFAULT_COUNT = 50;
    private static final int MAX_COUNT = 1_000;

    private final Chart chart;
    private final Bodies bodies;
    private final Links links;
    private final Corrections corrections;
    private final InstantSource clock;

    public SearchPages(Chart chart, Measured measured, Bodies bodies, Cursors cursors, InstantSource clock) {
        corrections = new Corrections(chart, measured);
        this.chart = chart;
        this.bodies = bodies;
        links = new Links(cursors);
        this.clock = clock;
    }

    /** @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 400 naming the parameter, 410 for an old link */
    public Answer search(Call call) {
        Asked asked = links.asked(call);
        String type = call.target().within().orElse(call.target().type());
        boolean ofCorrections = type.equals("Provenance");
        if (ofCorrections && corrections.isBehindStored(asked)) {
            return behindStored(call, asked);
        }
        Asked served = asked;
        Found found;
        while (true) {
            try {
                Permit.looksInto(call.caller(), Access::may, type, served.parameters(), clock.instant());
                found = chart.search(type, within(call, served), served.place(), call.sight());
                break;
            } catch (BadSearch e) {
                served = without(served, e, call);
            }
        }
        var bundle = new Bundle();
        bundle.setType(BundleType.SEARCHSET);
        bundle.getMeta().setLastUpdated(Date.from(clock.instant()));
        found.total().ifPresent(total -> bundle.setTotal(Math.toIntExact(total)));
        Optional<String> next = found.next();
        found.matches().forEach(version -> add(bundle, call, version, SearchEntryMode.MATCH));
        List<Version> included = found.included().stream().filter(call::mayRead).toList();
        if (ofCorrections) {
            corrections.explain(bundle, call, served);
            if (next.isEmpty()) {
                next = corrections.fill(
                        bundle, call, served, count(served) - found.matches().size());
            }
        }
        included.forEach(version -> add(bundle, call, version, SearchEntryMode.INCLUDE));
        links.write(bundle, call, served, next);
        Optional<String> named = ofCorrections ? corrections.patient(call, served) : Optional.empty();
        return Answer.of(200, bundle)
                .about(Stream.concat(
                                Stream.concat(found.matches().stream(), included.stream())
                                        .flatMap(version -> version.patients().stream()),
                                named.stream())
                        .toList());
    }

    /** A page on which nothing is stored any more. */
    private Answer behindStored(Call call, Asked asked) {
        var bundle = new Bundle();
        bundle.setType(BundleType.SEARCHSET);
        bundle.getMeta().setLastUpdated(Date.from(clock.instant()));
        links.write(bundle, call, asked, corrections.fill(bundle, call, asked, count(asked)));
        return Answer.of(200, bundle)
                .about(corrections.patient(call, asked).map(Set::of).orElse(Set.of()));
    }

    private static int count(Asked asked) {
        return asked.parameters().getOrDefault("_count", List.of()).stream()
                .filter(text -> text.matches("[0-9]{1,9}"))
                .map(text -> Math.min(Integer.parseInt(text), MAX_COUNT))
                .findFirst()
                .orElse(DEFAULT_COUNT);
    }

    /** A lenient search goes on without what is not known; a strict one does not go on. */
    private static Asked without(Asked asked, BadSearch e, Call call) {
        boolean lenient = call.preference("handling").filter("lenient"::equals).isPresent();
        if (!lenient || !asked.parameters().containsKey(e.parameter())) {
            throw Refusal.of(e);
        }
        var rest = new TreeMap<>(asked.parameters());
        rest.remove(e.parameter());
        return new Asked(rest, asked.place());
    }

    /** What is asked for, and in whose compartment (https://hl7.org/fhir/R4/http.html#vsearch). */
    private Map<String, List<String>> within(Call call, Asked asked) {
        if (call.target().within().isEmpty()) {
            return asked.parameters();
        }
        Key owner = call.target().key().orElseThrow(() -> Refusal.missing("there is no such address"));
        boolean there = chart.read(owner, call.sight())
                .filter(version -> !version.isDeleted())
                .isPresent();
        if (!there) {
            throw Refusal.missing("there is no such " + owner.type());
        }
        var parameters = new TreeMap<>(asked.parameters());
        parameters.put("_compartment", List.of(owner.toString()));
        return parameters;
    }

    /** Who may see a patient sees the whole compartment: it belongs to every facility that the patient belongs to. */
    static Sight compartment(Chart chart, Optional<Key> patient, Sight sight) {
        return patient.flatMap(key -> chart.read(key, sight))
                .filter(version -> !version.isDeleted())
                .map(version -> Sight.ofPatient(version.key().id()))
                .orElseThrow(() -> Refusal.missing("there is no such Patient"));
    }

    private void add(Bundle bundle, Call call, Version version, SearchEntryMode mode) {
        bundle.addEntry()
                .setFullUrl(call.base() + "/" + version.key())
                .setResource(bodies.of(version))
                .getSearch()
                .setMode(mode);
    }
}
