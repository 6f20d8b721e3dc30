package org.fieldward.core.fhir.outline;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A date, dateTime or instant (https://hl7.org/fhir/R4/datatypes.html#dateTime) of the years that nobody doubts.
 *
 * @param form how it is written: its precision, whether it has parts of seconds
 * @param from the earliest instant that it may mean
 * @param until just after the latest
 */
record Moment(char form, Instant from, Instant until) {

    private static final Pattern SHAPE = Pattern.compile(
            "((?:19|20)\\d\\d)(?:-(\\d\\d)(?:-(\\d\\d)(T\\d\\d:\\d\\d:\\d\\d(?:\\.(\\d{1,9}))?(?:Z|[+-]\\d\\d:\\d\\d))?)?)?");

    /** Where the zone is not said, a date may begin and end so much earlier or later. */
    private static final long ANY_ZONE_HOURS = 14;

    static Optional<Moment> read(String text) {
        Matcher parts = SHAPE.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            if (parts.group(4) != null) {
                Instant at = OffsetDateTime.parse(text).toInstant();
                return Optional.of(new Moment(parts.group(5) == null ? 'S' : 'F', at, at));
            }
            if (parts.group(3) != null) {
                LocalDate day = LocalDate.parse(text);
                return Optional.of(of('D', day, day.plusDays(1)));
            }
            if (parts.group(2) != null) {
                YearMonth month = YearMonth.parse(text);
                return Optional.of(of('M', month.atDay(1), month.plusMonths(1).atDay(1)));
            }
            Year year = Year.parse(text);
            return Optional.of(of('Y', year.atDay(1), year.plusYears(1).atDay(1)));
        } catch (DateTimeException noSuchDay) {
            return Optional.empty();
        }
    }

    private static Moment of(char form, LocalDate first, LocalDate next) {
        return new Moment(
                form,
                first.atStartOfDay().toInstant(ZoneOffset.UTC).minus(ANY_ZONE_HOURS, ChronoUnit.HOURS),
                next.atStartOfDay().toInstant(ZoneOffset.UTC).plus(ANY_ZONE_HOURS, ChronoUnit.HOURS));
    }

    /** {@code <}, {@code =} or {@code >}; empty where that depends on what is not said. */
    Optional<Character> order(Moment other) {
        if (form == other.form) {
            int order = from.compareTo(other.from);
            return Optional.of(order < 0 ? '<' : order == 0 ? '=' : '>');
        }
        // At least a second between them: parts of seconds may be left out of the comparison.
        if (until.plusSeconds(1).isBefore(other.from)) {
            return Optional.of('<');
        }
        return other.until.plusSeconds(1).isBefore(from) ? Optional.of('>') : Optional.empty();
    }
}
