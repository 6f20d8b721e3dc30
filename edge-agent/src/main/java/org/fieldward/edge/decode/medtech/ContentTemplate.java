package org.fieldward.edge.decode.medtech;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.decode.Fault;
import org.fieldward.edge.decode.medtech.expression.Budget;
import org.fieldward.edge.decode.medtech.expression.Expression;

/**
 * How values of one type stand in a message.
 *
 * @param typeName binds it to a FHIR template, in any case
 * @param match each thing it finds is one measurement
 * @param aroundMatch whether the expressions begin at the message with {@code matchedToken} added, else at what was matched
 * @param deviceId for comparing only; empty where the message is trusted
 * @param times the first that finds something counts
 */
public record ContentTemplate(
        Part part,
        Kind kind,
        String typeName,
        Expression match,
        boolean aroundMatch,
        Optional<Expression> deviceId,
        List<Expression> times,
        List<ValueRule> values) {

    static final String MATCHED = "matchedToken";

    /** Named as in the files. */
    public enum Kind {
        JSON_PATH("JsonPathContent"),
        IOT("IotJsonPathContent"),
        IOT_CENTRAL("IotCentralJsonPathContent"),
        CALCULATED("CalculatedContent");

        final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    /** @param name binds it to a value or component of the FHIR template */
    public record ValueRule(Part part, String name, Expression expression, boolean required) {}

    /** What one match came to. */
    record Measurement(String typeName, Optional<JsonNode> time, List<Named> values) {}

    record Named(String name, JsonNode value) {}

    public ContentTemplate {
        times = List.copyOf(times);
        values = List.copyOf(values);
    }

    /**
     * @param login whose message it is
     * @param strict whether another device's id in the message has it refused
     */
    List<Measurement> measurements(JsonNode message, String login, boolean strict, Budget budget) {
        var found = new ArrayList<Measurement>();
        for (JsonNode match : match().all(message, budget)) {
            JsonNode root = aroundMatch ? around(message, match) : match;
            if (strict && deviceId.isPresent()) {
                checkDevice(deviceId.get().one(typeName + ": the device id", root, budget), login);
            }
            Optional<JsonNode> time = time(root, budget);
            found.add(new Measurement(typeName, time, values(root, budget)));
        }
        return found;
    }

    /** Its members are shared with the message, which nobody changes. */
    private static JsonNode around(JsonNode message, JsonNode match) {
        ObjectNode root = ((ObjectNode) message).objectNode();
        root.setAll((ObjectNode) message);
        return root.set(MATCHED, match);
    }

    private void checkDevice(Optional<JsonNode> named, String login) {
        if (named.isPresent() && !named.get().asText().equals(login)) {
            throw Fault.invalid(typeName + ": the device id in the message must be the login, was "
                    + Fault.echo(named.get().asText()));
        }
    }

    private Optional<JsonNode> time(JsonNode root, Budget budget) {
        for (Expression expression : times) {
            Optional<JsonNode> time = expression.one(typeName + ": the time", root, budget);
            if (time.isPresent()) {
                return time;
            }
        }
        if (kind == Kind.IOT) {
            return Optional.empty();
        }
        throw Fault.missing(typeName + ": the time at " + times.getFirst() + " is missing");
    }

    private List<Named> values(JsonNode root, Budget budget) {
        var found = new ArrayList<Named>(values.size());
        for (ValueRule rule : values) {
            String place = typeName + "." + rule.name;
            Optional<JsonNode> value = rule.expression
                    .one(place, root, budget)
                    .filter(node -> node.isContainerNode() || !node.asText().isBlank());
            if (value.isEmpty() && rule.required) {
                throw Fault.missing(place + " at " + rule.expression + " is missing");
            }
            value.ifPresent(node -> found.add(new Named(rule.name, node)));
        }
        return found;
    }
}
