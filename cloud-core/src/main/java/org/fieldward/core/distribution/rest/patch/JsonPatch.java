package org.fieldward.core.distribution.rest.patch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/** Applies a JSON Patch (RFC 6902) to a document; decimals keep their digits. */
public final class JsonPatch {

    private static final int MAX_OPERATIONS = 1_000;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
            .build();

    private JsonPatch() {}

    /** @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 400 where it is no patch, 422 where it does not fit */
    public static String apply(String patch, String document) {
        JsonNode operations;
        JsonNode root;
        try {
            operations = JSON.readTree(patch);
            root = JSON.readTree(document);
        } catch (JsonProcessingException e) {
            throw Refusal.bad("http.body", "must be a JSON Patch (RFC 6902)");
        }
        if (!operations.isArray() || operations.size() > MAX_OPERATIONS) {
            throw Refusal.bad("http.body", "must be an array of at most " + MAX_OPERATIONS + " operations");
        }
        for (int i = 0; i < operations.size(); i++) {
            root = apply(operations.get(i), root, "patch[" + i + "]");
        }
        return root.toString();
    }

    private static JsonNode apply(JsonNode operation, JsonNode root, String place) {
        String name = operation.path("op").asText();
        List<String> path = pointer(operation, "path", place);
        return switch (name) {
            case "add" -> add(root, path, value(operation, place), place);
            case "remove" -> remove(root, path, place);
            case "replace" -> {
                find(root, path, place);
                yield path.isEmpty() ? value(operation, place) : replace(root, path, value(operation, place), place);
            }
            case "copy" ->
                add(
                        root,
                        path,
                        find(root, pointer(operation, "from", place), place).deepCopy(),
                        place);
            case "move" -> {
                List<String> from = pointer(operation, "from", place);
                JsonNode moved = find(root, from, place);
                if (path.size() > from.size() && path.subList(0, from.size()).equals(from)) {
                    throw unfit(place, "cannot move something into itself");
                }
                yield add(remove(root, from, place), path, moved, place);
            }
            case "test" -> {
                if (!equal(find(root, path, place), value(operation, place))) {
                    throw unfit(place, "test failed");
                }
                yield root;
            }
            default -> throw Refusal.bad(place + ".op", "must be add, remove, replace, copy, move or test");
        };
    }

    /** Numbers by their value, as RFC 6902 section 4.6 asks. */
    private static boolean equal(JsonNode a, JsonNode b) {
        return a.equals(
                (left, right) -> left.isNumber() && right.isNumber()
                        ? left.decimalValue().compareTo(right.decimalValue())
                        : left.equals(right) ? 0 : 1,
                b);
    }

    private static JsonNode value(JsonNode operation, String place) {
        if (!operation.has("value")) {
            throw Refusal.bad(place + ".value", "is required");
        }
        return operation.get("value").deepCopy();
    }

    /** RFC 6901. */
    private static List<String> pointer(JsonNode operation, String field, String place) {
        JsonNode text = operation.path(field);
        if (!text.isTextual() || !(text.asText().isEmpty() || text.asText().startsWith("/"))) {
            throw Refusal.bad(place + "." + field, "must be a JSON Pointer (RFC 6901)");
        }
        var words = new ArrayList<String>();
        if (!text.asText().isEmpty()) {
            for (String word : text.asText().substring(1).split("/", -1)) {
                words.add(word.replace("~1", "/").replace("~0", "~"));
            }
        }
        return words;
    }

    private static JsonNode find(JsonNode root, List<String> path, String place) {
        JsonNode here = root;
        for (String word : path) {
            here = here.isArray() ? here.path(index(word, here.size() - 1, place)) : here.path(word);
            if (here.isMissingNode()) {
                throw unfit(place, "there is nothing at the path");
            }
        }
        return here;
    }

    private static JsonNode add(JsonNode root, List<String> path, JsonNode value, String place) {
        if (path.isEmpty()) {
            return value;
        }
        JsonNode parent = find(root, path.subList(0, path.size() - 1), place);
        String last = path.getLast();
        if (parent instanceof ArrayNode array) {
            if (last.equals("-")) {
                array.add(value);
            } else {
                array.insert(index(last, array.size(), place), value);
            }
        } else if (parent instanceof ObjectNode object) {
            object.set(last, value);
        } else {
            throw unfit(place, "nothing can be added below the path");
        }
        return root;
    }

    private static JsonNode replace(JsonNode root, List<String> path, JsonNode value, String place) {
        JsonNode parent = find(root, path.subList(0, path.size() - 1), place);
        if (parent instanceof ArrayNode array) {
            array.set(index(path.getLast(), array.size() - 1, place), value);
        } else {
            ((ObjectNode) parent).set(path.getLast(), value);
        }
        return root;
    }

    private static JsonNode remove(JsonNode root, List<String> path, String place) {
        find(root, path, place);
        if (path.isEmpty()) {
            throw unfit(place, "the whole cannot be removed");
        }
        JsonNode parent = find(root, path.subList(0, path.size() - 1), place);
        if (parent instanceof ArrayNode array) {
            array.remove(index(path.getLast(), array.size() - 1, place));
        } else {
            ((ObjectNode) parent).remove(path.getLast());
        }
        return root;
    }

    private static int index(String word, int highest, String place) {
        if (!word.matches("0|[1-9][0-9]{0,8}") || Integer.parseInt(word) > highest) {
            throw unfit(place, "the path names no place in the list");
        }
        return Integer.parseInt(word);
    }

    private static RuntimeException unfit(String place, String rule) {
        return Refusal.of(422, IssueType.PROCESSING, place, rule);
    }
}
