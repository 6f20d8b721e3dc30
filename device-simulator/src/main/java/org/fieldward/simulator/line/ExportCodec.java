package org.fieldward.simulator.line;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads the lines of {@code GET /api/v1/readings}. Members that a later core may add are passed over. */
public final class ExportCodec {

    private static final JsonFactory JSON = new JsonFactory();

    private ExportCodec() {}

    public static StoredLine decode(String line) {
        Map<String, String> members = new HashMap<>();
        Map<String, Shown> values = Map.of();
        try (JsonParser json = JSON.createParser(line)) {
            Members.start(json);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken token = json.nextToken();
                if (name.equals("values")) {
                    values = Members.values(json);
                } else if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
                    members.put(name, json.getText());
                } else {
                    json.skipChildren();
                }
            }
            return new StoredLine(
                    Members.required(members, "device"),
                    Instant.parse(Members.required(members, "measured")),
                    Optional.ofNullable(members.get("device_time")).map(Instant::parse),
                    values);
        } catch (IOException | NumberFormatException | DateTimeException e) {
            throw new LineException("the core's export must hold one stored reading a line", e);
        }
    }
}
