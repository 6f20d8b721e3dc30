package org.fieldward.core.distribution.stats;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.distribution.search.SearchException;
import org.fieldward.core.distribution.search.Times;
import org.fieldward.core.distribution.window.Statistic;
import org.fieldward.core.fhir.terminology.Draft.Code;
import org.fieldward.core.fhir.terminology.Terminology;

/**
 * What statistics are asked for (https://hl7.org/fhir/R4/observation-operation-stats.html).
 *
 * @param codes statistics are made for each
 * @param until excluded
 * @param include also show what they were made of, at most {@code limit}
 */
public record StatsAsked(
        String patient,
        Set<Code> codes,
        Instant from,
        Instant until,
        Set<Statistic> statistics,
        boolean include,
        int limit) {

    static final int MAX_CODES = 20;
    private static final int MAX_LIMIT = 1_000;
    private static final Set<String> KNOWN = Set.of(
            "subject", "code", "system", "coding", "duration", "period", "date", "statistic", "include", "limit");

    /** @param parameters as in an address; a period is {@code start/end}, a coding {@code system|code} */
    public static StatsAsked of(Map<String, List<String>> parameters, Instant now) {
        for (String name : parameters.keySet()) {
            if (!KNOWN.contains(name) && !name.startsWith("_")) {
                throw new SearchException(name.replaceAll("[^a-zA-Z-]", "?"), "is not a parameter of $stats");
            }
        }
        Times.Range range = range(parameters, now);
        return new StatsAsked(
                patient(parameters),
                codes(parameters),
                range.from(),
                range.until(),
                statistics(parameters),
                parameters.getOrDefault("include", List.of()).contains("true"),
                limit(parameters));
    }

    private static String patient(Map<String, List<String>> parameters) {
        List<String> subjects = parameters.getOrDefault("subject", List.of());
        if (subjects.size() != 1 || !subjects.getFirst().matches("(.*Patient/)?[A-Za-z0-9.-]{1,64}")) {
            throw new SearchException("subject", "must be there once, as Patient/id");
        }
        String subject = subjects.getFirst();
        return subject.substring(subject.lastIndexOf('/') + 1);
    }

    private static Set<Code> codes(Map<String, List<String>> parameters) {
        List<String> systems = parameters.getOrDefault("system", List.of(Terminology.LOINC));
        if (systems.size() != 1) {
            throw new SearchException("system", "must be there at most once");
        }
        var codes = new LinkedHashSet<Code>();
        for (String value : parameters.getOrDefault("code", List.of())) {
            for (String code : value.split(",")) {
                int bar = code.indexOf('|');
                codes.add(
                        bar < 0
                                ? new Code(systems.getFirst(), code)
                                : new Code(code.substring(0, bar), code.substring(bar + 1)));
            }
        }
        for (String coding : parameters.getOrDefault("coding", List.of())) {
            int bar = coding.indexOf('|');
            if (bar < 1) {
                throw new SearchException("coding", "must be system|code");
            }
            codes.add(new Code(coding.substring(0, bar), coding.substring(bar + 1)));
        }
        if (codes.isEmpty() || codes.size() > MAX_CODES) {
            throw new SearchException("code", "or coding must be there, at most " + MAX_CODES);
        }
        return codes;
    }

    private static Times.Range range(Map<String, List<String>> parameters, Instant now) {
        var given = new ArrayList<>(List.of("duration", "period", "date"));
        given.retainAll(parameters.keySet());
        if (given.size() != 1) {
            throw new SearchException("period", "or duration or date must be there, and one of them only");
        }
        String name = given.getFirst();
        List<String> values = parameters.getOrDefault(name, List.of());
        Optional<Times.Range> range = switch (name) {
            case "duration" -> hours(values.getFirst()).map(hours -> new Times.Range(now.minus(hours), now));
            case "period" -> period(values.getFirst(), now);
            default -> Times.one(name, values, now).filter(one -> !one.isOpen());
        };
        return range.orElseThrow(() -> new SearchException(
                name,
                switch (name) {
                    case "duration" -> "must be a number of hours";
                    case "period" -> "must have a start, and an end behind it";
                    default -> "must say from when until when, such as date=ge2026-01-31&date=lt2026-02-01";
                }));
    }

    private static Optional<Duration> hours(String value) {
        if (!value.matches("[0-9]{1,6}(\\.[0-9]{1,6})?")) {
            return Optional.empty();
        }
        long millis =
                new BigDecimal(value).multiply(BigDecimal.valueOf(3_600_000)).longValue();
        return millis > 0 ? Optional.of(Duration.ofMillis(millis)) : Optional.empty();
    }

    /** The end of a period is included as precisely as it is written (https://hl7.org/fhir/R4/datatypes.html#Period). */
    private static Optional<Times.Range> period(String value, Instant now) {
        String[] part = value.split("/", -1);
        Optional<Instant> from = Times.start(part[0]);
        Optional<Instant> until = part.length < 2 || part[1].isEmpty() ? Optional.of(now) : Times.end(part[1]);
        return from.isPresent() && until.isPresent() && from.get().isBefore(until.get())
                ? Optional.of(new Times.Range(from.get(), until.get()))
                : Optional.empty();
    }

    private static Set<Statistic> statistics(Map<String, List<String>> parameters) {
        var statistics = new LinkedHashSet<Statistic>();
        for (String values : parameters.getOrDefault("statistic", List.of())) {
            for (String value : values.split(",")) {
                statistics.add(Statistic.of(value)
                        .orElseThrow(() -> new SearchException(
                                "statistic", "must be a code of observation-statistics, regression excepted")));
            }
        }
        if (statistics.isEmpty()) {
            throw new SearchException("statistic", "must be there, such as average");
        }
        return statistics;
    }

    private static int limit(Map<String, List<String>> parameters) {
        String limit = parameters.getOrDefault("limit", List.of("100")).getFirst();
        if (!limit.matches("[1-9][0-9]{0,3}") || Integer.parseInt(limit) > MAX_LIMIT) {
            throw new SearchException("limit", "must be a number from 1 to " + MAX_LIMIT);
        }
        return Integer.parseInt(limit);
    }
}
