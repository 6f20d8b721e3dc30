package org.fieldward.core.distribution.topic;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A search as a criteria states it, such as {@code Observation?code=8867-4&patient=p1}
 * (https://hl7.org/fhir/R4/subscription-definitions.html#Subscription.criteria).
 *
 * @param parameters by name with modifier; each of the list must be met
 */
public record Query(String type, Map<String, List<String>> parameters) {

    private static final Pattern TYPE = Pattern.compile("[A-Z][A-Za-z]{1,63}");
    private static final int MAX_LENGTH = 2_000;
    private static final Set<String> ABOUT_THE_ANSWER = Set.of(
            "_sort", "_count", "_include", "_revinclude", "_summary", "_elements", "_total", "_contained", "_format");

    public Query {
        var copy = new LinkedHashMap<String, List<String>>();
        parameters.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        parameters = Collections.unmodifiableMap(copy);
    }

    /** @throws BadQuestion if it is no search */
    public static Query parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new BadQuestion("criteria must be at most " + MAX_LENGTH + " characters");
        }
        int mark = text.indexOf('?');
        String type = mark < 0 ? text : text.substring(0, mark);
        if (!TYPE.matcher(type).matches()) {
            throw new BadQuestion(
                    "criteria must be a search such as Observation?code=8867-4, or a topic that there is");
        }
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : mark < 0 ? new String[0] : text.substring(mark + 1).split("&")) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            if (equals < 1 || equals == pair.length() - 1) {
                throw new BadQuestion("criteria must have a value behind each parameter");
            }
            String name = decoded(pair.substring(0, equals));
            if (ABOUT_THE_ANSWER.contains(name.split(":", 2)[0])) {
                throw new BadQuestion("criteria must not have " + name.split(":", 2)[0]);
            }
            parameters.computeIfAbsent(name, any -> new ArrayList<>()).add(decoded(pair.substring(equals + 1)));
        }
        return new Query(type, parameters);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BadQuestion("criteria must be encoded as a URL is");
        }
    }

    /** The ids of the patients it is about, where it says so plainly. */
    Optional<Set<String>> patients() {
        return Stream.of("patient", "subject")
                .flatMap(name -> parameters.getOrDefault(name, List.of()).stream())
                .map(values -> List.of(values.split(",")))
                // A subject may be something else.
                .filter(values -> parameters.containsKey("patient")
                        || values.stream().allMatch(value -> value.startsWith("Patient/")))
                .findFirst()
                .map(values -> values.stream()
                        .map(value -> value.substring(value.lastIndexOf('/') + 1))
                        .collect(Collectors.toUnmodifiableSet()));
    }
}
