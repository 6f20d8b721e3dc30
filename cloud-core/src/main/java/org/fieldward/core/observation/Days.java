package org.fieldward.core.observation;

import java.time.LocalDate;
import java.util.List;
import java.util.function.Consumer;

/** Where the readings of whole days come from. */
public interface Days {

    /**
     * What the store says of one day, by which a later look can tell that nothing of it was added or corrected since.
     *
     * @param day in UTC, by time of measurement
     * @param readings current versions, waveforms not counted
     * @param firstBatch all commitments of the day are in this batch or behind it; also those of its waveforms
     * @param lastBatch and in this one or before it; grows with every addition and correction
     */
    record Day(LocalDate day, long readings, long firstBatch, long lastBatch) {}

    /** The days before {@code until} that have readings, oldest first. */
    List<Day> before(LocalDate until);

    /**
     * Hands over the current version of every reading of the day, by device, then by time, out of one view of the store; and
     * returns what the day was like in that view.
     */
    Day read(LocalDate day, Consumer<Observed> each);
}
