package org.fieldward.core.distribution.observe;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.observe.Kept.Found;
import org.fieldward.core.distribution.search.Asked;
import org.fieldward.core.distribution.search.ObservationSearch.Linked;
import org.fieldward.core.distribution.search.SearchException;

/** Finds whom a search means that describes a patient or a device, or what refers to an Observation, instead of naming it. */
public final class Links {

    private static final int MAX_FOUND = 100;

    private final Kept stored;

    public Links(Kept stored) {
        this.stored = stored;
    }

    /** @throws SearchException if so many are meant that they cannot be looked for one by one */
    public Linked of(Asked asked, Sight sight) {
        Optional<Set<String>> patients = Optional.empty();
        Optional<Set<String>> devices = Optional.empty();
        Optional<Set<String>> observations = Optional.empty();
        boolean never = false;
        for (var entry : asked.parameters().entrySet()) {
            String name = entry.getKey();
            if (!asked.isChained(name)) {
                continue;
            }
            for (String value : entry.getValue()) {
                if (name.startsWith("_has:")) {
                    observations = both(observations, referring(name, value, sight));
                    continue;
                }
                int dot = name.indexOf('.');
                String rest = name.substring(dot + 1);
                switch (name.substring(0, dot)) {
                    case "patient", "subject", "subject:Patient" ->
                        patients = both(patients, ids("Patient", name, rest, value, sight));
                    case "device" -> devices = both(devices, ids("Device", name, rest, value, sight));
                    default -> never = true;
                }
            }
        }
        return new Linked(patients, devices, observations, never);
    }

    private Set<String> ids(String type, String name, String parameter, String value, Sight sight) {
        var ids = new HashSet<String>();
        all(type, name, parameter, value, sight)
                .forEach(version -> ids.add(version.key().id()));
        return ids;
    }

    /** {@code _has:DiagnosticReport:result:status=final}: those that such a report names. */
    private Set<String> referring(String name, String value, Sight sight) {
        String[] part = name.split(":", 4);
        var ids = new HashSet<String>();
        for (Version version : all(part[1], name, part[3], value, sight)) {
            ids.addAll(Json.observations(Json.resource(version), part[2]));
        }
        return ids;
    }

    private List<Version> all(String type, String name, String parameter, String value, Sight sight) {
        var all = new ArrayList<Version>();
        Optional<String> place = Optional.empty();
        do {
            Found found = stored.search(
                    type,
                    Map.of(parameter, List.of(value), "_count", List.of(Integer.toString(MAX_FOUND))),
                    place,
                    sight);
            all.addAll(found.matches());
            place = found.next();
            if (all.size() > MAX_FOUND || all.size() == MAX_FOUND && place.isPresent()) {
                throw new SearchException(name, "means more than " + MAX_FOUND + " resources: say more of them");
            }
        } while (place.isPresent());
        return all;
    }

    private static Optional<Set<String>> both(Optional<Set<String>> before, Set<String> found) {
        before.ifPresent(found::retainAll);
        return Optional.of(found);
    }
}
