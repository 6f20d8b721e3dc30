package org.fieldward.edge.decode.medtech.expression;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.fieldward.edge.decode.medtech.expression.Condition.Operator;
import org.fieldward.edge.decode.medtech.expression.Condition.Side;

/**
 * Reads JSONPath in the dialect of Json.NET: {@code @name} without a dot, members with any sign in them, {@code &&} and
 * {@code ||} nested to the right without precedence, {@code =~ /pattern/i}.
 */
final class JsonPathReader {

    /** Filters within filters. */
    private static final int MAX_DEPTH = 8;

    private static final String ENDS_MEMBER_IN_FILTER = "=<!>|&";
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,9}");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}(\\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?");

    /** Longer signs before those that they begin with. */
    private static final List<Operator> OPERATORS = List.of(
            Operator.STRICTLY_EQUAL,
            Operator.EQUAL,
            Operator.MATCHES,
            Operator.STRICTLY_UNEQUAL,
            Operator.UNEQUAL,
            Operator.LESS_OR_EQUAL,
            Operator.LESS,
            Operator.GREATER_OR_EQUAL,
            Operator.GREATER);

    private final String text;
    private int at;
    private int depth;

    JsonPathReader(String text) {
        this.text = text.strip();
    }

    List<Step> read() {
        if (text.equals("$")) {
            return List.of();
        }
        if (text.startsWith("$.") || text.startsWith("$[")) {
            at++;
        }
        var steps = new ArrayList<Step>();
        steps(steps, false);
        blanks();
        if (at < text.length()) {
            throw bad("has '" + text.charAt(at) + "' where the path should end");
        }
        return List.copyOf(steps);
    }

    private void steps(List<Step> steps, boolean inFilter) {
        int from = at;
        boolean scan = false;
        boolean afterBracket = false;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '[' || c == '.') {
                if (at > from) {
                    steps.add(member(text.substring(from, at), scan));
                    scan = false;
                }
                if (c == '[') {
                    steps.add(bracket(scan));
                    scan = false;
                    afterBracket = true;
                } else {
                    at++;
                    scan = at < text.length() && text.charAt(at) == '.';
                    at += scan ? 1 : 0;
                    afterBracket = false;
                }
                from = at;
            } else if (c == ']' || c == ')' || c == ' ' || (inFilter && ENDS_MEMBER_IN_FILTER.indexOf(c) >= 0)) {
                break;
            } else if (afterBracket) {
                throw bad("has '" + c + "' after a bracket");
            } else {
                at++;
            }
        }
        if (at > from) {
            steps.add(member(text.substring(from, at), scan));
        } else if (scan || (at == text.length() && text.endsWith("."))) {
            throw bad("ends with a dot");
        }
    }

    private static Step member(String name, boolean scan) {
        return new Step.Member(name.equals("*") ? Optional.empty() : Optional.of(name), scan);
    }

    /** From '[' to behind ']'. */
    private Step bracket(boolean scan) {
        at++;
        blanks();
        Step step;
        if (peek() == '\'') {
            step = quoted(scan);
        } else if (peek() == '?') {
            step = filter(scan);
        } else {
            step = indexes();
        }
        blanks();
        expect(']');
        return step;
    }

    private Step quoted(boolean scan) {
        var names = new ArrayList<String>();
        while (true) {
            names.add(string());
            blanks();
            if (peek() != ',') {
                return names.size() == 1
                        ? new Step.Member(Optional.of(names.getFirst()), scan)
                        : new Step.Members(names, scan);
            }
            at++;
            blanks();
        }
    }

    /** From one apostrophe to behind the other. */
    private String string() {
        expect('\'');
        var read = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '\'') {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            read.append(text.charAt(at++));
        }
        expect('\'');
        return read.toString();
    }

    private Step indexes() {
        int end = text.indexOf(']', at);
        if (end < 0) {
            throw bad("has an open bracket");
        }
        String inside = text.substring(at, end).strip();
        at = end;
        if (inside.equals("*")) {
            return new Step.Elements(List.of());
        }
        if (inside.contains(":")) {
            return slice(inside.split(":", -1));
        }
        var indexes = new ArrayList<Integer>();
        for (String index : inside.split(",", -1)) {
            int number = integer(index.strip());
            if (number < 0) {
                throw bad("has an index below 0");
            }
            indexes.add(number);
        }
        return new Step.Elements(indexes);
    }

    private Step slice(String[] parts) {
        int by = parts.length > 2 && !parts[2].isBlank() ? integer(parts[2].strip()) : 1;
        if (parts.length > 3 || by == 0) {
            throw bad("has a slice that is not [FROM:TO:STEP] with a step other than 0");
        }
        return new Step.Slice(bound(parts[0]), bound(parts[1]), by);
    }

    private Optional<Integer> bound(String part) {
        return part.isBlank() ? Optional.empty() : Optional.of(integer(part.strip()));
    }

    private int integer(String number) {
        if (!INTEGER.matcher(number).matches()) {
            throw bad("has '" + number + "' where an index should be");
        }
        return Integer.parseInt(number);
    }

    private Step filter(boolean scan) {
        at++;
        expect('(');
        if (++depth > MAX_DEPTH) {
            throw bad("has more than " + MAX_DEPTH + " filters in each other");
        }
        Condition condition = condition();
        depth--;
        expect(')');
        return new Step.Filter(condition, scan);
    }

    private Condition condition() {
        Condition first = comparison();
        blanks();
        if (text.startsWith("&&", at)) {
            at += 2;
            return new Condition.Both(first, condition());
        }
        if (text.startsWith("||", at)) {
            at += 2;
            return new Condition.Either(first, condition());
        }
        return first;
    }

    private Condition comparison() {
        Side left = side();
        blanks();
        for (Operator operator : OPERATORS) {
            if (text.startsWith(operator.sign, at)) {
                at += operator.sign.length();
                Side right = side();
                if (right instanceof Side.Text != (operator == Operator.MATCHES)) {
                    throw bad("must have a /pattern/ after =~ and nowhere else");
                }
                return new Condition.Compare(left, operator, right);
            }
        }
        if (text.startsWith("<>", at)) {
            at += 2;
            return new Condition.Compare(left, Operator.UNEQUAL, side());
        }
        if (left instanceof Side.At) {
            return new Condition.Exists(left);
        }
        throw bad("has a filter that asks nothing of the payload");
    }

    private Side side() {
        blanks();
        char c = peek();
        if (c == '@' || c == '$') {
            at++;
            var steps = new ArrayList<Step>();
            if (c == '$') {
                steps.add(new Step.Root());
            }
            steps(steps, true);
            return new Side.At(steps);
        }
        if (c == '\'') {
            return new Side.Constant(TextNode.valueOf(string()));
        }
        if (c == '/') {
            return pattern();
        }
        int from = at;
        while (at < text.length() && " )=<>!|&".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(from, at);
        return new Side.Constant(
                switch (word) {
                    case "true" -> BooleanNode.TRUE;
                    case "false" -> BooleanNode.FALSE;
                    case "null" -> NullNode.getInstance();
                    default -> {
                        if (!NUMBER.matcher(word).matches()) {
                            throw bad("has '" + word + "' where @, a 'text', a number, true, false or null should be");
                        }
                        yield Condition.number(word);
                    }
                });
    }

    private Side pattern() {
        int from = ++at;
        while (at < text.length() && text.charAt(at) != '/') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        String pattern = text.substring(from, Math.min(at, text.length()));
        expect('/');
        int flags = 0;
        while (at < text.length() && Character.isLetter(text.charAt(at))) {
            flags |= switch (text.charAt(at++)) {
                case 'i' -> Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
                case 'm' -> Pattern.MULTILINE;
                case 's' -> Pattern.DOTALL;
                case 'x' -> Pattern.COMMENTS;
                default -> throw bad("has a pattern with flags other than i, m, s and x");
            };
        }
        try {
            return new Side.Text(Pattern.compile(pattern, flags));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(rule("has a pattern that cannot be read: " + e.getDescription()), e);
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw bad("ends too early");
        }
        return text.charAt(at);
    }

    private void expect(char sign) {
        if (peek() != sign) {
            throw bad("has '" + peek() + "' where '" + sign + "' should be");
        }
        at++;
    }

    private void blanks() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private String rule(String what) {
        return "must be a JSONPath as Json.NET reads it, was '" + text + "', which " + what;
    }

    private IllegalArgumentException bad(String what) {
        return new IllegalArgumentException(rule(what));
    }
}
