package org.fieldward.simulator.line;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What evidence and export have in common: an object of strings, and {@code values}. */
final class Members {

    private Members() {}

    static void start(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new LineException("a line must hold one object");
        }
    }

    static String required(Map<String, String> members, String name) {
        String value = members.get(name);
        if (value == null) {
            throw new LineException("a line must have the member '" + name + "'");
        }
        return value;
    }

    /** The parser stands on the object's start, afterwards on its end. The order of the text is kept. */
    static Map<String, Shown> values(JsonParser json) throws IOException {
        Map<String, Shown> values = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            json.nextToken();
            Map<String, String> value = new HashMap<>();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                value.put(name, json.getText());
            }
            String absent = value.get("absent");
            values.put(
                    key,
                    absent != null
                            ? new Shown.Absent(absent)
                            : new Shown.Quantity(
                                    new BigDecimal(required(value, "value")), value.getOrDefault("unit", "")));
        }
        return values;
    }
}
