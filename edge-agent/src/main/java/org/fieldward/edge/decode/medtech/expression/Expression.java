package org.fieldward.edge.decode.medtech.expression;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.decode.Fault;

/** Finds something in a tree. Immutable and thread-safe. */
public sealed interface Expression permits JsonPathExpression, JmesPathExpression {

    int MAX_TEXT = 2_000;

    /** More than a payload may have readings. */
    int MAX_MATCHES = 1_000;

    /** Named as in the files. */
    enum Language {
        JSON_PATH("JsonPath"),
        JMES_PATH("JmesPath");

        private final String word;

        Language(String word) {
            this.word = word;
        }

        public static Optional<Language> of(String word) {
            for (Language language : values()) {
                if (language.word.equalsIgnoreCase(word)) {
                    return Optional.of(language);
                }
            }
            return Optional.empty();
        }
    }

    /** @throws IllegalArgumentException that says the rule and what was found */
    static Expression of(Language language, String text) {
        if (text.isBlank() || text.length() > MAX_TEXT) {
            throw new IllegalArgumentException(
                    "must be an expression of at most " + MAX_TEXT + " characters, had " + text.length());
        }
        return switch (language) {
            case JSON_PATH -> new JsonPathExpression(text);
            case JMES_PATH -> new JmesPathExpression(text);
        };
    }

    String text();

    /** Everything that it finds, in its order. */
    List<JsonNode> all(JsonNode root, Budget budget);

    /** The member of the root at which it begins to look; empty where that cannot be told. */
    Optional<String> firstMember();

    /** Names of members that it asks for anywhere. */
    List<String> members();

    /**
     * The only thing that it finds; empty also for a null.
     *
     * @param what for the message: whose expression it is
     */
    default Optional<JsonNode> one(String what, JsonNode root, Budget budget) {
        List<JsonNode> found = all(root, budget);
        if (found.size() > 1) {
            throw Fault.invalid(what + " must be found once, was found " + found.size() + " times");
        }
        return found.stream().filter(node -> !node.isNull()).findFirst();
    }

    static void checkMatches(int matches) {
        if (matches > MAX_MATCHES) {
            throw Fault.invalid("an expression must match at most " + MAX_MATCHES + " times");
        }
    }
}
