package org.fieldward.edge.clinic.record;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The fields of one JSON object, each looked at by its rule; what is wrong goes to one list. */
final class Fields {

    private static final int MAX_TEXT = 2_000;
    private static final int MAX_TOLD = 40;

    private final JsonNode node;
    private final String path;
    private final List<Fault> faults;

    Fields(JsonNode node, String path, List<Fault> faults) {
        this.node = node;
        this.path = path;
        this.faults = faults;
    }

    /** No other than these. */
    Fields only(Set<String> names) {
        if (!node.isObject()) {
            faults.add(new Fault(path, "must be an object"));
            return this;
        }
        var unknown = new ArrayList<String>();
        node.fieldNames().forEachRemaining(name -> {
            if (!names.contains(name)) {
                unknown.add(name);
            }
        });
        unknown.forEach(name -> faults.add(new Fault(at(told(name)), "is not known here")));
        return this;
    }

    boolean has(String name) {
        return !node.path(name).isMissingNode() && !node.path(name).isNull();
    }

    void wrong(String name, String rule) {
        String was = node.path(name).isValueNode() && has(name)
                ? ", was '" + told(node.path(name).asText()) + "'"
                : "";
        faults.add(new Fault(at(name), rule + was));
    }

    String text(String name, boolean needed) {
        return text(name, needed, any -> true, "");
    }

    String text(String name, boolean needed, Pattern form, String rule) {
        return text(name, needed, text -> form.matcher(text).matches(), rule);
    }

    String word(String name, boolean needed, Set<String> words) {
        return text(
                name,
                needed,
                words::contains,
                "must be one of " + String.join(", ", words.stream().sorted().toList()));
    }

    void time(String name) {
        text(
                name,
                true,
                text -> isRead(() -> OffsetDateTime.parse(text)),
                "must be a time with its offset, such as 2026-01-31T08:00:00Z");
    }

    void date(String name) {
        text(name, false, text -> isRead(() -> LocalDate.parse(text)), "must be a date, such as 1980-05-01");
    }

    private static boolean isRead(Runnable reading) {
        try {
            reading.run();
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private String text(String name, boolean needed, Predicate<String> holds, String rule) {
        if (!has(name)) {
            if (needed) {
                faults.add(new Fault(at(name), "must be there"));
            }
            return "";
        }
        String text = node.path(name).isTextual() ? node.path(name).textValue().strip() : "";
        if (text.isEmpty() || text.length() > MAX_TEXT) {
            wrong(name, "must be text of 1 to " + MAX_TEXT + " characters");
        } else if (!holds.test(text)) {
            wrong(name, rule);
        }
        return text;
    }

    void decimal(String name) {
        if (has(name) && !node.path(name).isNumber()) {
            wrong(name, "must be a number");
        }
    }

    void count(String name, int most) {
        JsonNode value = node.path(name);
        if (!has(name)) {
            faults.add(new Fault(at(name), "must be there"));
        } else if (!value.canConvertToInt()
                || !value.isIntegralNumber()
                || value.intValue() < 0
                || value.intValue() > most) {
            wrong(name, "must be a whole number of at most " + most);
        }
    }

    void object(String name, boolean needed, Set<String> names, Consumer<Fields> rules) {
        if (has(name)) {
            var inner = new Fields(node.path(name), at(name), faults).only(names);
            if (node.path(name).isObject()) {
                rules.accept(inner);
            }
        } else if (needed) {
            faults.add(new Fault(at(name), "must be there"));
        }
    }

    void list(String name, int most, Set<String> names, Consumer<Fields> rules) {
        JsonNode list = node.path(name);
        if (!list.isArray() || list.isEmpty() || list.size() > most) {
            faults.add(new Fault(at(name), "must be a list of 1 to " + most));
            return;
        }
        for (int i = 0; i < list.size(); i++) {
            var inner = new Fields(list.get(i), at(name) + "[" + i + "]", faults).only(names);
            if (list.get(i).isObject()) {
                rules.accept(inner);
            }
        }
    }

    private String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static String told(String text) {
        String printable = text.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= MAX_TOLD ? printable : printable.substring(0, MAX_TOLD) + "…";
    }
}
