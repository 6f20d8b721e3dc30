package org.fieldward.core.chart.search;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One search parameter of one type.
 *
 * @param targets types that a reference may name; empty: any
 * @param stored the names under which its values are kept: its own, or those of the parameters that it is a view of
 * @param only a reference counts only if it names this type
 */
public record Parameter(
        String type, String name, Kind kind, Set<String> targets, List<String> stored, Optional<String> only) {

    /** The kinds of https://hl7.org/fhir/R4/search.html#ptypes that are served. */
    public enum Kind {
        TOKEN,
        REFERENCE,
        DATE,
        STRING,
        QUANTITY,
        NUMBER,
        URI,
        COMPOSITE
    }

    public Parameter {
        targets = Set.copyOf(targets);
        stored = List.copyOf(stored);
    }

    /**
     * What a name of a type is called in the index, for good: it is the hash that the Java language defines for text.
     *
     * @param name of a parameter, with {@code :text}, {@code :of-type} or {@code :identifier} for what these look at
     */
    public static int number(String type, String name) {
        return (type + "." + name).hashCode();
    }
}
