package org.fieldward.edge.decode.medtech.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;
import org.fieldward.edge.decode.Fault;

/** What a filter asks of a place. */
sealed interface Condition {

    int MAX_MATCHED = 1_000;

    /** Comparisons of Json.NET. */
    enum Operator {
        EQUAL("=="),
        STRICTLY_EQUAL("==="),
        UNEQUAL("!="),
        STRICTLY_UNEQUAL("!=="),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">="),
        MATCHES("=~");

        final String sign;

        Operator(String sign) {
            this.sign = sign;
        }
    }

    /** One side of a comparison. */
    sealed interface Side {
        record At(List<Step> steps) implements Side {
            public At {
                steps = List.copyOf(steps);
            }
        }

        record Constant(JsonNode value) implements Side {}

        record Text(Pattern pattern) implements Side {}
    }

    record Exists(Side side) implements Condition {}

    record Compare(Side left, Operator operator, Side right) implements Condition {}

    record Both(Condition one, Condition other) implements Condition {}

    record Either(Condition one, Condition other) implements Condition {}

    default boolean holds(JsonNode root, JsonNode node, Budget budget) {
        budget.spend(1);
        return switch (this) {
            case Both both -> both.one.holds(root, node, budget) && both.other.holds(root, node, budget);
            case Either either -> either.one.holds(root, node, budget) || either.other.holds(root, node, budget);
            case Exists exists -> !values(exists.side, root, node, budget).isEmpty();
            case Compare compare -> compare(compare, root, node, budget);
        };
    }

    /** Whether it is false of every number and text, because what it asks for cannot be in one. */
    default boolean isOfContainers() {
        return switch (this) {
            case Both both -> both.one.isOfContainers() || both.other.isOfContainers();
            case Either either -> either.one.isOfContainers() && either.other.isOfContainers();
            case Exists exists -> isOfContainers(exists.side);
            case Compare compare -> isOfContainers(compare.left) || isOfContainers(compare.right);
        };
    }

    private static boolean isOfContainers(Side side) {
        return side instanceof Side.At at
                && !at.steps.isEmpty()
                && at.steps.getFirst().isOfContainers();
    }

    private static List<JsonNode> values(Side side, JsonNode root, JsonNode node, Budget budget) {
        return switch (side) {
            case Side.At at -> Step.walk(at.steps, root, node, budget);
            case Side.Constant constant -> List.of(constant.value);
            case Side.Text text -> List.of();
        };
    }

    private static boolean compare(Compare compare, JsonNode root, JsonNode node, Budget budget) {
        List<JsonNode> left = values(compare.left, root, node, budget);
        if (compare.right instanceof Side.Text text) {
            return left.stream().anyMatch(one -> one.isTextual() && matches(text.pattern, one.asText()));
        }
        List<JsonNode> right = values(compare.right, root, node, budget);
        for (JsonNode one : left) {
            budget.spend(right.size());
            for (JsonNode other : right) {
                if (holds(one, compare.operator, other)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean holds(JsonNode one, Operator operator, JsonNode other) {
        if (one.isContainerNode() || other.isContainerNode()) {
            return operator == Operator.UNEQUAL;
        }
        return switch (operator) {
            case EQUAL, STRICTLY_EQUAL -> isEqual(one, other);
            case UNEQUAL, STRICTLY_UNEQUAL -> !isEqual(one, other);
            case LESS -> order(one, other, -1, -1);
            case LESS_OR_EQUAL -> order(one, other, -1, 0);
            case GREATER -> order(one, other, 1, 1);
            case GREATER_OR_EQUAL -> order(one, other, 0, 1);
            case MATCHES -> false;
        };
    }

    private static boolean isEqual(JsonNode one, JsonNode other) {
        if (isFinite(one) && isFinite(other)) {
            return one.decimalValue().compareTo(other.decimalValue()) == 0;
        }
        return one.getNodeType() == other.getNodeType() && one.asText().equals(other.asText());
    }

    /** The type of the left side says how both are read. */
    private static boolean order(JsonNode one, JsonNode other, int least, int most) {
        int order;
        if (isFinite(one)) {
            if (!isFinite(other)) {
                return false;
            }
            order = one.decimalValue().compareTo(other.decimalValue());
        } else if (one.isTextual() && !other.isNull()) {
            order = one.asText().compareTo(other.asText());
        } else {
            return false;
        }
        int sign = Integer.signum(order);
        return sign >= least && sign <= most;
    }

    private static boolean isFinite(JsonNode node) {
        return node.isNumber() && (!node.isDouble() || Double.isFinite(node.doubleValue()));
    }

    /** The library recurses for some patterns, once for each character. */
    private static boolean matches(Pattern pattern, String text) {
        if (text.length() > MAX_MATCHED) {
            throw Fault.invalid("a regular expression must meet texts of at most " + MAX_MATCHED + " characters");
        }
        return pattern.matcher(new PatientText(text, new int[] {PatientText.LOOKS}))
                .find();
    }

    static JsonNode number(String text) {
        return DecimalNode.valueOf(new BigDecimal(text));
    }

    /**
     * A regular expression may look at a text exponentially often; here it may not.
     *
     * @param left how often it may still look
     */
    record PatientText(String text, int[] left) implements CharSequence {

        static final int LOOKS = 100_000;

        @Override
        public char charAt(int index) {
            if (--left[0] < 0) {
                throw Fault.invalid("a regular expression must look at a text at most " + LOOKS + " times");
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new PatientText(text.substring(start, end), left);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
