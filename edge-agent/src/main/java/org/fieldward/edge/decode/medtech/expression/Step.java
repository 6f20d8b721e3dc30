package org.fieldward.edge.decode.medtech.expression;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One step of a JSONPath, with the meaning that it has in Json.NET. Where that differs from RFC 9535: a scan with a filter
 * also judges the place where it begins, a filter without scan looks at elements of arrays only, and an index after two
 * dots does not scan.
 */
sealed interface Step {

    /** Back to the beginning, for a {@code $} within a filter. */
    record Root() implements Step {}

    /** @param name empty: every member */
    record Member(Optional<String> name, boolean scan) implements Step {}

    record Members(List<String> names, boolean scan) implements Step {
        public Members {
            names = List.copyOf(names);
        }
    }

    /** @param indexes empty: every element */
    record Elements(List<Integer> indexes) implements Step {
        public Elements {
            indexes = List.copyOf(indexes);
        }
    }

    /** As in Python; never {@code by} 0. */
    record Slice(Optional<Integer> from, Optional<Integer> to, int by) implements Step {}

    /** @param ofContainers whether it can hold of objects and arrays only, so that a scan passes over the rest */
    record Filter(Condition condition, boolean scan, boolean ofContainers) implements Step {
        Filter(Condition condition, boolean scan) {
            this(condition, scan, condition.isOfContainers());
        }
    }

    /** Whether a path that begins with this finds nothing in a number or a text. */
    default boolean isOfContainers() {
        return switch (this) {
            case Member member -> !member.scan || member.name.isPresent();
            case Members members -> true;
            case Elements elements -> true;
            case Slice slice -> true;
            case Filter filter -> !filter.scan;
            case Root root -> false;
        };
    }

    static List<JsonNode> walk(List<Step> steps, JsonNode root, JsonNode start, Budget budget) {
        List<JsonNode> current = List.of(start);
        for (Step step : steps) {
            if (current.isEmpty()) {
                return current;
            }
            current = step.from(root, current, budget);
        }
        return current;
    }

    private List<JsonNode> from(JsonNode root, List<JsonNode> current, Budget budget) {
        budget.spend(current.size());
        var found = new ArrayList<JsonNode>(2);
        for (JsonNode node : current) {
            switch (this) {
                case Root back -> found.add(root);
                case Member member -> member(member, node, found, budget);
                case Members members -> members(members, node, found, budget);
                case Elements elements -> elements(elements.indexes, node, found, budget);
                case Slice slice -> slice(slice, node, found, budget);
                case Filter filter -> filter(filter, root, node, found, budget);
            }
        }
        return found;
    }

    private static void member(Member member, JsonNode node, List<JsonNode> found, Budget budget) {
        if (member.scan) {
            if (member.name.isEmpty()) {
                below(node, found, budget);
            } else {
                scan(List.of(member.name.get()), node, found, budget);
            }
        } else if (node.isObject()) {
            if (member.name.isPresent()) {
                get(node, member.name.get()).ifPresent(found::add);
            } else {
                budget.spend(node.size());
                node.forEach(found::add);
            }
        }
    }

    private static void members(Members members, JsonNode node, List<JsonNode> found, Budget budget) {
        if (members.scan) {
            scan(members.names, node, found, budget);
        } else if (node.isObject()) {
            members.names.forEach(name -> get(node, name).ifPresent(found::add));
        }
    }

    private static Optional<JsonNode> get(JsonNode node, String name) {
        return Optional.ofNullable(node.get(name));
    }

    /** Depth is bounded by what the reader of the payload allows. */
    private static void scan(List<String> names, JsonNode node, List<JsonNode> found, Budget budget) {
        budget.spend(1 + node.size());
        if (node.isObject()) {
            node.properties().forEach(member -> {
                if (names.contains(member.getKey())) {
                    found.add(member.getValue());
                }
                scan(names, member.getValue(), found, budget);
            });
        } else {
            node.forEach(element -> scan(names, element, found, budget));
        }
    }

    /** The node itself and everything in it. */
    private static void below(JsonNode node, List<JsonNode> found, Budget budget) {
        budget.spend(1);
        found.add(node);
        node.forEach(child -> below(child, found, budget));
    }

    private static void elements(List<Integer> indexes, JsonNode node, List<JsonNode> found, Budget budget) {
        if (!node.isArray()) {
            return;
        }
        if (indexes.isEmpty()) {
            budget.spend(node.size());
            node.forEach(found::add);
        }
        for (int index : indexes) {
            if (index >= 0 && index < node.size()) {
                found.add(node.get(index));
            }
        }
    }

    private static void slice(Slice slice, JsonNode node, List<JsonNode> found, Budget budget) {
        if (!node.isArray()) {
            return;
        }
        int size = node.size();
        budget.spend(size);
        boolean forward = slice.by > 0;
        int first = forward ? 0 : size - 1;
        int from = Math.clamp(fromEnd(slice.from.orElse(first), size), forward ? 0 : -1, forward ? size : size - 1);
        int end = forward ? size : -1;
        int to = slice.to.isPresent() ? Math.clamp(fromEnd(slice.to.get(), size), -1, size) : end;
        for (long at = from; forward ? at < to : at > to; at += slice.by) {
            found.add(node.get((int) at));
        }
    }

    private static int fromEnd(int index, int size) {
        return index < 0 ? size + index : index;
    }

    private static void filter(Filter filter, JsonNode root, JsonNode node, List<JsonNode> found, Budget budget) {
        if (filter.scan) {
            if (filter.condition.holds(root, node, budget)) {
                found.add(node);
            }
            budget.spend(1 + node.size());
            for (JsonNode child : node) {
                if (child.isContainerNode() || !filter.ofContainers) {
                    filter(filter, root, child, found, budget);
                }
            }
        } else if (node.isArray()) {
            budget.spend(node.size());
            node.forEach(element -> {
                if (filter.condition.holds(root, element, budget)) {
                    found.add(element);
                }
            });
        }
    }
}
