package org.fieldward.core.completeness;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.TreeSet;
import org.fieldward.core.ledger.LedgerException;

/**
 * JSON in its one spelling (RFC 8785): names in order, no space, whole numbers only. Pure.
 */
final class Canonical {

    /** Beyond it readers that keep numbers as doubles would read another. */
    private static final long MAX_EXACT = 1L << 53;

    private Canonical() {}

    static String text(JsonNode json) {
        var text = new StringBuilder();
        write(json, text);
        return text.toString();
    }

    private static void write(JsonNode json, StringBuilder text) {
        if (json.isObject()) {
            var names = new TreeSet<String>();
            json.fieldNames().forEachRemaining(names::add);
            text.append('{');
            for (Iterator<String> name = names.iterator(); name.hasNext(); ) {
                String next = name.next();
                write(next, text);
                text.append(':');
                write(json.get(next), text);
                text.append(name.hasNext() ? "," : "");
            }
            text.append('}');
        } else if (json.isArray()) {
            text.append('[');
            for (int i = 0; i < json.size(); i++) {
                text.append(i == 0 ? "" : ",");
                write(json.get(i), text);
            }
            text.append(']');
        } else if (json.isTextual()) {
            write(json.textValue(), text);
        } else if (json.isIntegralNumber() && json.canConvertToLong() && Math.abs(json.longValue()) <= MAX_EXACT) {
            text.append(json.longValue());
        } else if (json.isBoolean()) {
            text.append(json.booleanValue());
        } else {
            throw new LedgerException("a statement may hold objects, lists, text, whole numbers, true and false only");
        }
    }

    private static void write(String value, StringBuilder text) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\b' -> text.append("\\b");
                case '\t' -> text.append("\\t");
                case '\n' -> text.append("\\n");
                case '\f' -> text.append("\\f");
                case '\r' -> text.append("\\r");
                default -> {
                    if (c < 0x20) {
                        text.append("\\u00")
                                .append(Character.forDigit(c >> 4, 16))
                                .append(Character.forDigit(c & 15, 16));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
