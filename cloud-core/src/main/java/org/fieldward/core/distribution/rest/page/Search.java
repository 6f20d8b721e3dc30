package org.fieldward.core.distribution.rest.page;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Found;

/** Searches of the chart. Thread-safe. */
@FunctionalInterface
public interface Search {

    /**
     * @param parameters by name with modifier
     * @param place where the page before said that this one begins
     * @throws org.fieldward.core.chart.BadSearch naming the parameter
     */
    Found search(String type, Map<String, List<String>> parameters, Optional<String> place, Sight sight);
}
