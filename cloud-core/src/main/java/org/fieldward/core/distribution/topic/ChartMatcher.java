package org.fieldward.core.distribution.topic;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.chart.search.Matching;
import org.hl7.fhir.r4.model.Resource;

/** Answers as the chart's own search does, but for what would follow references. */
public final class ChartMatcher implements Matcher {

    private static final int MOST_REMEMBERED = 2_000;

    private final Map<Query, Matching> matchings = new ConcurrentHashMap<>();
    private final InstantSource clock;

    public ChartMatcher(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void check(Query query) {
        matching(query);
    }

    private Matching matching(Query query) {
        if (matchings.size() > MOST_REMEMBERED) {
            matchings.clear();
        }
        try {
            return matchings.computeIfAbsent(
                    query, asked -> new Matching(new Condition(asked.type(), asked.parameters()), clock.instant()));
        } catch (BadSearch e) {
            throw new BadQuestion("criteria: " + e.getMessage());
        }
    }

    @Override
    public boolean matches(Query query, Resource resource) {
        Instant updated = Optional.ofNullable(resource.getMeta().getLastUpdated())
                .map(date -> date.toInstant())
                .orElse(Instant.EPOCH);
        var key = new Key(resource.fhirType(), resource.getIdElement().getIdPart());
        var version = new Version(0, key, 1, Version.Kind.CREATED, updated, "", Set.of(), Set.of());
        return matching(query).matches(version, resource);
    }
}
