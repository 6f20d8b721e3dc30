package org.fieldward.core.webhook.mapping;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;

/** Says everything that is wrong with a mapping, before any message comes. */
final class Lint {

    static final List<String> KINDS =
            List.of("admit", "transfer", "discharge", "cancel-admit", "cancel-transfer", "cancel-discharge");
    private static final Set<String> TOP = Set.of("mapping", "controlId", "kind", "resources", "movement");
    private static final Set<String> RULE = Set.of("name", "each", "when", "identity", "resource");
    private static final Set<String> MOVEMENT = Set.of("kind", "patient", "encounter", "bed", "at");

    private final List<String> faults = new ArrayList<>();
    private final Set<String> names;

    private Lint(JsonNode tree) {
        names = Mapping.names(tree);
    }

    static List<String> faults(JsonNode tree) {
        var lint = new Lint(tree);
        lint.top(tree);
        return lint.faults;
    }

    private void fault(String place, String rule) {
        faults.add(place + " " + rule);
    }

    private void keys(JsonNode node, String place, Set<String> known) {
        node.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                fault(
                        place + "." + key,
                        "is no key here, the keys are " + String.join(", ", new java.util.TreeSet<>(known)));
            }
        });
    }

    private void top(JsonNode tree) {
        keys(tree, "$", TOP);
        for (String key : List.of("controlId", "kind")) {
            if (tree.has(key)) {
                template(tree.path(key), "$." + key);
            }
        }
        JsonNode resources = tree.path("resources");
        if (!(resources instanceof ArrayNode) || resources.isEmpty()) {
            fault("$.resources", "must be a list of at least one");
        }
        for (int i = 0; i < resources.size(); i++) {
            rule(resources.get(i), "$.resources[" + i + "]");
        }
        if (tree.has("movement")) {
            movement(tree.path("movement"));
        }
    }

    private void movement(JsonNode rule) {
        keys(rule, "$.movement", MOVEMENT);
        template(rule.path("kind"), "$.movement.kind");
        if (rule.has("bed")) {
            template(rule.path("bed"), "$.movement.bed");
        }
        if (rule.has("at")) {
            template(rule.path("at"), "$.movement.at");
            if (!rule.path("at").path("as").asText().equals("instant")) {
                fault("$.movement.at", "must be read \"as\": \"instant\"");
            }
        }
        named(rule.path("patient"), "$.movement.patient");
        if (rule.has("encounter")) {
            named(rule.path("encounter"), "$.movement.encounter");
        }
    }

    private void named(JsonNode name, String place) {
        if (!names.contains(name.asText())) {
            fault(place, "must be the name of one of the resources");
        }
    }

    private void rule(JsonNode rule, String place) {
        keys(rule, place, RULE);
        for (String key : List.of("each", "when")) {
            if (rule.has(key)) {
                path(rule.path(key).asText(), place + "." + key);
            }
        }
        if (rule.has("identity")
                && !List.of("identifier", "new").contains(rule.path("identity").asText())) {
            fault(place + ".identity", "must be identifier or new");
        }
        if (rule.has("each") && rule.has("name")) {
            fault(place + ".name", "must not be there beside each: it would name several");
        }
        String type = rule.path("resource").path("resourceType").asText();
        if (!FhirContext.forR4Cached().getResourceTypes().contains(type)) {
            fault(place + ".resource.resourceType", "must be a type of FHIR R4");
            return;
        }
        elements(
                (ObjectNode) rule.path("resource"),
                FhirContext.forR4Cached().getResourceDefinition(type),
                place + ".resource");
    }

    private void path(String text, String place) {
        try {
            new Path(text);
        } catch (IllegalArgumentException e) {
            fault(place, String.valueOf(e.getMessage()));
        }
    }

    /** Whether it is a place to be filled; then that is judged. */
    private boolean template(JsonNode node, String place) {
        if (node.has("$path")) {
            keys(node, place, Set.copyOf(Template.VALUE_KEYS));
            path(node.path("$path").asText(), place + ".$path");
            if (node.has("as") && !Template.FORMS.contains(node.path("as").asText())) {
                fault(place + ".as", "must be one of " + String.join(", ", Template.FORMS));
            }
            if (node.has("map") && (node.has("as") || !node.path("map").isObject())) {
                fault(place + ".map", "must be an object, and not beside as");
            }
            return true;
        }
        if (node.has("$text")) {
            keys(node, place, Set.of("$text"));
            Matcher holes = Template.HOLE.matcher(node.path("$text").asText());
            while (holes.find()) {
                path(holes.group(1), place + ".$text");
            }
            return true;
        }
        if (node.has("$reference")) {
            keys(node, place, Set.of("$reference"));
            named(node.path("$reference"), place + ".$reference");
            return true;
        }
        return false;
    }

    private void elements(ObjectNode node, BaseRuntimeElementDefinition<?> type, String place) {
        node.properties().forEach(field -> {
            String name = field.getKey();
            String here = place + "." + name;
            if (name.equals("resourceType")
                    || name.equals("id") && !(type instanceof BaseRuntimeElementCompositeDefinition)) {
                return;
            }
            BaseRuntimeElementDefinition<?> child = child(type, name);
            if (child == null) {
                fault(here, "must be an element of " + type.getName());
            } else {
                element(field.getValue(), child, here);
            }
        });
    }

    private static @org.jspecify.annotations.Nullable BaseRuntimeElementDefinition<?> child(
            BaseRuntimeElementDefinition<?> type, String name) {
        if (!(type instanceof BaseRuntimeElementCompositeDefinition<?> composite)) {
            return null;
        }
        BaseRuntimeChildDefinition child = composite.getChildByName(name);
        return child == null ? null : child.getChildByName(name);
    }

    private void element(JsonNode node, BaseRuntimeElementDefinition<?> type, String place) {
        if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                element(array.get(i), type, place + "[" + i + "]");
            }
        } else if (node.has("$each")) {
            keys(node, place, Set.copyOf(Template.EACH_KEYS));
            path(node.path("$each").asText(), place + ".$each");
            element(node.path("item"), type, place + ".item");
        } else if (!template(node, place) && node instanceof ObjectNode object) {
            elements(object, type, place);
        }
    }
}
