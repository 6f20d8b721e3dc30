package org.fieldward.edge.decode.medtech.expression;

import com.fasterxml.jackson.databind.JsonNode;
import io.burt.jmespath.JmesPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldward.edge.decode.Fault;

/** JMESPath with the service's own functions. What a function cannot work out has the payload refused. */
final class JmesPathExpression implements Expression {

    private static final Pattern STRINGS = Pattern.compile("'(?:[^'\\\\]|\\\\.)*'|`(?:[^`\\\\]|\\\\.)*`");
    private static final Pattern NAME =
            Pattern.compile("\"([^\"]+)\"|([A-Za-z_][A-Za-z0-9_]*)(?![A-Za-z0-9_]|\\s*\\()");
    private static final Pattern FIRST = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)\\s*(?:[.\\[|&!=<>].*)?");

    private final String text;
    private final io.burt.jmespath.Expression<JsonNode> compiled;
    private final boolean projects;

    /** @throws IllegalArgumentException that says the rule and what was found */
    JmesPathExpression(String text) {
        this.text = text;
        try {
            compiled = JmesRuntime.SHARED.compile(text);
        } catch (JmesPathException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "must be a JMESPath, was '" + text + "': "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    e);
        }
        projects = projects(text);
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public List<JsonNode> all(JsonNode root, Budget budget) {
        JsonNode found = search(root, budget);
        if (found.isNull() || found.isMissingNode()) {
            return List.of();
        }
        if (!projects || !found.isArray()) {
            return List.of(found);
        }
        Expression.checkMatches(found.size());
        var nodes = new ArrayList<JsonNode>();
        found.forEach(nodes::add);
        return nodes;
    }

    private JsonNode search(JsonNode root, Budget budget) {
        try {
            return JmesRuntime.SHARED.spending(budget, () -> compiled.search(root));
        } catch (Fault fault) {
            throw fault;
        } catch (RuntimeException e) {
            // The library's text may hold what the device sent, and its exceptions have no common parent.
            throw Fault.invalid("the expression " + this + " cannot be worked out: an argument is of the wrong type");
        }
    }

    /**
     * Whether the last part makes a list of matches: {@code Body[?hr]} stands for its elements, {@code Body.list} for one
     * thing that happens to be an array.
     */
    private static boolean projects(String text) {
        String bare = STRINGS.matcher(text).replaceAll("0").replaceAll("\"[^\"]*\"", "n");
        int depth = 0;
        boolean projects = false;
        for (int i = 0; i < bare.length(); i++) {
            char c = bare.charAt(i);
            char next = i + 1 < bare.length() ? bare.charAt(i + 1) : ' ';
            if (depth == 0 && c == '|') {
                projects = next == '|' && projects;
                i += next == '|' ? 1 : 0;
            } else if (c == '[') {
                boolean list = depth == 0 && "*]?".indexOf(next) >= 0;
                int end = bare.indexOf(']', i);
                projects |=
                        list || (depth == 0 && end > 0 && bare.substring(i, end).matches("\\[[-0-9: ]*:[-0-9: ]*"));
                depth++;
            } else if (c == '(' || c == '{') {
                depth++;
            } else if (c == ']' || c == ')' || c == '}') {
                depth--;
            } else {
                projects |= depth == 0 && c == '*';
            }
        }
        return projects;
    }

    @Override
    public Optional<String> firstMember() {
        Matcher first = FIRST.matcher(text.strip());
        return first.matches() ? Optional.of(first.group(1)) : Optional.empty();
    }

    @Override
    public List<String> members() {
        var names = new ArrayList<String>();
        Matcher name = NAME.matcher(STRINGS.matcher(text).replaceAll("0"));
        while (name.find()) {
            names.add(name.group(1) == null ? name.group(2) : name.group(1));
        }
        return names;
    }

    @Override
    public String toString() {
        return "'" + text + "'";
    }
}
