package org.fieldward.core.completeness;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What completeness is asked of.
 *
 * @param facility the gateway that last carried the devices; empty for all
 * @param bed empty for all
 * @param from the first day, {@code to} the last, in each facility's own time zone
 */
public record Question(Optional<String> facility, Optional<String> bed, LocalDate from, LocalDate to) {

    public static final int MAX_DAYS = 31;

    /** Before it some zones were not a whole number of quarters of an hour away from UTC. */
    private static final LocalDate EARLIEST = LocalDate.of(1990, 1, 1);

    private static final LocalDate LATEST = LocalDate.of(9000, 1, 1);

    public Question {
        if (from.isBefore(EARLIEST) || to.isAfter(LATEST)) {
            throw new IllegalArgumentException("from and to must lie between " + EARLIEST + " and " + LATEST);
        }
        if (to.isBefore(from) || ChronoUnit.DAYS.between(from, to) >= MAX_DAYS) {
            throw new IllegalArgumentException("to must be from, or up to " + (MAX_DAYS - 1) + " days later");
        }
    }
}
