package org.fieldward.core.distribution.rest;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.chart.HistoryQuery;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.observe.Kept;
import org.fieldward.core.distribution.search.SearchException;

/** The chart, as Observations of readings stand beside it. */
final class KeptInChart implements Kept {

    private final Stored stored;

    KeptInChart(Stored stored) {
        this.stored = stored;
    }

    @Override
    public Found search(String type, Map<String, List<String>> parameters, Optional<String> place, Sight sight) {
        try {
            var found = stored.search().search(type, parameters, place, sight);
            return new Found(found.matches(), found.included(), found.total(), found.next());
        } catch (BadSearch e) {
            throw new SearchException(e.parameter(), Objects.requireNonNullElse(e.getMessage(), "").replaceFirst("^\\S+ ", ""));
        }
    }

    @Override
    public Optional<Version> read(Key key, Sight sight) {
        return stored.chart().read(key, sight);
    }

    @Override
    public Optional<Version> read(Key key, long version, Sight sight) {
        return stored.chart().read(key, version, sight);
    }

    @Override
    public List<Version> history(HistoryQuery query, Sight sight) {
        return stored.chart().history(query, sight);
    }
}
