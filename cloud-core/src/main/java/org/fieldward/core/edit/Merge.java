package org.fieldward.core.edit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.fieldward.core.edit.Rules.Rule;

/**
 * Brings together what two people made of one resource, element by element. What only one of them changed is taken, unless
 * the rules say that nobody may find it changed by a machine; what both changed alike is taken; the rest is in conflict. Pure.
 */
final class Merge {

    /** Whose value stands where there is a conflict. */
    enum Side {
        OURS,
        THEIRS
    }

    /** @param merged with that side's values where there are conflicts */
    record Result(ObjectNode merged, List<Conflict> conflicts) {}

    private static final JsonNode NOTHING = MissingNode.getInstance();
    private static final Set<String> NAMING = Set.of("id", "resourceType");

    private final Rules rules;
    private final Side side;
    private final List<Conflict> conflicts = new ArrayList<>();

    private Merge(Rules rules, Side side) {
        this.rules = rules;
        this.side = side;
    }

    /** Resources of one type and id; what {@code meta} says of version and time is the store's and of no interest. */
    static Result of(ObjectNode base, ObjectNode ours, ObjectNode theirs, Rules rules, Side side) {
        ObjectNode before = content(base);
        ObjectNode here = content(ours);
        ObjectNode there = content(theirs);
        if (same(there, before) || same(there, here)) {
            return new Result(here, List.of());
        }
        if (same(here, before)) {
            return new Result(there, List.of());
        }
        var merge = new Merge(rules, side);
        String type = base.path("resourceType").asText();
        JsonNode merged = merge.object(new Place(type, type), before, here, there);
        return new Result((ObjectNode) merged, List.copyOf(merge.conflicts));
    }

    private static ObjectNode content(ObjectNode resource) {
        ObjectNode copy = resource.deepCopy();
        if (copy.get("meta") instanceof ObjectNode meta) {
            meta.remove(List.of("versionId", "lastUpdated"));
            if (meta.isEmpty()) {
                copy.remove("meta");
            }
        }
        return copy;
    }

    /** @param shown with places in lists, {@code rule} without */
    private record Place(String rule, String shown) {
        Place element(String name) {
            return new Place(rule + "." + name, shown + "." + name);
        }

        Place item(String key) {
            return new Place(rule, shown + "[" + key + "]");
        }
    }

    private JsonNode element(Place place, JsonNode base, JsonNode ours, JsonNode theirs) {
        if (same(ours, theirs)) {
            return ours;
        }
        Rule rule = rules.of(place.rule());
        if (rule == Rule.REMAKE && isGenerated(base) && isGenerated(ours) && isGenerated(theirs)) {
            return NOTHING;
        }
        if (rule != Rule.MERGE) {
            return conflict(place, base, ours, theirs);
        }
        boolean onlyTheirs = same(ours, base);
        boolean onlyOurs = same(theirs, base);
        if ((onlyTheirs || onlyOurs) && !isAsked(place.rule(), base, onlyTheirs ? theirs : ours)) {
            return onlyTheirs ? theirs : ours;
        }
        if (all(JsonNode::isObject, base, ours, theirs)) {
            return object(place, base, ours, theirs);
        }
        if (all(JsonNode::isArray, base, ours, theirs)) {
            return list(place, base, ours, theirs);
        }
        return conflict(place, base, ours, theirs);
    }

    /** In FHIR 1.0 says something else than 1.00. */
    private static boolean same(JsonNode one, JsonNode other) {
        return one.equals(Merge::compare, other);
    }

    private static int compare(JsonNode one, JsonNode other) {
        boolean equal = one.isNumber() && other.isNumber()
                ? one.decimalValue().equals(other.decimalValue())
                : one.equals(other);
        return equal ? 0 : 1;
    }

    private static boolean isGenerated(JsonNode text) {
        return text.isMissingNode() || text.path("status").asText().equals("generated");
    }

    /** Where two have added what was not there before, they are compared as if it had been there empty. */
    private static boolean all(Predicate<JsonNode> kind, JsonNode base, JsonNode ours, JsonNode theirs) {
        return kind.test(ours) && kind.test(theirs) && (base.isMissingNode() || kind.test(base));
    }

    private JsonNode conflict(Place place, JsonNode base, JsonNode ours, JsonNode theirs) {
        conflicts.add(new Conflict(place.shown(), base, ours, theirs));
        return side == Side.OURS ? ours : theirs;
    }

    /** Whether what one side changed within holds something that a person must be asked about. */
    private boolean isAsked(String path, JsonNode before, JsonNode after) {
        if (same(before, after)) {
            return false;
        }
        if (rules.of(path) != Rule.MERGE) {
            return true;
        }
        if (before.isArray() || after.isArray()) {
            return lists(path, before, after);
        }
        Map<String, ObjectNode> was = elements(before);
        Map<String, ObjectNode> is = elements(after);
        var names = new LinkedHashSet<>(was.keySet());
        names.addAll(is.keySet());
        return names.stream().anyMatch(name -> {
            JsonNode old = Optional.<JsonNode>ofNullable(was.get(name)).orElse(NOTHING);
            JsonNode now = Optional.<JsonNode>ofNullable(is.get(name)).orElse(NOTHING);
            if (same(old, now)) {
                return false;
            }
            String below = path + "." + name;
            return rules.of(below) != Rule.MERGE || isAsked(below, only(old), only(now));
        });
    }

    private boolean lists(String path, JsonNode before, JsonNode after) {
        Map<String, JsonNode> was = Lists.keyed(before).orElse(Map.of());
        Map<String, JsonNode> is = Lists.keyed(after).orElse(Map.of());
        boolean paired = was.size() == before.size() && is.size() == after.size();
        for (JsonNode item : after) {
            if (!paired && isAsked(path, NOTHING, item)) {
                return true;
            }
        }
        for (JsonNode item : before) {
            if (!paired && isAsked(path, item, NOTHING)) {
                return true;
            }
        }
        var keys = new LinkedHashSet<>(was.keySet());
        keys.addAll(is.keySet());
        return paired
                && keys.stream()
                        .anyMatch(key -> isAsked(path, was.getOrDefault(key, NOTHING), is.getOrDefault(key, NOTHING)));
    }

    private JsonNode object(Place place, JsonNode base, JsonNode ours, JsonNode theirs) {
        Map<String, ObjectNode> before = elements(base);
        Map<String, ObjectNode> here = elements(ours);
        Map<String, ObjectNode> there = elements(theirs);
        var names = new LinkedHashSet<>(before.keySet());
        names.addAll(here.keySet());
        names.addAll(there.keySet());
        ObjectNode merged = JsonNodeFactory.instance.objectNode();
        for (String name : names) {
            JsonNode was = Optional.<JsonNode>ofNullable(before.get(name)).orElse(NOTHING);
            JsonNode mine = Optional.<JsonNode>ofNullable(here.get(name)).orElse(NOTHING);
            JsonNode other = Optional.<JsonNode>ofNullable(there.get(name)).orElse(NOTHING);
            if (!place.rule().contains(".") && NAMING.contains(name)) {
                merged.setAll(before.getOrDefault(name, here.getOrDefault(name, merged)));
                continue;
            }
            members(place.element(name), was, mine, other).ifPresent(merged::setAll);
        }
        return merged.isEmpty() ? NOTHING : merged;
    }

    /** One element as its members: usually one, but a type may stand in the name, and a primitive's extension beside it. */
    private Optional<ObjectNode> members(Place place, JsonNode base, JsonNode ours, JsonNode theirs) {
        Optional<String> name = name(base, ours, theirs);
        if (name.isEmpty()) {
            JsonNode chosen = whole(place, base, ours, theirs);
            return chosen instanceof ObjectNode members ? Optional.of(members) : Optional.empty();
        }
        JsonNode value = element(place, only(base), only(ours), only(theirs));
        return value.isMissingNode() || (value.isContainerNode() && value.isEmpty())
                ? Optional.empty()
                : Optional.of(JsonNodeFactory.instance.objectNode().set(name.get(), value));
    }

    /** The one name under which all three have the element, as far as they have it. */
    private static Optional<String> name(JsonNode... sides) {
        var names = new LinkedHashSet<String>();
        for (JsonNode members : sides) {
            members.fieldNames().forEachRemaining(names::add);
        }
        return names.size() == 1 ? Optional.of(names.getFirst()) : Optional.empty();
    }

    private static JsonNode only(JsonNode members) {
        return members.size() == 1 ? members.iterator().next() : members;
    }

    /** Not to be taken apart: one of the three, or a conflict. */
    private JsonNode whole(Place place, JsonNode base, JsonNode ours, JsonNode theirs) {
        if (same(ours, theirs)) {
            return ours;
        }
        boolean onlyTheirs = same(ours, base);
        boolean onlyOurs = same(theirs, base);
        if (!(onlyTheirs || onlyOurs)
                || rules.of(place.rule()) != Rule.MERGE
                || isAsked(place.rule(), only(base), only(onlyTheirs ? theirs : ours))) {
            return conflict(place, base, ours, theirs);
        }
        return onlyTheirs ? theirs : ours;
    }

    private Map<String, ObjectNode> elements(JsonNode object) {
        var elements = new LinkedHashMap<String, ObjectNode>();
        object.properties()
                .forEach(member -> elements.computeIfAbsent(
                                rules.element(member.getKey()), name -> JsonNodeFactory.instance.objectNode())
                        .set(member.getKey(), member.getValue()));
        return elements;
    }

    private JsonNode list(Place place, JsonNode base, JsonNode ours, JsonNode theirs) {
        Optional<Map<String, JsonNode>> before = Lists.keyed(base);
        Optional<Map<String, JsonNode>> here = Lists.keyed(ours);
        Optional<Map<String, JsonNode>> there = Lists.keyed(theirs);
        if (before.isEmpty() || here.isEmpty() || there.isEmpty()) {
            return conflict(place, base, ours, theirs);
        }
        int known = conflicts.size();
        var keys = new LinkedHashSet<>(before.get().keySet());
        keys.addAll(here.get().keySet());
        keys.addAll(there.get().keySet());
        var left = new LinkedHashMap<String, JsonNode>();
        for (String key : keys) {
            JsonNode merged = element(
                    place.item(key),
                    before.get().getOrDefault(key, NOTHING),
                    here.get().getOrDefault(key, NOTHING),
                    there.get().getOrDefault(key, NOTHING));
            if (!merged.isMissingNode()) {
                left.put(key, merged);
            }
        }
        Optional<List<String>> order = Lists.order(
                List.copyOf(before.get().keySet()),
                List.copyOf(here.get().keySet()),
                List.copyOf(there.get().keySet()),
                left.keySet());
        if (order.isEmpty()) {
            conflicts.subList(known, conflicts.size()).clear();
            return conflict(place, base, ours, theirs);
        }
        ArrayNode merged = JsonNodeFactory.instance.arrayNode();
        order.get().forEach(key -> merged.add(left.get(key)));
        return merged;
    }
}
