package org.fieldward.core.distribution.observe;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.HistoryQuery;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.search.SearchException;

/** Resources that are kept, beside which Observations of readings stand. Thread-safe. */
public interface Kept {

    /**
     * @param total of all pages, where it was asked for
     * @param next the place of the next page, empty on the last
     */
    record Found(List<Version> matches, List<Version> included, OptionalLong total, Optional<String> next) {}

    /**
     * @param parameters by name with modifier, values as they stand in an address
     * @throws SearchException naming what cannot be searched by
     */
    Found search(String type, Map<String, List<String>> parameters, Optional<String> place, Sight sight);

    /** The newest version, also one that says deleted; empty where it cannot be seen. */
    Optional<Version> read(Key key, Sight sight);

    Optional<Version> read(Key key, long version, Sight sight);

    List<Version> history(HistoryQuery query, Sight sight);

    static Kept in(Chart chart) {
        return new Kept() {
            @Override
            public Found search(
                    String type, Map<String, List<String>> parameters, Optional<String> place, Sight sight) {
                try {
                    var found = chart.search(type, parameters, place, sight);
                    return new Found(found.matches(), found.included(), found.total(), found.next());
                } catch (BadSearch e) {
                    String rule = Objects.requireNonNullElse(e.getMessage(), "cannot be searched by");
                    throw new SearchException(e.parameter(), rule.replaceFirst("^\\S+ ", ""));
                }
            }

            @Override
            public Optional<Version> read(Key key, Sight sight) {
                return chart.read(key, sight);
            }

            @Override
            public Optional<Version> read(Key key, long version, Sight sight) {
                return chart.read(key, version, sight);
            }

            @Override
            public List<Version> history(HistoryQuery query, Sight sight) {
                return chart.history(query, sight);
            }
        };
    }

    /** Keeps nothing. */
    Kept NOTHING = new Kept() {
        @Override
        public Found search(String type, Map<String, List<String>> parameters, Optional<String> place, Sight sight) {
            return new Found(List.of(), List.of(), OptionalLong.of(0), Optional.empty());
        }

        @Override
        public Optional<Version> read(Key key, Sight sight) {
            return Optional.empty();
        }

        @Override
        public Optional<Version> read(Key key, long version, Sight sight) {
            return Optional.empty();
        }

        @Override
        public List<Version> history(HistoryQuery query, Sight sight) {
            return List.of();
        }
    };
}
