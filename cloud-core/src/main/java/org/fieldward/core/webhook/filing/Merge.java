package org.fieldward.core.webhook.filing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a resource becomes when a message says a part of it. An element that the message says takes the place of what was
 * there, but identifiers and extensions are added to, a period keeps the end that is not said, and an encounter's former
 * places stay in its list.
 */
final class Merge {

    /** Elements that may have one of several types: another type takes the place of the first. */
    private static final List<String> CHOICES = List.of(
            "deceased",
            "multipleBirth",
            "value",
            "effective",
            "onset",
            "occurrence",
            "medication",
            "performed",
            "abatement");

    private Merge() {}

    static ObjectNode of(ObjectNode known, ObjectNode said, Set<String> cleared, Set<String> initial) {
        ObjectNode result = known.deepCopy();
        for (String name : cleared) {
            clear(result, name);
        }
        for (Iterator<Map.Entry<String, JsonNode>> fields = said.properties().iterator(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            String name = field.getKey();
            boolean own = name.equals("id") || name.equals("meta") || name.equals("resourceType");
            if (!own && !(initial.contains(name) && known.has(name))) {
                put(result, name, field.getValue());
            }
        }
        return result;
    }

    private static void clear(ObjectNode result, String path) {
        int dot = path.indexOf('.');
        if (dot < 0) {
            result.remove(path);
            CHOICES.stream().filter(path::equals).forEach(choice -> removeChoice(result, choice));
        } else if (result.get(path.substring(0, dot)) instanceof ObjectNode inner) {
            clear(inner, path.substring(dot + 1));
        }
    }

    private static void put(ObjectNode result, String name, JsonNode said) {
        JsonNode known = result.path(name);
        switch (name) {
            case "identifier" -> result.set(name, union(known, said, "system", "value"));
            case "extension" -> result.set(name, union(known, said, "url", "url"));
            case "link" -> result.set(name, union(known, said, "type", "other"));
            case "period", "hospitalization" -> result.set(name, overlay(known, said));
            case "location" -> result.set(name, isEncounter(result) ? places(known, said) : said);
            default -> {
                CHOICES.stream().filter(name::startsWith).forEach(choice -> removeChoice(result, choice));
                result.set(name, said);
            }
        }
    }

    private static boolean isEncounter(ObjectNode resource) {
        return resource.path("resourceType").asText().equals("Encounter");
    }

    private static void removeChoice(ObjectNode result, String choice) {
        Iterator<String> names = result.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            boolean one = name.startsWith(choice)
                    && name.length() > choice.length()
                    && Character.isUpperCase(name.charAt(choice.length()));
            if (one) {
                names.remove();
            }
        }
    }

    /** What was there and is not said again, then what is said. */
    private static JsonNode union(JsonNode known, JsonNode said, String first, String second) {
        if (!(known instanceof ArrayNode) || !(said instanceof ArrayNode)) {
            return said;
        }
        ArrayNode all = ((ArrayNode) said).deepCopy();
        ArrayNode result = all.arrayNode();
        for (JsonNode old : known) {
            boolean again = false;
            for (JsonNode one : said) {
                again |= one.path(first).equals(old.path(first))
                        && one.path(second).equals(old.path(second));
            }
            if (!again) {
                result.add(old);
            }
        }
        return result.addAll(all);
    }

    private static JsonNode overlay(JsonNode known, JsonNode said) {
        if (known instanceof ObjectNode before && said instanceof ObjectNode now) {
            ObjectNode both = before.deepCopy();
            both.setAll(now);
            return both;
        }
        return said;
    }

    /** The place that was active until now ends where another is said. */
    private static JsonNode places(JsonNode known, JsonNode said) {
        if (!(known instanceof ArrayNode) || said.size() != 1) {
            return said;
        }
        JsonNode now = said.get(0);
        ArrayNode result = ((ArrayNode) known).arrayNode();
        for (JsonNode old : known) {
            if (old.path("location")
                            .path("reference")
                            .equals(now.path("location").path("reference"))
                    && old.path("status").asText().equals("active")) {
                return known;
            }
            ObjectNode former = ((ObjectNode) old).deepCopy();
            if (former.path("status").asText().equals("active")
                    && now.path("status").asText().equals("active")) {
                former.put("status", "completed");
                JsonNode since = now.path("period").path("start");
                if (!since.isMissingNode()) {
                    ((ObjectNode) former.withObjectProperty("period")).set("end", since);
                }
            }
            result.add(former);
        }
        return result.add(now);
    }
}
