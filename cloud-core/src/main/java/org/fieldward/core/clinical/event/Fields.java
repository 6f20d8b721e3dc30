package org.fieldward.core.clinical.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One JSON object being read: gives typed values, and notes what is wrong instead of stopping, so that a source learns of
 * everything at once. What it gives for a wrong field only fills the place.
 */
final class Fields {

    private static final int MAX_TEXT = 1_000;

    private final JsonNode node;
    private final String path;
    private final List<Issue> issues;

    private Fields(JsonNode node, String path, List<Issue> issues) {
        this.node = node;
        this.path = path;
        this.issues = issues;
    }

    static Fields of(JsonNode node, List<Issue> issues, Set<String> known) {
        return of(node, "", issues, known);
    }

    private static Fields of(JsonNode node, String path, List<Issue> issues, Set<String> known) {
        if (!node.isObject()) {
            issues.add(new Issue(Issue.Code.STRUCTURE, path, "must be an object"));
            return new Fields(MissingNode.getInstance(), path, issues);
        }
        var fields = new Fields(node, path, issues);
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                // A name that is not ours is not repeated: it may be anything.
                issues.add(new Issue(
                        Issue.Code.STRUCTURE, path, "must have no fields but " + String.join(", ", sorted(known))));
            }
        });
        return fields;
    }

    private static List<String> sorted(Collection<String> names) {
        return names.stream().sorted().toList();
    }

    void wrong(String name, String rule) {
        issues.add(new Issue(Issue.Code.VALUE, at(name), rule));
    }

    private String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private JsonNode get(String name) {
        return node.path(name);
    }

    private void required(String name) {
        issues.add(new Issue(Issue.Code.REQUIRED, at(name), "must be there"));
    }

    boolean has(String name) {
        return !get(name).isMissingNode() && !get(name).isNull();
    }

    String text(String name) {
        if (!has(name)) {
            required(name);
            return "";
        }
        return optionalText(name).orElse("");
    }

    Optional<String> optionalText(String name) {
        if (!has(name)) {
            return Optional.empty();
        }
        String text = get(name).isTextual() ? get(name).textValue().strip() : "";
        if (text.isEmpty() || text.length() > MAX_TEXT) {
            wrong(name, "must be text of 1 to " + MAX_TEXT + " characters");
            return Optional.empty();
        }
        return Optional.of(text);
    }

    String text(String name, Pattern form, String rule) {
        String text = text(name);
        if (!text.isEmpty() && !form.matcher(text).matches()) {
            wrong(name, rule);
        }
        return text;
    }

    /** One of those words; the first where the field may be absent and is. */
    String word(String name, List<String> words, boolean needed) {
        if (!has(name) && !needed) {
            return words.getFirst();
        }
        String text = text(name);
        if (!text.isEmpty() && !words.contains(text)) {
            wrong(name, "must be one of " + String.join(", ", words));
            return words.getFirst();
        }
        return text.isEmpty() ? words.getFirst() : text;
    }

    Instant time(String name) {
        String text = text(name);
        if (text.isEmpty()) {
            return Instant.EPOCH;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            wrong(name, "must be a time with its offset, such as 2026-01-31T08:00:00Z");
            return Instant.EPOCH;
        }
    }

    Optional<LocalDate> date(String name) {
        return optionalText(name).flatMap(text -> {
            try {
                return Optional.of(LocalDate.parse(text));
            } catch (DateTimeException e) {
                wrong(name, "must be a date such as 1980-12-31");
                return Optional.empty();
            }
        });
    }

    Optional<BigDecimal> decimal(String name) {
        if (!has(name)) {
            return Optional.empty();
        }
        JsonNode value = get(name);
        if (!value.isNumber()
                || value.decimalValue().precision() > 18
                || Math.abs(value.decimalValue().scale()) > 18) {
            wrong(name, "must be a number of at most 18 digits");
            return Optional.empty();
        }
        return Optional.of(value.decimalValue());
    }

    int count(String name, int most) {
        if (!has(name)) {
            required(name);
            return 1;
        }
        JsonNode value = get(name);
        if (!value.isInt() || value.intValue() < 1 || value.intValue() > most) {
            wrong(name, "must be a whole number from 1 to " + most);
            return 1;
        }
        return value.intValue();
    }

    Fields object(String name, Set<String> known) {
        if (!has(name)) {
            required(name);
            return new Fields(MissingNode.getInstance(), at(name), new ArrayList<>());
        }
        return of(get(name), at(name), issues, known);
    }

    Optional<Fields> optionalObject(String name, Set<String> known) {
        return has(name) ? Optional.of(of(get(name), at(name), issues, known)) : Optional.empty();
    }

    List<Fields> list(String name, int most, Set<String> known) {
        JsonNode array = get(name);
        if (!array.isArray() || array.isEmpty() || array.size() > most) {
            wrong(name, "must be a list of 1 to " + most);
            return List.of();
        }
        var list = new ArrayList<Fields>();
        for (int i = 0; i < array.size(); i++) {
            list.add(of(array.get(i), at(name) + "[" + i + "]", issues, known));
        }
        return list;
    }
}
