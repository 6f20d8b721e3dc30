package org.fieldward.core.distribution.rest.store;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.distribution.rest.exchange.Refusal;

/** Reads the searches and version tags that conditional requests carry. */
public final class Conditions {

    private static final Pattern TAG = Pattern.compile("(?:W/)?\"?([0-9]{1,18})\"?");

    /** How an answer is written is no part of what is meant. */
    private static final Set<String> OF_THE_FORMAT = Set.of("_format", "_pretty", "_elements", "_summary");

    private Conditions() {}

    /** Name and values of a query, decoded. */
    public static Map<String, List<String>> query(String query) {
        var parameters = new LinkedHashMap<String, List<String>>();
        for (String pair : query.split("&")) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            parameters.computeIfAbsent(name, unseen -> new ArrayList<>()).add(value);
        }
        return parameters;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusal.bad("http.query", "must be percent-encoded");
        }
    }

    /** @param text {@code identifier=a|b}, also with the type and a question mark before it */
    public static Condition of(String type, String text) {
        int mark = text.indexOf('?');
        boolean named = mark >= 0 && text.indexOf('=') > mark;
        return of(type, query(named ? text.substring(mark + 1) : text));
    }

    public static Condition of(String type, Map<String, List<String>> parameters) {
        var meant = new LinkedHashMap<>(parameters);
        meant.keySet().removeAll(OF_THE_FORMAT);
        meant.values().removeIf(values -> values.stream().allMatch(String::isBlank));
        if (meant.isEmpty()) {
            throw Refusal.precondition(
                    "http.query", "a condition must name at least one search parameter with a value");
        }
        return new Condition(type, meant);
    }

    /** The version that an {@code If-Match} names; {@code *} names none. */
    public static OptionalLong version(String header) {
        if (header.strip().equals("*")) {
            return OptionalLong.empty();
        }
        Matcher tag = TAG.matcher(header.strip());
        if (!tag.matches()) {
            throw Refusal.bad("http.If-Match", "must be a version such as W/\"3\"");
        }
        return OptionalLong.of(Long.parseLong(tag.group(1)));
    }
}
