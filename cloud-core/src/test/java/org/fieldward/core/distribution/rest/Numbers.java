package org.fieldward.core.distribution.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** JSON with its members in order and its numbers as they are written. */
final class Numbers {

    private Numbers() {}

    /** @param json without {@code id}, {@code versionId} and {@code lastUpdated} at its top, which a server adds */
    static String canonical(String json) {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            parser.nextToken();
            return value(parser);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String value(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            var members = new TreeMap<String, String>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                members.put(name, value(parser));
            }
            return members.entrySet().stream()
                    .map(entry -> entry.getKey() + ":" + entry.getValue())
                    .collect(Collectors.joining(",\n", "{", "}"));
        }
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            var items = new StringBuilder("[");
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.append(value(parser)).append(",\n");
            }
            return items.append("]").toString();
        }
        return parser.currentToken() == JsonToken.VALUE_STRING ? "\"" + parser.getText() + "\"" : parser.getText();
    }
}
