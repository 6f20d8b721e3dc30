package org.fieldward.core.distribution.live;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the three durable logs that a stream is made of: everything up to it has been told. The same in every core
 * and after every start.
 *
 * @param batch of commitments: how far readings were told
 * @param within the batch, counted from 1; {@link #WHOLE} for all of it
 * @param step of alarms
 * @param change in the chart
 */
record Place(long batch, int within, long step, long change) {

    static final int WHOLE = Integer.MAX_VALUE;
    static final Place START = new Place(0, WHOLE, 0, 0);

    private static final Pattern TEXT =
            Pattern.compile("([0-9]{1,18})(?:\\.([0-9]{1,9}))?-([0-9]{1,18})-([0-9]{1,18})");

    /** One of the three. */
    enum Part {
        READINGS,
        ALARMS,
        CHART
    }

    static Optional<Place> parse(String text) {
        Matcher found = TEXT.matcher(text);
        return found.matches()
                ? Optional.of(new Place(
                        Long.parseLong(found.group(1)),
                        found.group(2) == null ? WHOLE : Integer.parseInt(found.group(2)),
                        Long.parseLong(found.group(3)),
                        Long.parseLong(found.group(4))))
                : Optional.empty();
    }

    /** An event's id. */
    String text() {
        return batch + (within == WHOLE ? "" : "." + within) + "-" + step + "-" + change;
    }

    /** This place, moved in one part to where the other is. */
    Place with(Part part, Place other) {
        return switch (part) {
            case READINGS -> new Place(other.batch, other.within, step, change);
            case ALARMS -> new Place(batch, within, other.step, change);
            case CHART -> new Place(batch, within, step, other.change);
        };
    }

    /** Whether this is as far as the other, in that part. */
    boolean reaches(Part part, Place other) {
        return switch (part) {
            case READINGS -> batch > other.batch || (batch == other.batch && within >= other.within);
            case ALARMS -> step >= other.step;
            case CHART -> change >= other.change;
        };
    }
}
