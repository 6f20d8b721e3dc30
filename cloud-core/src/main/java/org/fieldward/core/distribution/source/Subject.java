package org.fieldward.core.distribution.source;

import java.util.Optional;

/**
 * What an event is about, as little as is needed to find it again.
 *
 * @param word what happened
 * @param focus as a reference says it, such as {@code Encounter/17}
 * @param version of the focus, 0 where it has none
 * @param place in the order of its source: of the chart, the batches of readings, the steps of alarms
 * @param patient the id of whom it concerns
 */
public record Subject(Word word, String focus, long version, long place, Optional<String> patient) {

    /** What happened. Names are kept in the database. */
    public enum Word {
        CREATED,
        UPDATED,
        DELETED,
        OBSERVED,
        RAISED,
        ACKNOWLEDGED,
        CLEARED;

        /** Whether the focus is a version in the chart. */
        public boolean isOfChart() {
            return switch (this) {
                case CREATED, UPDATED, DELETED -> true;
                case OBSERVED, RAISED, ACKNOWLEDGED, CLEARED -> false;
            };
        }

        public boolean isOfAlarm() {
            return switch (this) {
                case RAISED, ACKNOWLEDGED, CLEARED -> true;
                case OBSERVED, CREATED, UPDATED, DELETED -> false;
            };
        }
    }

    /** Without focus and patient: they are not for logs. */
    @Override
    public String toString() {
        return word + " at " + place;
    }
}
