package org.fieldward.core.distribution.live;

import java.util.List;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.HistoryQuery;
import org.fieldward.core.chart.Version;

/** Every version that is written to the chart. */
final class ChartLog implements Log {

    private static final int AT_ONCE = 500;

    private final Chart chart;

    ChartLog(Chart chart) {
        this.chart = chart;
    }

    @Override
    public Place.Part part() {
        return Place.Part.CHART;
    }

    @Override
    public Page after(Place place) {
        List<Version> versions = chart.after(place.change(), AT_ONCE);
        return new Page(
                versions.isEmpty() ? place : at(place, versions.getLast().number()),
                versions.stream()
                        .map(version ->
                                new Placed(part(), at(place, version.number()), new Event.Written(chart, version)))
                        .toList());
    }

    @Override
    public Place end(Place place) {
        List<Version> newest = chart.history(HistoryQuery.ofEverything(1), Sight.EVERYTHING);
        return at(place, newest.isEmpty() ? 0 : newest.getFirst().number());
    }

    @Override
    public long between(Place from, Place until) {
        return until.change() - from.change();
    }

    private static Place at(Place place, long change) {
        return new Place(place.batch(), place.within(), place.step(), change);
    }
}
