package org.fieldward.simulator.line;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads what the load measurement needs from the core's live stream and states, whatever else they carry. */
public final class CoreAnswers {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private CoreAnswers() {}

    /** A reading was accepted: its device and the time that the device gave it. */
    public record Accepted(String device, Instant time) {}

    /** The readings in one event of the stream; empty for an event of another kind. */
    public static List<Accepted> accepted(String data) {
        List<Accepted> found = new ArrayList<>();
        collect(tree(data), found);
        return found;
    }

    private static void collect(JsonNode node, List<Accepted> found) {
        JsonNode time = node.hasNonNull("device_time") ? node.path("device_time") : node.path("measured");
        if (node.path("device").isTextual() && time.isTextual()) {
            found.add(new Accepted(node.path("device").asText(), Instant.parse(time.asText())));
        } else {
            node.forEach(child -> collect(child, found));
        }
    }

    /** Readings that the gateways still hold, over all gateways and lanes. */
    public static long backlog(String gateways) {
        return tree(gateways).findValues("backlog").stream()
                .mapToLong(CoreAnswers::sum)
                .sum();
    }

    private static long sum(JsonNode node) {
        if (node.isNumber()) {
            return node.asLong();
        }
        long sum = 0;
        for (JsonNode child : node) {
            sum += sum(child);
        }
        return sum;
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JacksonException e) {
            throw new LineException("the core must answer in JSON", e);
        }
    }

    /** Records, lists, maps, numbers and text as indented JSON. */
    public static String text(Object report) {
        try {
            return JSON.writeValueAsString(report);
        } catch (JacksonException e) {
            throw new LineException("the report could not be written as JSON", e);
        }
    }
}
