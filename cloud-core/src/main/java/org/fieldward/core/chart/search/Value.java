package org.fieldward.core.chart.search;

import java.text.Normalizer;
import java.util.Locale;

/** What a resource says under one parameter, in the form in which it is looked for. */
public sealed interface Value {

    /** @param system empty: it has none */
    record Token(String system, String code) implements Value {}

    /**
     * @param plain without accents, in small letters: what a search that does not ask for the exact text looks at
     */
    record Text(String plain, String exact) implements Value {

        public static Text of(String exact) {
            return new Text(plainly(exact), exact);
        }
    }

    /**
     * A reference within the chart has type and id, any other a URL.
     *
     * @param type empty where there is a URL
     */
    record Reference(String type, String id, String url) implements Value {}

    /**
     * A time as precise as it was said; milliseconds since 1970.
     *
     * @param low the first millisecond; {@link Long#MIN_VALUE}: open
     * @param high the first one after it; {@link Long#MAX_VALUE}: open
     */
    record Span(long low, long high) implements Value {}

    record Uri(String uri) implements Value {}

    /** A number, or what lies between two, with its unit. */
    record Amount(double low, double high, String system, String code, String unit) implements Value {}

    /** What one element says under two parameters. */
    record Pair(Value first, Value second) implements Value {}

    static String plainly(String text) {
        String parts = Normalizer.normalize(text, Normalizer.Form.NFD);
        var letters = new StringBuilder(parts.length());
        for (int i = 0; i < parts.length(); i++) {
            if (Character.getType(parts.charAt(i)) != Character.NON_SPACING_MARK) {
                letters.append(parts.charAt(i));
            }
        }
        return letters.toString().toLowerCase(Locale.ROOT);
    }
}
