package org.fieldward.core.distribution.live;

import java.util.ArrayList;
import java.util.List;
import org.fieldward.core.observation.Accepted;
import org.fieldward.core.observation.Observed;

/** Accepted readings, in the order of the batches of commitments. */
final class ReadingLog implements Log {

    private final Accepted accepted;
    private final Heard heard;

    /** @param heard is asked first */
    ReadingLog(Accepted accepted, Heard heard) {
        this.accepted = accepted;
        this.heard = heard;
    }

    @Override
    public Place.Part part() {
        return Place.Part.READINGS;
    }

    @Override
    public Page after(Place place) {
        // A batch that was told in part is read again.
        long whole = place.within() == Place.WHOLE ? place.batch() : place.batch() - 1;
        List<Observed> told = heard.batch(whole + 1);
        Accepted.Readings page = told.isEmpty() ? accepted.readings(whole) : new Accepted.Readings(whole + 1, told);
        var events = new ArrayList<Placed>();
        for (Observed observed : page.readings()) {
            Place its = at(place, observed.commitmentBatch(), observed.commitmentPosition() + 1);
            if (!place.reaches(part(), its)) {
                events.add(new Placed(part(), its, Event.Accepted.of(observed)));
            }
        }
        return new Page(page.number() == whole ? place : at(place, page.number(), Place.WHOLE), events);
    }

    @Override
    public Place end(Place place) {
        return at(place, accepted.newestBatch(), Place.WHOLE);
    }

    @Override
    public long between(Place from, Place until) {
        return accepted.readingsBetween(from.batch(), until.batch());
    }

    private static Place at(Place place, long batch, int within) {
        return new Place(batch, within, place.step(), place.change());
    }
}
