package org.fieldward.core.distribution.search;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The instants a date search allows: ranges that do not touch, in order, each with its beginning included and its end
 * excluded (https://hl7.org/fhir/R4/search.html#date). Immutable.
 */
public record Times(List<Range> ranges) {

    /** @param until excluded */
    public record Range(Instant from, Instant until) {

        /** Whether it has only one end, or none. */
        public boolean isOpen() {
            return first().isEmpty() || end().isEmpty();
        }

        /** Where it begins, if it does. */
        public Optional<Instant> first() {
            return from.equals(FIRST) ? Optional.empty() : Optional.of(from);
        }

        /** Where it ends, if it does; excluded. */
        public Optional<Instant> end() {
            return until.equals(LAST) ? Optional.empty() : Optional.of(until);
        }
    }

    // What a date can say at all, and what every store can hold in microseconds.
    static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

    public static final Times ALWAYS = new Times(List.of(new Range(FIRST, LAST)));

    private static final Pattern VALUE = Pattern.compile("(eq|ne|lt|le|gt|ge|sa|eb|ap)?"
            + "(\\d{4})(-\\d{2})?(-\\d{2})?(?:T(\\d{2}:\\d{2})(:\\d{2})?(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})?)?");

    public Times {
        ranges = List.copyOf(ranges);
    }

    /**
     * @param alternatives any of them
     * @param now what {@code ap} measures its tenth from
     */
    static Times of(String parameter, List<String> alternatives, Instant now) {
        var ranges = new ArrayList<Range>();
        for (String value : alternatives) {
            ranges.addAll(of(parameter, value, now));
        }
        return new Times(joined(ranges));
    }

    /** Every list must be met. */
    static Times of(Asked asked, String parameter, Instant now) {
        Times times = ALWAYS;
        for (List<String> alternatives : asked.all(parameter)) {
            times = times.and(of(parameter, alternatives, now));
        }
        return times;
    }

    /** When a FHIR date or dateTime begins; a time without a zone is UTC. Empty for anything else. */
    public static Optional<Instant> start(String date) {
        return whole(date).map(Range::from);
    }

    /** When it ends, as precisely as it is written; excluded. */
    public static Optional<Instant> end(String date) {
        return whole(date).map(Range::until);
    }

    /** The one range that every list of a parameter allows; empty if they allow none, or several. */
    public static Optional<Range> one(String parameter, List<String> lists, Instant now) {
        Times times = ALWAYS;
        for (String list : lists) {
            times = times.and(of(parameter, List.of(list.split(",")), now));
        }
        return times.ranges.size() == 1 ? Optional.of(times.ranges.getFirst()) : Optional.empty();
    }

    private static Optional<Range> whole(String date) {
        Matcher matcher = VALUE.matcher(date);
        try {
            return matcher.matches() && matcher.group(1) == null ? Optional.of(exact(matcher)) : Optional.empty();
        } catch (DateTimeException notADate) {
            return Optional.empty();
        }
    }

    boolean contains(Instant instant) {
        return ranges.stream().anyMatch(range -> !instant.isBefore(range.from()) && instant.isBefore(range.until()));
    }

    Times and(Times other) {
        var both = new ArrayList<Range>();
        for (Range mine : ranges) {
            for (Range theirs : other.ranges) {
                add(both, later(mine.from(), theirs.from()), earlier(mine.until(), theirs.until()));
            }
        }
        return new Times(joined(both));
    }

    private static List<Range> of(String parameter, String value, Instant now) {
        Matcher matcher = VALUE.matcher(value);
        if (!matcher.matches()) {
            throw new SearchException(parameter, "must be a FHIR date or dateTime, with a prefix or without");
        }
        Range exact;
        try {
            exact = exact(matcher);
        } catch (DateTimeException e) {
            throw new SearchException(parameter, "must be a date that exists");
        }
        String prefix = matcher.group(1) == null ? "eq" : matcher.group(1);
        var ranges = new ArrayList<Range>();
        switch (prefix) {
            case "eq" -> ranges.add(exact);
            case "ne" -> {
                add(ranges, FIRST, exact.from());
                add(ranges, exact.until(), LAST);
            }
            case "lt", "eb" -> add(ranges, FIRST, exact.from());
            case "le" -> add(ranges, FIRST, exact.until());
            case "gt", "sa" -> add(ranges, exact.until(), LAST);
            case "ge" -> add(ranges, exact.from(), LAST);
            case "ap" -> {
                Duration tenth = Duration.between(exact.from(), now).abs().dividedBy(10);
                add(ranges, exact.from().minus(tenth), exact.until().plus(tenth));
            }
            default -> throw new IllegalStateException("the pattern knows no other prefix");
        }
        return ranges;
    }

    private static Range exact(Matcher matcher) {
        String year = matcher.group(2);
        if (matcher.group(3) == null) {
            if (matcher.group(5) != null) {
                throw new DateTimeException("a time needs a day");
            }
            Year whole = Year.parse(year);
            return days(whole.atDay(1), whole.plusYears(1).atDay(1));
        }
        if (matcher.group(4) == null) {
            if (matcher.group(5) != null) {
                throw new DateTimeException("a time needs a day");
            }
            YearMonth whole = YearMonth.parse(year + matcher.group(3));
            return days(whole.atDay(1), whole.plusMonths(1).atDay(1));
        }
        String day = year + matcher.group(3) + matcher.group(4);
        if (matcher.group(5) == null) {
            LocalDate whole = LocalDate.parse(day);
            return days(whole, whole.plusDays(1));
        }
        return time(matcher, day + "T" + matcher.group(5));
    }

    private static Range time(Matcher matcher, String minutes) {
        String seconds = matcher.group(6) == null ? ":00" : matcher.group(6);
        String fraction = matcher.group(7) == null ? "" : matcher.group(7);
        if (matcher.group(6) == null && matcher.group(7) != null) {
            throw new DateTimeException("a fraction needs a second");
        }
        String zone = matcher.group(8);
        String text = minutes + seconds + fraction;
        Instant from = zone == null
                ? LocalDateTime.parse(text).toInstant(ZoneOffset.UTC)
                : OffsetDateTime.parse(text + zone).toInstant();
        Duration width;
        if (matcher.group(6) == null) {
            width = Duration.ofMinutes(1);
        } else if (fraction.isEmpty()) {
            width = Duration.ofSeconds(1);
        } else {
            width = Duration.ofNanos((long) Math.pow(10, 10 - fraction.length()));
        }
        return new Range(from, from.plus(width));
    }

    private static Range days(LocalDate from, LocalDate until) {
        return new Range(
                from.atStartOfDay().toInstant(ZoneOffset.UTC),
                until.atStartOfDay().toInstant(ZoneOffset.UTC));
    }

    private static List<Range> joined(List<Range> ranges) {
        var sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparing(Range::from));
        var joined = new ArrayList<Range>();
        for (Range range : sorted) {
            Range last = joined.isEmpty() ? null : joined.getLast();
            if (last != null && !range.from().isAfter(last.until())) {
                joined.set(joined.size() - 1, new Range(last.from(), later(last.until(), range.until())));
            } else {
                joined.add(range);
            }
        }
        return joined;
    }

    private static void add(List<Range> ranges, Instant from, Instant until) {
        if (from.isBefore(until)) {
            ranges.add(new Range(from, until));
        }
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
