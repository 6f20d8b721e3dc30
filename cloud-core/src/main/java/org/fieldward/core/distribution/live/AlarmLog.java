package org.fieldward.core.distribution.live;

import java.util.List;
import org.fieldward.core.observation.Accepted;
import org.fieldward.core.observation.Accepted.Step;

/** Steps of alarms' lives. One that comes when its alarm is farther already is not told: a life only goes forward. */
final class AlarmLog implements Log {

    private static final int AT_ONCE = 500;

    private final Accepted accepted;

    AlarmLog(Accepted accepted) {
        this.accepted = accepted;
    }

    @Override
    public Place.Part part() {
        return Place.Part.ALARMS;
    }

    @Override
    public Page after(Place place) {
        List<Step> steps = accepted.steps(place.step(), AT_ONCE);
        return new Page(
                steps.isEmpty() ? place : at(place, steps.getLast().number()),
                steps.stream()
                        .filter(step -> !step.isOvertaken())
                        .map(step -> new Placed(part(), at(place, step.number()), new Event.Alarmed(step)))
                        .toList());
    }

    @Override
    public Place end(Place place) {
        return at(place, accepted.newestStep());
    }

    @Override
    public long between(Place from, Place until) {
        return until.step() - from.step();
    }

    private static Place at(Place place, long step) {
        return new Place(place.batch(), place.within(), step, place.change());
    }
}
