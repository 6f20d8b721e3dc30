package org.fieldward.core.edit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Which elements may be merged by a machine, out of {@code merge-rules.csv}. Immutable. */
final class Rules {

    /** What is done with an element that one of two changed. */
    enum Rule {
        MERGE,
        ASK,
        REMAKE
    }

    private final Map<String, Rule> rules = new HashMap<>();
    private final Set<String> choices = new HashSet<>();

    private Rules() {}

    static Rules standard() {
        try (InputStream in = Objects.requireNonNull(Rules.class.getResourceAsStream("merge-rules.csv"));
                var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            var rules = new Rules();
            reader.lines()
                    .filter(line -> !line.startsWith("#") && !line.equals("rule,element"))
                    .forEach(rules::add);
            return rules;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(String line) {
        String[] parts = line.split(",", -1);
        switch (parts[0]) {
            case "ask" -> rules.put(parts[1], Rule.ASK);
            case "remake" -> rules.put(parts[1], Rule.REMAKE);
            case "choice" -> choices.add(parts[1]);
            default -> throw new IllegalArgumentException("rule must be ask, remake or choice, was '" + parts[0] + "'");
        }
    }

    /** @param path such as {@code Observation.component.value[x]}, without places in lists */
    Rule of(String path) {
        String below = path.substring(path.indexOf('.') + 1);
        String name = path.substring(path.lastIndexOf('.') + 1);
        for (String element : new String[] {path, "*." + below, "**." + name}) {
            Rule rule = rules.get(element);
            if (rule != null) {
                return rule;
            }
        }
        return Rule.MERGE;
    }

    /** The element that a member of a JSON object belongs to: {@code valueQuantity} and {@code _value} have others. */
    String element(String member) {
        String name = member.startsWith("_") ? member.substring(1) : member;
        for (int end = name.length() - 1; end > 0; end--) {
            if (Character.isUpperCase(name.charAt(end)) && choices.contains(name.substring(0, end))) {
                return name.substring(0, end) + "[x]";
            }
        }
        return name;
    }
}
