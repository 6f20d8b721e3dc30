package org.fieldward.core.distribution.rest;

import java.time.Instant;
import java.util.Optional;
import org.fieldward.core.distribution.search.Asked;
import org.fieldward.core.distribution.search.Searchable;
import org.fieldward.proto.reading.Micros;

/**
 * A search and where it stands.
 *
 * @param startedAt when the first page was asked for: what an approximate date is measured from on every page
 * @param place the last resource that was served, in its type's own words; empty before the first page
 */
record SearchLink(Asked asked, Instant startedAt, Optional<String> place) {

    public SearchLink at(String other) {
        return new SearchLink(asked, startedAt, Optional.of(other));
    }

    public String write() {
        return Micros.of(startedAt) + "\n" + place.orElse("") + "\n" + asked.query();
    }

    /** Reads what {@link #write} wrote, and nothing else: a cursor that was opened is one of ours. */
    public static SearchLink read(Searchable type, String text) {
        String[] line = text.split("\n", 3);
        return new SearchLink(
                Asked.parse(type, line[2]),
                Micros.instant(Long.parseLong(line[0])),
                line[1].isEmpty() ? Optional.empty() : Optional.of(line[1]));
    }
}
