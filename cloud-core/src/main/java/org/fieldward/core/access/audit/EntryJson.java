package org.fieldward.core.access.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.access.AccessException;

/** An entry as the text that is stored and hashed. */
final class EntryJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private EntryJson() {}

    static String write(Entry entry) {
        ObjectNode json = JSON.createObjectNode();
        json.put("at", entry.at().truncatedTo(ChronoUnit.MICROS).toString());
        json.put("agent", entry.agent());
        entry.roles().forEach(json.putArray("roles")::add);
        json.put("address", entry.address());
        json.put("kind", entry.kind().text());
        json.put("outcome", entry.outcome().name());
        json.put("what", entry.what());
        entry.patients().forEach(json.putArray("patients")::add);
        entry.query().ifPresent(query -> json.put("query", query));
        entry.emergency().ifPresent(reason -> json.put("emergency", reason));
        if (!entry.parts().isEmpty()) {
            ArrayNode parts = json.putArray("parts");
            for (Entry.Part part : entry.parts()) {
                parts.addObject()
                        .put("interaction", part.interaction())
                        .put("what", part.what())
                        .put("status", part.status());
            }
        }
        // The store takes every character but this.
        return json.toString().replace("\\u0000", "\\ufffd");
    }

    static Entry read(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            return new Entry(
                    Instant.parse(json.path("at").asText()),
                    json.path("agent").asText(),
                    texts(json.path("roles")),
                    json.path("address").asText(),
                    Entry.Kind.of(json.path("kind").asText()),
                    Entry.Outcome.valueOf(json.path("outcome").asText()),
                    json.path("what").asText(),
                    texts(json.path("patients")),
                    some(json.path("query")),
                    some(json.path("emergency")),
                    parts(json.path("parts")));
        } catch (JsonProcessingException | RuntimeException e) {
            throw new AccessException("a row of the audit cannot be read: 'cloud-core audit verify' names it");
        }
    }

    private static List<Entry.Part> parts(JsonNode array) {
        var parts = new ArrayList<Entry.Part>();
        array.forEach(node -> parts.add(new Entry.Part(
                node.path("interaction").asText(),
                node.path("what").asText(),
                node.path("status").asInt())));
        return parts;
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(node -> texts.add(node.asText()));
        return texts;
    }

    private static Optional<String> some(JsonNode node) {
        return node.isTextual() ? Optional.of(node.textValue()) : Optional.empty();
    }
}
