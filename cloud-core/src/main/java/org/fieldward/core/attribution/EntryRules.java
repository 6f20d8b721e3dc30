package org.fieldward.core.attribution;

import java.time.Instant;
import java.util.Optional;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Stamp;

/**
 * What a record must keep to so that it can be stored and served at all: a gateway that breaks it must not stop the
 * records behind it. Pure.
 */
final class EntryRules {

    /** FHIR writes the years 1 to 9999 (https://hl7.org/fhir/R4/datatypes.html#dateTime), in any time zone. */
    private static final Instant FIRST = Instant.parse("0001-01-02T00:00:00Z");

    private static final Instant LAST = Instant.parse("9999-12-30T00:00:00Z");
    private static final int MAX_NAME = 200;
    private static final int MAX_REASON = 300;

    private EntryRules() {}

    /** The rule that is broken, with the field and without its value; empty if none is. */
    static Optional<String> broken(Entry entry) {
        Stamp stamp = entry.stamp();
        if (isBeyond(stamp.measuredAt())) {
            return Optional.of("measured: its year must be 1 to 9999");
        }
        if (stamp.deviceTime().filter(EntryRules::isBeyond).isPresent()) {
            return Optional.of("device time: its year must be 1 to 9999");
        }
        if (isBeyond(stamp.receivedAt())) {
            return Optional.of("received: its year must be 1 to 9999");
        }
        if (entry instanceof AlarmChange alarm) {
            if (alarm.alarm().isEmpty() || alarm.alarm().length() > MAX_NAME || !isText(alarm.alarm())) {
                return Optional.of("alarm: must be 1 to " + MAX_NAME + " characters, none of them a control character");
            }
            if (!isText(alarm.detail())) {
                return Optional.of("detail: must hold no control character");
            }
        }
        if (entry instanceof Gap gap && (isBeyond(gap.from()) || isBeyond(gap.to()))) {
            return Optional.of("gap: its years must be 1 to 9999");
        }
        return Optional.empty();
    }

    /** A reason in words that somebody else chose, as it can be stored and printed. */
    static String printable(String reason) {
        String text = reason.replaceAll("\\p{Cntrl}", "?");
        return text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON);
    }

    private static boolean isBeyond(Instant instant) {
        return instant.isBefore(FIRST) || instant.isAfter(LAST);
    }

    private static boolean isText(String text) {
        return text.chars().noneMatch(Character::isISOControl);
    }
}
