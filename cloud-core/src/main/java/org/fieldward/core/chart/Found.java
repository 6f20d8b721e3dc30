package org.fieldward.core.chart;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One page of what a search found.
 *
 * @param included what the matches name, or what names them, where it was asked for; nothing twice, no match again
 * @param total of all pages; empty where it was not asked for
 * @param next the place where the next page begins; empty on the last
 */
public record Found(List<Version> matches, List<Version> included, OptionalLong total, Optional<String> next) {

    public Found {
        matches = List.copyOf(matches);
        included = List.copyOf(included);
    }
}
