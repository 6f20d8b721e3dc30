package org.fieldward.edge.decode.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.EvaluationListener;
import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.Option;
import com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider;
import com.jayway.jsonpath.spi.mapper.JacksonMappingProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.fieldward.edge.decode.Fault;

/**
 * A JSONPath that begins at the payload ({@code $}) or at one of its readings ({@code @}). What would cost more than one
 * walk through the payload, or needs a regular expression, is refused when the mapping is read.
 */
final class PayloadPath {

    /** More matches than a payload may have readings. */
    private static final int MAX_MATCHES = 1000;

    private static final int MAX_TEXT = 300;

    private static final Pattern QUOTED = Pattern.compile("'[^'\\\\]*'|\"[^\"\\\\]*\"");
    private static final Pattern FUNCTION = Pattern.compile("[A-Za-z]\\s*\\(");
    private static final Pattern WORD_OPERATOR =
            Pattern.compile("[^.\\w](?!true\\b|false\\b|null\\b)[a-z]+[\\s\\[]", Pattern.CASE_INSENSITIVE);

    private static final Configuration READING = Configuration.builder()
            .jsonProvider(new Tree())
            .mappingProvider(new JacksonMappingProvider())
            .options(Option.ALWAYS_RETURN_LIST, Option.SUPPRESS_EXCEPTIONS)
            .build();

    /** In a filter an object or an array is like nothing that it could be compared with. */
    private static final class Tree extends JacksonJsonNodeJsonProvider {

        /** No text of a payload: JSON has no half of a pair. */
        private static final String UNLIKE_ALL = "\ud800";

        // Left as it is, JSONPath would want a JSON reader of its own, which we do not ship.
        @Override
        public Object unwrap(Object node) {
            return node instanceof ContainerNode ? UNLIKE_ALL : super.unwrap(node);
        }

        /** The elements themselves: a filter looks into them. */
        @Override
        public Iterable<?> toIterable(Object array) {
            var elements = new ArrayList<Object>();
            ((JsonNode) array).forEach(element -> elements.add(super.unwrap(element)));
            return elements;
        }
    }

    private final String text;
    private final JsonPath path;

    /** @throws IllegalArgumentException that says the rule and what was found */
    PayloadPath(String text) {
        this.text = text;
        String bare = QUOTED.matcher(text).replaceAll("''");
        if (text.length() > MAX_TEXT || !(bare.startsWith("$") || bare.startsWith("@"))) {
            throw bad("must be a JSONPath of at most " + MAX_TEXT + " characters that begins with $ or @");
        }
        if (bare.indexOf('$', 1) >= 0 || bare.indexOf("..") != bare.lastIndexOf("..")) {
            throw bad("must have $ only at its beginning and .. at most once");
        }
        if (bare.contains("=~")
                || FUNCTION.matcher(bare).find()
                || WORD_OPERATOR.matcher(bare).find()) {
            throw bad("must have no function, and filters must compare with == != < <= > >= only");
        }
        try {
            path = JsonPath.compile("$" + text.substring(1));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("must be a JSONPath, was '" + text + "': " + e.getMessage(), e);
        }
    }

    private IllegalArgumentException bad(String rule) {
        return new IllegalArgumentException(rule + ", was '" + text + "'");
    }

    boolean isOfPayload() {
        return text.charAt(0) == '$';
    }

    /** Everything that is there, in its order; a null is nothing. */
    List<JsonNode> find(JsonNode start) {
        var matches = new int[1];
        Configuration bounded = READING.setEvaluationListeners(match -> ++matches[0] > MAX_MATCHES
                ? EvaluationListener.EvaluationContinuation.ABORT
                : EvaluationListener.EvaluationContinuation.CONTINUE);
        JsonNode found = path.read(start, bounded);
        if (matches[0] > MAX_MATCHES) {
            throw Fault.invalid(this + " must match at most " + MAX_MATCHES + " times");
        }
        var nodes = new ArrayList<JsonNode>();
        found.forEach(node -> {
            if (!node.isNull() && !node.isMissingNode()) {
                nodes.add(node);
            }
        });
        return nodes;
    }

    @Override
    public String toString() {
        return "'" + text + "'";
    }
}
