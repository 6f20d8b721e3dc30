package org.fieldward.core.webhook.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.EvaluationListener.EvaluationContinuation;
import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.Option;
import com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider;
import com.jayway.jsonpath.spi.mapper.JacksonMappingProvider;
import java.util.ArrayList;
import java.util.List;

/** A JSONPath (RFC 9535, without functions) from the message ({@code $}) or from the element in hand ({@code @}). */
final class Path {

    private static final int MAX_FOUND = 5_000;
    private static final int MAX_TEXT = 300;

    private static final Configuration READING = Configuration.builder()
            .jsonProvider(new Tree())
            .mappingProvider(new JacksonMappingProvider())
            .options(Option.ALWAYS_RETURN_LIST, Option.SUPPRESS_EXCEPTIONS)
            .build();

    /** The library would read objects in a filter with a JSON reader of its own, which is not shipped. */
    private static final class Tree extends JacksonJsonNodeJsonProvider {
        private static final String LIKE_NOTHING = "\ud800";

        @Override
        public Object unwrap(Object node) {
            return node instanceof ContainerNode ? LIKE_NOTHING : super.unwrap(node);
        }

        /** The elements themselves: a filter looks into them. */
        @Override
        public Iterable<?> toIterable(Object array) {
            var elements = new ArrayList<Object>();
            ((JsonNode) array).forEach(element -> elements.add(super.unwrap(element)));
            return elements;
        }
    }

    private final boolean whole;
    private final JsonPath path;

    /** @throws IllegalArgumentException that says the rule */
    Path(String text) {
        boolean begins = text.startsWith("$") || text.startsWith("@");
        if (!begins || text.length() > MAX_TEXT || text.contains("=~") || text.matches(".*[A-Za-z]\\s*\\(.*")) {
            throw new IllegalArgumentException("must be a JSONPath that begins with $ or @, without functions");
        }
        whole = text.startsWith("$");
        try {
            path = JsonPath.compile("$" + text.substring(1));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("must be a JSONPath", e);
        }
    }

    /** What is there, in its order; a null is nothing. */
    List<JsonNode> find(JsonNode message, JsonNode element) {
        var count = new int[1];
        Configuration bounded = READING.setEvaluationListeners(
                match -> ++count[0] > MAX_FOUND ? EvaluationContinuation.ABORT : EvaluationContinuation.CONTINUE);
        JsonNode found = path.read(whole ? message : element, bounded);
        var nodes = new ArrayList<JsonNode>();
        if (found != null) {
            found.forEach(node -> {
                if (!node.isNull() && !node.isMissingNode()) {
                    nodes.add(node);
                }
            });
        }
        return nodes;
    }
}
