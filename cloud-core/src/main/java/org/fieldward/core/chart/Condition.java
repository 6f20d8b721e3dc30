package org.fieldward.core.chart;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A search that names what is meant, as conditional interactions carry it
 * (https://hl7.org/fhir/R4/http.html#cond-update).
 *
 * @param parameters by name with modifier, such as {@code identifier}; each list must be met
 */
public record Condition(String type, Map<String, List<String>> parameters) {

    public Condition {
        var copy = new TreeMap<String, List<String>>();
        parameters.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        parameters = Collections.unmodifiableMap(copy);
    }

    public static Condition identifier(String type, String system, String value) {
        return new Condition(type, Map.of("identifier", List.of(system + "|" + value)));
    }
}
