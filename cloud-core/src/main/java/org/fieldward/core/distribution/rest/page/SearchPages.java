package org.fieldward.core.distribution.rest.page;

import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;
import java.util.TreeMap;
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
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;

/** Searches of one type, and of one type within a patient's compartment. Thread-safe. */
public final class SearchPages {

    private final Chart chart;
    private final Search search;
    private final Bodies bodies;
    private final Links links;
    private final InstantSource clock;

    public SearchPages(Chart chart, Search search, Bodies bodies, Cursors cursors, InstantSource clock) {
        this.chart = chart;
        this.search = search;
        this.bodies = bodies;
        links = new Links(cursors);
        this.clock = clock;
    }

    /** @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 400 naming the parameter, 410 for an old link */
    public Answer search(Call call) {
        Asked asked = links.asked(call);
        String type = call.target().within().orElse(call.target().type());
        Asked served = asked;
        Found found;
        while (true) {
            try {
                found = search.search(type, served.parameters(), served.place(), sight(call));
                break;
            } catch (BadSearch e) {
                served = without(served, e, call);
            }
        }
        var bundle = new Bundle();
        bundle.setType(BundleType.SEARCHSET);
        bundle.getMeta().setLastUpdated(Date.from(clock.instant()));
        found.total().ifPresent(total -> bundle.setTotal(Math.toIntExact(total)));
        links.write(bundle, call, served, found.next());
        found.matches().forEach(version -> add(bundle, call, version, SearchEntryMode.MATCH));
        found.included().forEach(version -> add(bundle, call, version, SearchEntryMode.INCLUDE));
        return Answer.of(200, bundle);
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

    /** Who may see a patient sees the whole compartment: it belongs to every facility that the patient belongs to. */
    private Sight sight(Call call) {
        if (call.target().within().isEmpty()) {
            return call.sight();
        }
        if (!call.target().type().equals("Patient")) {
            throw Refusal.missing("only patients have a compartment here");
        }
        return compartment(chart, call.target().key(), call.sight());
    }

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
