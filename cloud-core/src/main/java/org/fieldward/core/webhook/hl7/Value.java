package org.fieldward.core.webhook.hl7;

import java.util.Optional;

/**
 * A repetition of a field, or a part of one. What is not there is empty text, whatever depth is asked for.
 *
 * @param raw with its escapes
 * @param depth 0 a repetition, 1 a component, 2 a subcomponent
 */
public record Value(String raw, Delimiters delimiters, int depth) {

    private static final int DEEPEST = 2;

    /** Its part by number from 1: a component of a repetition, a subcomponent of a component. */
    public Value at(int number) {
        if (depth >= DEEPEST) {
            return number == 1 ? this : new Value("", delimiters, DEEPEST);
        }
        char separator = depth == 0 ? delimiters.component() : delimiters.subcomponent();
        int from = 0;
        for (int left = number; left > 1; left--) {
            int next = raw.indexOf(separator, from);
            if (next < 0) {
                return new Value("", delimiters, depth + 1);
            }
            from = next + 1;
        }
        int end = raw.indexOf(separator, from);
        return new Value(end < 0 ? raw.substring(from) : raw.substring(from, end), delimiters, depth + 1);
    }

    /** Its first part's text, without escapes and white space at the ends; the null value is empty. */
    public String text() {
        Value leaf = this;
        while (leaf.depth < DEEPEST) {
            leaf = leaf.at(1);
        }
        return leaf.isNull() ? "" : Escapes.remove(leaf.raw, delimiters).strip();
    }

    public String text(int part) {
        return at(part).text();
    }

    public String text(int part, int subpart) {
        return at(part).at(subpart).text();
    }

    /** As {@link #text(int)}, empty where nothing stands there. */
    public Optional<String> some(int part) {
        return Optional.of(text(part)).filter(text -> !text.isEmpty());
    }

    /** All of it as one text, where a sender left separators unescaped in free text. */
    public String whole() {
        return isNull() ? "" : Escapes.remove(raw, delimiters).strip();
    }

    /** Two quotation marks: the sender says that there shall be no value. */
    public boolean isNull() {
        return raw.equals("\"\"");
    }

    public boolean isEmpty() {
        return raw.isBlank() || isNull();
    }

    /** Without content: it may be a patient's. */
    @Override
    public String toString() {
        return "Value of " + raw.length() + " characters";
    }
}
