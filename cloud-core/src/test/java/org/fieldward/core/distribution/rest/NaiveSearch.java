package org.fieldward.core.distribution.rest;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Found;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.rest.page.Search;

final class NaiveSearch implements Search {
    private final Chart chart;

    NaiveSearch(Chart chart) {
        this.chart = chart;
    }

    @Override
    public Found search(String type, Map<String, List<String>> parameters, Optional<String> place, Sight sight) {
        for (String name : parameters.keySet()) {
            if (!Set.of("_id", "identifier", "_count", "_sort", "_lastUpdated", "name")
                    .contains(name)) {
                throw new BadSearch(name, "is not known");
            }
        }
        int count = Integer.parseInt(
                parameters.getOrDefault("_count", List.of("50")).getFirst());
        int from = place.map(Integer::parseInt).orElse(0);
        List<Version> all = chart.after(0, 100_000).stream()
                .map(Version::key)
                .distinct()
                .filter(key -> key.type().equals(type))
                .flatMap(key -> chart.read(key, sight).stream())
                .filter(version -> !version.isDeleted())
                .filter(version -> parameters
                        .getOrDefault("_id", List.of(version.key().id()))
                        .contains(version.key().id()))
                .filter(version -> parameters.getOrDefault("identifier", List.of()).stream()
                        .allMatch(value ->
                                version.json().contains("\"" + value.substring(value.indexOf('|') + 1) + "\"")))
                .toList();
        int to = Math.min(all.size(), from + count);
        return new Found(
                all.subList(from, to),
                List.of(),
                OptionalLong.of(all.size()),
                to < all.size() ? Optional.of(Integer.toString(to)) : Optional.empty());
    }
}
