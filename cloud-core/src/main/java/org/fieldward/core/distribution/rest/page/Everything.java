package org.fieldward.core.distribution.rest.page;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.fieldward.core.access.Access;
import org.fieldward.core.access.Interaction;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Found;
import org.fieldward.core.chart.Key;
import org.fieldward.core.distribution.rest.Cursors;
import org.fieldward.core.distribution.rest.exchange.Answer;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.fieldward.core.distribution.rest.page.Links.Asked;
import org.fieldward.core.distribution.rest.store.Bodies;
import org.fieldward.core.distribution.rest.store.References;
import org.fieldward.core.distribution.series.Measured;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Resource;

/**
 * {@code $everything} of a patient (https://hl7.org/fhir/R4/patient-operation-everything.html): the patient, then the
 * compartment type by type, each page with what it refers to beside the compartment. Thread-safe.
 */
public final class Everything {

    private static final int DEFAULT_COUNT = 100;
    private static final int MAX_COUNT = 1_000;
    /** Before the type of what is made of readings, which comes after all that is stored. */
    private static final String MADE = "made:";

    private static final Set<String> KNOWN = Set.of("_since", "_type", "_count");

    /** Where a page begins: in which type, and where there. */
    private record Place(String type, Optional<String> within) {

        static Place read(String text) {
            String[] word = text.split(" ", 2);
            return new Place(word[0], word.length == 1 ? Optional.empty() : Optional.of(word[1]));
        }

        String write() {
            return type + within.map(place -> " " + place).orElse("");
        }
    }

    private final Chart chart;
    private final Measured measured;
    private final List<String> types;
    private final Bodies bodies;
    private final Links links;
    private final InstantSource clock;

    /** @param types that are looked through, in this order */
    public Everything(
            Chart chart, Measured measured, List<String> types, Bodies bodies, Cursors cursors, InstantSource clock) {
        this.chart = chart;
        this.measured = measured;
        this.types = List.copyOf(types);
        this.bodies = bodies;
        links = new Links(cursors);
        this.clock = clock;
    }

    /** The patient first, and nothing that is of no patient. */
    public static List<String> order(List<String> types) {
        var order = new ArrayList<String>();
        order.add("Patient");
        types.stream().filter(type -> !order.contains(type)).forEach(order::add);
        return List.copyOf(order);
    }

    public Answer of(Call call) {
        Asked asked = links.asked(call);
        for (String name : asked.parameters().keySet()) {
            if (!KNOWN.contains(name)) {
                throw Refusal.bad("http." + name, name + ": is not a parameter of $everything here");
            }
        }
        Sight compartment = SearchPages.compartment(chart, call.target().key(), call.sight());
        int count = count(asked);
        Optional<Instant> since = since(asked);
        List<String> wanted = stages(types(asked).stream()
                .filter(type -> Access.may(call.caller(), Interaction.SEARCH, type))
                .toList());
        Map<Key, Resource> matches = new LinkedHashMap<>();
        Optional<Place> place = asked.place()
                .map(Place::read)
                .or(() -> wanted.stream().findFirst().map(type -> new Place(type, Optional.empty())));
        while (place.isPresent() && matches.size() < count) {
            Place here = place.get();
            Optional<String> next = fill(matches, here, asked, since, count - matches.size(), compartment);
            int following = wanted.indexOf(here.type()) + 1;
            place = next.isPresent()
                    ? Optional.of(new Place(here.type(), next))
                    : following < wanted.size()
                            ? Optional.of(new Place(wanted.get(following), Optional.empty()))
                            : Optional.empty();
        }
        return Answer.of(200, bundle(call, asked, matches, place))
                .about(Set.of(compartment.patient().orElse("")));
    }

    private static List<String> stages(List<String> types) {
        return Stream.concat(
                        types.stream(),
                        Stream.of(Measured.Kind.values())
                                .map(Measured.Kind::type)
                                .filter(types::contains)
                                .map(type -> MADE + type))
                .toList();
    }

    /** Puts more of one stage to what was found, and says where that stage goes on. */
    private Optional<String> fill(
            Map<Key, Resource> matches, Place place, Asked asked, Optional<Instant> since, int count, Sight sight) {
        if (!place.type().startsWith(MADE)) {
            Found found = find(place, asked, count, sight);
            found.matches().forEach(version -> matches.put(version.key(), bodies.of(version)));
            return found.next();
        }
        Measured.Kind kind = place.type().equals(MADE + Measured.Kind.OBSERVATION.type())
                ? Measured.Kind.OBSERVATION
                : Measured.Kind.PROVENANCE;
        Measured.Page page = measured.page(kind, since, sight, place.within(), count);
        page.resources()
                .forEach(made ->
                        matches.put(new Key(kind.type(), made.getIdElement().getIdPart()), made));
        return page.next();
    }

    private static Optional<Instant> since(Asked asked) {
        try {
            return asked.parameters().getOrDefault("_since", List.of()).stream()
                    .findFirst()
                    .map(text -> new InstantType(text).getValue().toInstant());
        } catch (RuntimeException notAnInstant) {
            throw Refusal.bad("http._since", "_since: must be an instant such as 2026-01-31T08:00:00Z");
        }
    }

    private Bundle bundle(Call call, Asked asked, Map<Key, Resource> here, Optional<Place> next) {
        var bundle = new Bundle();
        bundle.setType(BundleType.SEARCHSET);
        bundle.getMeta().setLastUpdated(Date.from(clock.instant()));
        links.write(bundle, call, asked, next.map(Place::write));
        here.forEach((key, resource) -> add(bundle, call, key, resource, SearchEntryMode.MATCH));
        var beside = new LinkedHashMap<Key, Resource>();
        var looked = new HashSet<Key>();
        for (Resource resource : here.values()) {
            for (Key key : References.local(resource, call.base())) {
                if (!here.containsKey(key) && looked.add(key)) {
                    chart.read(key, call.sight())
                            .filter(version -> !version.isDeleted()
                                    && call.mayRead(version)
                                    && !version.patients()
                                            .contains(call.target().id().orElse("")))
                            .ifPresent(version -> beside.put(key, bodies.of(version)));
                }
            }
        }
        beside.forEach((key, resource) -> add(bundle, call, key, resource, SearchEntryMode.INCLUDE));
        return bundle;
    }

    private Found find(Place place, Asked asked, int count, Sight sight) {
        var parameters = new TreeMap<String, List<String>>();
        parameters.put("_count", List.of(Integer.toString(count)));
        List<String> since = asked.parameters().getOrDefault("_since", List.of());
        if (!since.isEmpty()) {
            parameters.put("_lastUpdated", List.of("ge" + since.getFirst()));
        }
        try {
            return chart.search(place.type(), parameters, place.within(), sight);
        } catch (BadSearch e) {
            throw Refusal.of(e);
        }
    }

    private List<String> types(Asked asked) {
        List<String> named = asked.parameters().getOrDefault("_type", List.of()).stream()
                .flatMap(value -> List.of(value.split(",")).stream())
                .toList();
        for (String type : named) {
            if (!types.contains(type)) {
                throw Refusal.bad("http._type", "_type: names a type that is not served here");
            }
        }
        return named.isEmpty() ? types : types.stream().filter(named::contains).toList();
    }

    private static int count(Asked asked) {
        List<String> values = asked.parameters().getOrDefault("_count", List.of(Integer.toString(DEFAULT_COUNT)));
        try {
            return Math.clamp(Integer.parseInt(values.getFirst()), 1, MAX_COUNT);
        } catch (NumberFormatException notANumber) {
            throw Refusal.bad("http._count", "_count: must be a number from 1");
        }
    }

    private static void add(Bundle bundle, Call call, Key key, Resource resource, SearchEntryMode mode) {
        bundle.addEntry()
                .setFullUrl(call.base() + "/" + key)
                .setResource(resource)
                .getSearch()
                .setMode(mode);
    }
}
