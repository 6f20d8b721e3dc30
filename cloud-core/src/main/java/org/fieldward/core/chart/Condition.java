package org.fieldward.core.chart;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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

    /**
     * A query as a URL carries it, such as {@code Observation?code=8867-4&patient=17}.
     *
     * @throws BadSearch if it has no type
     */
    public static Condition of(String query) {
        int mark = query.indexOf('?');
        String type = mark < 0 ? query : query.substring(0, mark);
        if (type.isEmpty() || !type.chars().allMatch(Character::isLetter)) {
            throw new BadSearch("query", "must begin with a resource type");
        }
        var parameters = new TreeMap<String, List<String>>();
        for (String pair : mark < 0 ? new String[0] : query.substring(mark + 1).split("&")) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                parameters
                        .computeIfAbsent(decode(parts[0]), name -> new ArrayList<>())
                        .add(parts.length == 2 ? decode(parts[1]) : "");
            }
        }
        return new Condition(type, parameters);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BadSearch("query", "must be encoded as a URL is");
        }
    }

    public static Condition identifier(String type, String system, String value) {
        return new Condition(type, Map.of("identifier", List.of(escape(system) + "|" + escape(value))));
    }

    /** A value as it is, whatever it holds (https://hl7.org/fhir/R4/search.html#escaping). */
    public static String escape(String text) {
        return text.replaceAll("[\\\\,|$]", "\\\\$0");
    }
}
