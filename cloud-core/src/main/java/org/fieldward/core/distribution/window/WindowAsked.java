package org.fieldward.core.distribution.window;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldward.core.distribution.search.Asked;
import org.fieldward.core.distribution.search.ObservationSearch;
import org.fieldward.core.distribution.search.SearchException;
import org.fieldward.core.distribution.search.Searchable;
import org.fieldward.core.distribution.search.Times;
import org.fieldward.proto.reading.DeviceId;

/**
 * Which windows of whose readings are asked for.
 *
 * @param search by patient, device, code, category and date
 * @param range what the windows lie in; the first and the last are cut by it
 * @param period how long a window lasts; windows begin at whole ones of it since 1970
 * @param every how long a slot lasts: what coverage is counted in, and the distance of samples
 */
public record WindowAsked(ObservationSearch search, Times.Range range, Duration period, Duration every, Form form) {

    /** What is made of a window. */
    public enum Form {
        SUMMARY,
        SAMPLED
    }

    static final int MAX_WINDOWS = 10_000;
    static final int MAX_SLOTS = 86_400;

    private static final Set<String> OWN = Set.of("period", "as", "every");
    private static final Set<String> KNOWN = Set.of("patient", "subject", "device", "code", "category", "date");
    private static final Pattern LASTING = Pattern.compile("([1-9][0-9]{0,5})(s|min|h|d)");

    /**
     * @param known the devices that there are
     * @param now what an approximate date is measured from
     */
    public static WindowAsked of(Map<String, String[]> parameters, List<DeviceId> known, Instant now) {
        var rest = new TreeMap<>(parameters);
        OWN.forEach(rest::remove);
        ObservationSearch search = search(rest, KNOWN, known, now);
        Times.Range range = range(search);
        Duration period = lasting(parameters, "period").orElse(Duration.ofHours(1));
        Duration every = lasting(parameters, "every").orElse(Duration.ofSeconds(1));
        if (every.compareTo(period) > 0) {
            throw new SearchException("every", "must not be longer than period");
        }
        if (period.dividedBy(every) > MAX_SLOTS) {
            throw new SearchException("every", "must not be shorter than period divided by " + MAX_SLOTS);
        }
        if (Duration.between(range.from(), range.until()).dividedBy(period) > MAX_WINDOWS) {
            throw new SearchException("date", "must be narrower: there are more than " + MAX_WINDOWS + " windows");
        }
        return new WindowAsked(search, range, period, every, form(parameters));
    }

    /** Reads what is said of whom, what and when, and refuses whatever else is said. */
    static ObservationSearch search(
            Map<String, String[]> parameters, Set<String> allowed, List<DeviceId> known, Instant now) {
        Asked asked = Asked.parse(Searchable.OBSERVATION, parameters, false);
        for (String name : asked.values().keySet()) {
            if (!allowed.contains(name)) {
                throw new SearchException(name, "cannot be asked here: " + String.join(", ", allowed) + " can");
            }
        }
        if (!asked.includes().isEmpty()) {
            throw new SearchException("_include", "has no meaning here");
        }
        for (String name : List.of("_count", "_sort", "_summary", "_total")) {
            if (parameters.containsKey(name)) {
                throw new SearchException(name, "has no meaning here: all is answered at once, oldest first");
            }
        }
        var search = ObservationSearch.of(asked, known, now);
        if (search.patients().isEmpty() && search.devices().isEmpty()) {
            throw new SearchException("patient", "or device must be there");
        }
        return search;
    }

    /** The one range of time with two ends that is asked for. */
    static Times.Range range(ObservationSearch search) {
        List<Times.Range> ranges = search.times().ranges();
        if (ranges.size() != 1 || ranges.getFirst().isOpen()) {
            throw new SearchException(
                    "date", "must say from when until when, such as date=ge2026-01-31&date=lt2026-02-01");
        }
        return ranges.getFirst();
    }

    private static Optional<Duration> lasting(Map<String, String[]> parameters, String name) {
        String[] values = parameters.get(name);
        if (values == null) {
            return Optional.empty();
        }
        Matcher matcher = LASTING.matcher(values[0]);
        if (values.length != 1 || !matcher.matches()) {
            throw new SearchException(name, "must be a whole number of s, min, h or d, such as 1min");
        }
        long number = Long.parseLong(matcher.group(1));
        Duration lasting = switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "min" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
        if (lasting.compareTo(Duration.ofDays(31)) > 0) {
            throw new SearchException(name, "must be at most 31d");
        }
        return Optional.of(lasting);
    }

    private static Form form(Map<String, String[]> parameters) {
        String[] values = parameters.getOrDefault("as", new String[] {"summary"});
        return switch (values[0]) {
            case "summary" -> Form.SUMMARY;
            case "sampled" -> Form.SAMPLED;
            default -> throw new SearchException("as", "must be summary or sampled");
        };
    }
}
