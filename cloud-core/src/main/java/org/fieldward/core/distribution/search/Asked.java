package org.fieldward.core.distribution.search;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A search as it was asked for, checked against what its type knows.
 *
 * @param values by parameter name: every list must be met, by any one of its values
 * @param sort one of the type's sorts, empty for its default
 * @param count Observations or other resources on a page, 1 to 1,000
 * @param countOnly the answer is a total and nothing else
 * @param counted the answer has a total
 * @param includes what else shall be shown, each as {@code _include=…} or {@code _revinclude=…} says it
 */
public record Asked(
        Searchable type,
        Map<String, List<List<String>>> values,
        Optional<String> sort,
        int count,
        boolean countOnly,
        boolean counted,
        List<String> includes) {

    public static final int MAX_COUNT = 1_000;
    public static final int DEFAULT_COUNT = 50;

    static final int MAX_ALTERNATIVES = 20;

    // How the answer is written, not what is asked for: whoever writes it looks after these.
    private static final Set<String> OF_THE_FORMAT = Set.of("_format", "_pretty", "_elements");

    private static final Set<String> SUMMARIES = Set.of("true", "false", "text", "data", "count");

    public Asked {
        var copy = new TreeMap<String, List<List<String>>>();
        values.forEach(
                (name, lists) -> copy.put(name, lists.stream().map(List::copyOf).toList()));
        values = Collections.unmodifiableMap(copy);
        includes = List.copyOf(includes);
    }

    /**
     * @param lenient ignore parameters that the type does not know, as {@code Prefer: handling=lenient} asks
     * @throws SearchException naming the first parameter that cannot be served
     */
    public static Asked parse(Searchable type, Map<String, String[]> parameters, boolean lenient) {
        var values = new TreeMap<String, List<List<String>>>();
        Optional<String> sort = Optional.empty();
        int count = DEFAULT_COUNT;
        boolean countOnly = false;
        boolean counted = false;
        var includes = new TreeSet<String>();
        for (var entry : parameters.entrySet()) {
            String name = entry.getKey();
            for (String value : entry.getValue()) {
                switch (name) {
                    case "_sort" -> sort = Optional.of(sort(type, value));
                    case "_count" -> {
                        count = count(value);
                        countOnly |= count == 0;
                    }
                    case "_summary" -> countOnly |= isCount(value);
                    case "_total" -> {
                        total(type, value);
                        counted |= value.equals("accurate");
                    }
                    case "_include", "_include:iterate", "_revinclude", "_revinclude:iterate" ->
                        includes.add(include(type, name, value));
                    default -> {
                        if (!OF_THE_FORMAT.contains(name)) {
                            add(values, type, name, value, lenient);
                        }
                    }
                }
            }
        }
        if (countOnly && !type.isCounted() && type != Searchable.OBSERVATION) {
            throw new SearchException("_summary", "counting " + type.type() + "s is not supported");
        }
        return new Asked(
                type, values, sort, Math.max(1, count), countOnly, counted || countOnly, List.copyOf(includes));
    }

    /** All lists asked for under this name. */
    List<List<String>> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** The search in its plainest words, percent-encoded, as a self link or a cursor carries it. */
    public String query() {
        var query = new StringJoiner("&");
        values.forEach((name, lists) -> lists.forEach(alternatives -> {
            query.add(name + "=" + URLEncoder.encode(written(alternatives), StandardCharsets.UTF_8));
        }));
        sort.ifPresent(order -> query.add("_sort=" + order));
        includes.forEach(include -> query.add(include.substring(0, include.indexOf('=') + 1)
                + URLEncoder.encode(include.substring(include.indexOf('=') + 1), StandardCharsets.UTF_8)));
        if (counted && !countOnly && !type.isCounted()) {
            query.add("_total=accurate");
        }
        return query.add("_count=" + (countOnly ? 0 : count)).toString();
    }

    /** Reads what {@link #query} wrote. */
    public static Asked parse(Searchable type, String query) {
        var parameters = new LinkedHashMap<String, String[]>();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            String value = URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
            parameters.merge(
                    pair.substring(0, equals),
                    new String[] {value},
                    (before, more) -> Stream.concat(Arrays.stream(before), Arrays.stream(more))
                            .toArray(String[]::new));
        }
        return parse(type, parameters, false);
    }

    /** Whether a parameter looks through a reference, forwards or backwards, at another resource. */
    public boolean isChained(String name) {
        return name.startsWith("_has:") || name.indexOf('.') > 0;
    }

    /** The search as a store of resources is asked it, without how it is sorted, paged and counted. */
    public Map<String, List<String>> parameters() {
        var parameters = new TreeMap<String, List<String>>();
        values.forEach((name, lists) ->
                parameters.put(name, lists.stream().map(Asked::written).toList()));
        return parameters;
    }

    private static String written(List<String> alternatives) {
        var escaped = new StringJoiner(",");
        alternatives.forEach(value -> escaped.add(value.replace("\\", "\\\\").replace(",", "\\,")));
        return escaped.toString();
    }

    private static String include(Searchable type, String name, String value) {
        boolean own = name.startsWith("_include")
                && (value.equals("*") || type.includes().contains(value));
        boolean reverse = name.startsWith("_revinclude") && type == Searchable.OBSERVATION;
        boolean iterated = name.endsWith(":iterate") && type == Searchable.OBSERVATION;
        if (!(own || reverse || iterated) || !value.matches("\\*|[A-Z][A-Za-z]+:[a-z*-]+(:[A-Z][A-Za-z]+)?")) {
            throw new SearchException(
                    name, type.includes().isEmpty() ? "is not served here" : "must be one of " + type.includes());
        }
        return name + "=" + value;
    }

    private static void add(
            Map<String, List<List<String>>> values, Searchable type, String asked, String value, boolean lenient) {
        // The only subject, and the only device, there is.
        String name = switch (asked) {
            case "subject:Patient" -> "subject";
            case "patient:Patient" -> "patient";
            case "device:Device" -> "device";
            default -> asked;
        };
        if (!type.knows(name)) {
            if (lenient) {
                return;
            }
            throw new SearchException(
                    printable(name), "is not a search parameter of " + type.type() + ", or has an unknown modifier");
        }
        if (value.isEmpty()) {
            return;
        }
        List<String> alternatives = split(value);
        if (alternatives.size() > MAX_ALTERNATIVES) {
            throw new SearchException(name, "may have at most " + MAX_ALTERNATIVES + " values");
        }
        List<List<String>> lists = values.computeIfAbsent(name, unseen -> new ArrayList<>());
        lists.add(alternatives);
        if (lists.size() > MAX_ALTERNATIVES) {
            throw new SearchException(name, "may be repeated at most " + MAX_ALTERNATIVES + " times");
        }
    }

    /** At commas that no backslash escapes (https://hl7.org/fhir/R4/search.html#escaping). */
    private static List<String> split(String value) {
        var parts = new ArrayList<String>();
        var part = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && i + 1 < value.length()) {
                i++;
                part.append(value.charAt(i));
            } else if (c == ',') {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        return parts;
    }

    private static String sort(Searchable type, String value) {
        if (!type.sorts().contains(value)) {
            throw new SearchException("_sort", "must be one of " + type.sorts());
        }
        return value;
    }

    private static int count(String value) {
        try {
            int count = Integer.parseInt(value);
            if (count >= 0) {
                return Math.min(count, MAX_COUNT);
            }
        } catch (NumberFormatException notANumber) {
            // Said below, like a negative one.
        }
        throw new SearchException("_count", "must be a number from 0");
    }

    private static boolean isCount(String value) {
        if (!SUMMARIES.contains(value)) {
            throw new SearchException("_summary", "must be one of true, false, text, data, count");
        }
        return value.equals("count");
    }

    private static void total(Searchable type, String value) {
        boolean counted = type.isCounted() || type == Searchable.OBSERVATION;
        if (!value.equals("none") && !(counted && (value.equals("estimate") || value.equals("accurate")))) {
            throw new SearchException("_total", counted ? "must be none, estimate or accurate" : "must be none");
        }
    }

    private static String printable(String text) {
        String shown = text.replaceAll("[^\\x21-\\x7e]", "?");
        return shown.length() > 60 ? shown.substring(0, 60) : shown;
    }
}
