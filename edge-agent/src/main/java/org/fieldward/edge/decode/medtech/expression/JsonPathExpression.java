package org.fieldward.edge.decode.medtech.expression;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** JSONPath as Json.NET reads it, which the service used: {@code $..[?(@heartRate)]}. */
final class JsonPathExpression implements Expression {

    private final String text;
    private final List<Step> steps;

    /** @throws IllegalArgumentException that says the rule and what was found */
    JsonPathExpression(String text) {
        this.text = text;
        steps = new JsonPathReader(text).read();
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public List<JsonNode> all(JsonNode root, Budget budget) {
        List<JsonNode> found = Step.walk(steps, root, root, budget);
        Expression.checkMatches(found.size());
        return found;
    }

    @Override
    public Optional<String> firstMember() {
        return !steps.isEmpty() && steps.getFirst() instanceof Step.Member member && !member.scan()
                ? member.name()
                : Optional.empty();
    }

    @Override
    public List<String> members() {
        var names = new ArrayList<String>();
        collect(steps, names);
        return names;
    }

    private static void collect(List<Step> steps, List<String> names) {
        for (Step step : steps) {
            switch (step) {
                case Step.Member member -> member.name().ifPresent(names::add);
                case Step.Members members -> names.addAll(members.names());
                case Step.Filter filter -> collect(filter.condition(), names);
                case Step.Root root -> {}
                case Step.Elements elements -> {}
                case Step.Slice slice -> {}
            }
        }
    }

    private static void collect(Condition condition, List<String> names) {
        switch (condition) {
            case Condition.Both both -> {
                collect(both.one(), names);
                collect(both.other(), names);
            }
            case Condition.Either either -> {
                collect(either.one(), names);
                collect(either.other(), names);
            }
            case Condition.Exists exists -> collect(exists.side(), names);
            case Condition.Compare compare -> {
                collect(compare.left(), names);
                collect(compare.right(), names);
            }
        }
    }

    private static void collect(Condition.Side side, List<String> names) {
        if (side instanceof Condition.Side.At at) {
            collect(at.steps(), names);
        }
    }

    @Override
    public String toString() {
        return "'" + text + "'";
    }
}
