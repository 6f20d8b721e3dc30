package org.fieldward.edge.decode.medtech;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.decode.Fault;
import org.fieldward.proto.reading.DeviceId;

/** What a payload is: the message of the service's event hub, or what goes into its Body. Named as in the settings. */
public enum Envelope {
    /** What a device sends to an IoT Hub: JSON of its own. */
    BODY("body"),
    /** {@code {Body, Properties, SystemProperties}}. */
    MESSAGE("message"),
    /** What a device sends to IoT Central: the members of {@code telemetry}. */
    TELEMETRY("telemetry");

    private static final List<String> MEMBERS = List.of("Body", "Properties", "SystemProperties");
    private static final int MAX_PROPERTIES = 50;
    private static final int MAX_BAG = 4_000;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final String word;

    Envelope(String word) {
        this.word = word;
    }

    public static Optional<Envelope> of(String word) {
        for (Envelope envelope : values()) {
            if (envelope.word.equals(word)) {
                return Optional.of(envelope);
            }
        }
        return Optional.empty();
    }

    /**
     * The message as the expressions see it.
     *
     * @param properties of the topic, URL-encoded
     * @param arrival stands where the hub would have written its own time; empty if no expression asks for it
     */
    ObjectNode message(JsonNode payload, DeviceId login, String properties, Optional<JsonNode> arrival) {
        if (this == MESSAGE) {
            if (!payload.isObject() || !payload.has("Body")) {
                throw Fault.missing("the message must be an object with a Body");
            }
            return known((ObjectNode) payload);
        }
        var message = NODES.objectNode();
        ObjectNode own = NODES.objectNode();
        ObjectNode system = NODES.objectNode().put("iothub-connection-device-id", login.name());
        arrival.ifPresent(time -> {
            system.set("iothub-enqueuedtime", time);
            system.set("x-opt-enqueued-time", time);
        });
        read(properties, own, system);
        message.set("Body", this == TELEMETRY ? central(payload, login, arrival) : payload);
        message.set("Properties", own);
        message.set("SystemProperties", system);
        return message;
    }

    /** The members that an event hub writes: the message is copied for every match, and a device could send thousands. */
    private static ObjectNode known(ObjectNode payload) {
        ObjectNode message = NODES.objectNode();
        for (String member : MEMBERS) {
            JsonNode value = payload.get(member);
            if (value != null) {
                message.set(member, value);
            }
        }
        return message;
    }

    private static JsonNode central(JsonNode payload, DeviceId login, Optional<JsonNode> arrival) {
        ObjectNode body = NODES.objectNode();
        body.put("messageSource", "telemetry");
        body.put("deviceId", login.name());
        arrival.ifPresent(time -> body.set("enqueuedTime", time));
        body.set("telemetry", payload);
        return body;
    }

    private static void read(String bag, ObjectNode own, ObjectNode system) {
        if (bag.isEmpty()) {
            return;
        }
        String[] pairs = bag.split("&", -1);
        if (bag.length() > MAX_BAG || pairs.length > MAX_PROPERTIES) {
            throw Fault.invalid("the topic must have at most " + MAX_PROPERTIES + " properties");
        }
        for (String pair : pairs) {
            String[] parts = pair.split("=", 2);
            String name = decoded(parts[0]);
            String value = parts.length == 1 ? "" : decoded(parts[1]);
            switch (name) {
                case "" -> {}
                case "$.ctime" -> own.put("iothub-creation-time-utc", value);
                case "$.mid" -> system.put("message-id", value);
                case "$.cid" -> system.put("correlation-id", value);
                case "$.uid" -> system.put("user-id", value);
                case "$.ct" -> system.put("content-type", value);
                case "$.ce" -> system.put("content-encoding", value);
                default -> own.put(name, value);
            }
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Fault.invalid("the topic must have properties in URL encoding");
        }
    }
}
