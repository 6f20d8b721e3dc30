package org.fieldward.edge.decode.medtech;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldward.edge.decode.Fault;
import org.fieldward.edge.decode.Written;
import org.jspecify.annotations.Nullable;

/** Times in the forms that the service took: ISO 8601, also without a zone, RFC 1123, and as an American writes them. */
final class Moment {

    private static final int MAX_LENGTH = 60;
    private static final Pattern ISO = Pattern.compile("(\\d{4})-(\\d\\d)-(\\d\\d)"
            + "(?:[T ](\\d\\d):(\\d\\d)(?::(\\d\\d)(\\.\\d+)?)?)?\\s*([Zz]|[+-]\\d\\d?(?::?\\d\\d)?)?");
    private static final Pattern ZONE = Pattern.compile("([+-])(\\d\\d?):?(\\d\\d)?");

    private static final List<DateTimeFormatter> OTHERS = List.of(
            DateTimeFormatter.RFC_1123_DATE_TIME,
            DateTimeFormatter.ofPattern("M/d/uuuu h:m:s a", Locale.US),
            DateTimeFormatter.ofPattern("M/d/uuuu H:m:s", Locale.US),
            DateTimeFormatter.ofPattern("M/d/uuuu H:m", Locale.US));

    private Moment() {}

    static Instant of(String field, JsonNode node) {
        if (node.isNumber()) {
            throw Fault.invalid(field
                    + " must be a time in a text: a number is made one by fromUnixTimestamp or fromUnixTimestampMs");
        }
        if (!node.isTextual()) {
            throw Fault.invalid(field + " must be a time in a text");
        }
        String text = node.asText().strip();
        if (text.length() > MAX_LENGTH) {
            throw bad(field, text);
        }
        Matcher iso = ISO.matcher(text);
        if (iso.matches()) {
            return Written.rfc3339(field, rfc3339(iso));
        }
        for (DateTimeFormatter other : OTHERS) {
            try {
                TemporalAccessor parsed = other.parse(text);
                return parsed.isSupported(ChronoField.INSTANT_SECONDS)
                        ? Instant.from(parsed)
                        : LocalDateTime.from(parsed).toInstant(ZoneOffset.UTC);
            } catch (DateTimeException e) {
                // The next form is tried.
                continue;
            }
        }
        throw bad(field, text);
    }

    private static String rfc3339(Matcher iso) {
        String time = iso.group(4) == null
                ? "00:00:00"
                : iso.group(4) + ":" + iso.group(5) + ":" + (iso.group(6) == null ? "00" : iso.group(6));
        String fraction = iso.group(7) == null ? "" : iso.group(7);
        return iso.group(1) + "-" + iso.group(2) + "-" + iso.group(3) + "T" + time + fraction + zone(iso.group(8));
    }

    /** None means UTC, as it did on the service's machines. */
    private static String zone(@Nullable String written) {
        Matcher zone = ZONE.matcher(written == null ? "" : written);
        if (!zone.matches()) {
            return "Z";
        }
        String hours = zone.group(2);
        return zone.group(1) + (hours.length() == 1 ? "0" + hours : hours) + ":"
                + (zone.group(3) == null ? "00" : zone.group(3));
    }

    private static Fault bad(String field, String text) {
        return Fault.invalid(field + " must be a time such as 2026-03-01T08:15:30.5Z, was " + Fault.echo(text));
    }
}
