package org.fieldward.core.webhook.wording;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;

/**
 * Times of messages (HL7 v2.8 section 2A.2.22): {@code YYYY[MM[DD[HH[MM[SS[.SSSS]]]]]][+/-ZZZZ]}. Precision and offset stay as
 * they were; FHIR wants seconds wherever there is an hour, so those are filled with zeros.
 */
public final class Times {

    private static final Pattern TIME =
            Pattern.compile("(\\d{4})(?:(\\d{2})(?:(\\d{2})(?:(\\d{2})(?:(\\d{2})(?:(\\d{2})"
                    + "(?:\\.(\\d{1,9}))?)?)?)?)?)?\\s?([+-]\\d{4}|Z)?");

    private Times() {}

    /** As FHIR writes it; empty if it is no time. */
    public static Optional<String> text(String said, ZoneId zone) {
        Matcher matcher = TIME.matcher(said);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            int year = Integer.parseInt(matcher.group(1));
            LocalDate day = LocalDate.of(year, number(matcher.group(2), 1), number(matcher.group(3), 1));
            if (year == 0) {
                return Optional.empty();
            }
            if (some(matcher.group(4)).isEmpty()) {
                String whole = day.toString();
                return Optional.of(
                        some(matcher.group(2)).isEmpty()
                                ? whole.substring(0, 4)
                                : some(matcher.group(3)).isEmpty() ? whole.substring(0, 7) : whole);
            }
            LocalDateTime time =
                    day.atTime(number(matcher.group(4), 0), number(matcher.group(5), 0), number(matcher.group(6), 0));
            ZoneOffset offset = some(matcher.group(8))
                    .map(ZoneOffset::of)
                    .orElseGet(() -> zone.getRules().getOffset(time));
            if (Math.abs(offset.getTotalSeconds()) > 14 * 3600) {
                return Optional.empty();
            }
            String seconds = "%02d".formatted(time.getSecond())
                    + some(matcher.group(7)).map(fraction -> "." + fraction).orElse("");
            // An offset with seconds, such as Amsterdam's of 1930, has no place in FHIR.
            ZoneOffset minutes = ZoneOffset.ofTotalSeconds(offset.getTotalSeconds() / 60 * 60);
            return Optional.of("%sT%02d:%02d:%s%s"
                    .formatted(
                            day,
                            time.getHour(),
                            time.getMinute(),
                            seconds,
                            minutes.equals(ZoneOffset.UTC) ? "Z" : minutes));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static int number(@org.jspecify.annotations.Nullable String digits, int fallback) {
        return digits == null ? fallback : Integer.parseInt(digits);
    }

    private static Optional<String> some(@org.jspecify.annotations.Nullable String group) {
        return Optional.ofNullable(group);
    }

    public static Optional<DateTimeType> dateTime(String said, ZoneId zone) {
        return text(said, zone).map(DateTimeType::new);
    }

    /** The day alone. */
    public static Optional<DateType> date(String said, ZoneId zone) {
        return text(said, zone).map(text -> new DateType(text.length() > 10 ? text.substring(0, 10) : text));
    }

    /** The instant that it says; of a day alone its first there. */
    public static Optional<Instant> instant(String said, ZoneId zone) {
        return text(said, zone).map(text -> {
            if (text.length() > 10) {
                return OffsetDateTime.parse(text).toInstant();
            }
            String day = text.length() == 4 ? text + "-01-01" : text.length() == 7 ? text + "-01" : text;
            return LocalDate.parse(day).atStartOfDay(zone).toInstant();
        });
    }

    /** Whether the first is later than the second, where both say as much as a day. */
    public static boolean isAfter(BaseDateTimeType first, BaseDateTimeType second) {
        return first.getValue() != null
                && second.getValue() != null
                && first.getValue().after(second.getValue());
    }
}
