package org.fieldward.core.edit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Items of lists, told apart by what they are rather than by their places. Pure. */
final class Lists {

    private static final List<List<String>> IDENTITIES = List.of(
            List.of("id"),
            List.of("system", "value"),
            List.of("system", "code"),
            List.of("url"),
            List.of("linkId"),
            List.of("sequence"),
            List.of("reference"));

    private static final List<String> INSIDE = List.of("identifier", "coding", "code", "actor", "individual");

    private Lists() {}

    /** Its items by what identifies each; empty where one has nothing of the kind, or two have the same. */
    static Optional<Map<String, JsonNode>> keyed(JsonNode list) {
        var keyed = new LinkedHashMap<String, JsonNode>();
        for (JsonNode item : list) {
            Optional<String> key = identity(item);
            if (key.isEmpty() || keyed.put(key.get(), item) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(keyed);
    }

    private static Optional<String> identity(JsonNode item) {
        if (!item.isObject()) {
            return Optional.empty();
        }
        for (List<String> members : IDENTITIES) {
            if (members.stream().allMatch(member -> item.path(member).isValueNode())) {
                return Optional.of(String.join(
                        "|",
                        members.stream()
                                .map(member -> item.path(member).asText())
                                .toList()));
            }
        }
        for (String member : INSIDE) {
            JsonNode inside = item.path(member);
            Optional<String> found = inside.isArray() ? identity(inside.path(0)) : identity(inside);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /**
     * In which order the items stand that are left: as the one side has them that changed it. Where both added, the added
     * ones come last, in an order that does not depend on who was first. Empty where both reordered, and differently.
     */
    static Optional<List<String>> order(List<String> base, List<String> ours, List<String> theirs, Set<String> left) {
        if (theirs.equals(base)) {
            return Optional.of(complete(ours, base, left));
        }
        if (ours.equals(base)) {
            return Optional.of(complete(theirs, base, left));
        }
        boolean weMoved = !common(base, ours).equals(common(ours, base));
        boolean theyMoved = !common(base, theirs).equals(common(theirs, base));
        if (weMoved && theyMoved) {
            return ours.equals(theirs) ? Optional.of(complete(ours, base, left)) : Optional.empty();
        }
        List<String> stem = weMoved ? common(ours, base) : common(theirs, base);
        return Optional.of(complete(weMoved || theyMoved ? stem : base, base, left));
    }

    private static List<String> common(List<String> list, List<String> other) {
        return list.stream().filter(other::contains).toList();
    }

    private static List<String> complete(List<String> stem, List<String> base, Set<String> left) {
        var order = new LinkedHashSet<>(stem);
        order.addAll(base);
        order.addAll(new TreeSet<>(left));
        order.retainAll(left);
        return new ArrayList<>(order);
    }
}
