package org.fieldward.core.chart;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which past versions are meant (https://hl7.org/fhir/R4/http.html#history).
 *
 * @param type empty: of all types; an id needs a type
 * @param since only versions made at this instant or later
 * @param at only versions that were the newest at this instant
 * @param before only versions with a smaller number: the last number of the page before
 * @param count at most so many
 */
public record HistoryQuery(
        Optional<String> type,
        Optional<String> id,
        Optional<Instant> since,
        Optional<Instant> at,
        OptionalLong before,
        int count) {

    public HistoryQuery {
        if (id.isPresent() && type.isEmpty()) {
            throw new IllegalArgumentException("id needs a type");
        }
        if (count < 1) {
            throw new IllegalArgumentException("count must be at least 1, is " + count);
        }
    }

    public static HistoryQuery of(Key key, int count) {
        return new HistoryQuery(
                Optional.of(key.type()),
                Optional.of(key.id()),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                count);
    }

    public static HistoryQuery ofType(String type, int count) {
        return new HistoryQuery(
                Optional.of(type), Optional.empty(), Optional.empty(), Optional.empty(), OptionalLong.empty(), count);
    }

    public static HistoryQuery ofEverything(int count) {
        return new HistoryQuery(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), OptionalLong.empty(), count);
    }

    public HistoryQuery since(Instant instant) {
        return new HistoryQuery(type, id, Optional.of(instant), at, before, count);
    }

    public HistoryQuery at(Instant instant) {
        return new HistoryQuery(type, id, since, Optional.of(instant), before, count);
    }

    /** The page behind the one that ended with this number. */
    public HistoryQuery before(long number) {
        return new HistoryQuery(type, id, since, at, OptionalLong.of(number), count);
    }
}
