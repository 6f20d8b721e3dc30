package org.fieldward.core.distribution.search;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code id}, {@code Patient/id} and {@code http://server/fhir/Patient/id}. */
final class References {

    private References() {}

    /**
     * The ids that meet every list; empty where the search says nothing about them.
     *
     * @param names search parameters that mean the same, e.g. {@code patient} and {@code subject}
     */
    static Optional<Set<String>> ids(Asked asked, String type, String... names) {
        Optional<Set<String>> all = Optional.empty();
        for (String name : names) {
            for (List<String> alternatives : asked.all(name)) {
                var ids = new LinkedHashSet<String>();
                for (String value : alternatives) {
                    id(name, type, value).ifPresent(ids::add);
                }
                all.ifPresent(ids::retainAll);
                all = Optional.of(ids);
            }
        }
        return all;
    }

    /** @return empty for a resource of another type, which nothing here refers to */
    private static Optional<String> id(String name, String type, String value) {
        int slash = value.lastIndexOf('/');
        String id = value.substring(slash + 1);
        if (!id.matches("[A-Za-z0-9\\-.]{1,64}")) {
            throw new SearchException(name, "must be an id or " + type + "/id");
        }
        if (slash < 0) {
            return Optional.of(id);
        }
        String before = value.substring(0, slash);
        boolean same = before.equals(type) || before.endsWith("/" + type);
        return same ? Optional.of(id) : Optional.empty();
    }
}
