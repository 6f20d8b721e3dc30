package org.fieldward.core.webhook.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldward.core.webhook.filing.RefusedException;
import org.fieldward.core.webhook.filing.RefusedException.Reason;
import org.fieldward.core.webhook.wording.Times;

/**
 * JSON with places to be filled. An object with one of the keys {@code $path}, {@code $text}, {@code $each} or
 * {@code $reference} is a place; what finds nothing is left out, and so is an object or array that is left empty.
 */
final class Template {

    static final List<String> VALUE_KEYS = List.of("$path", "as", "map", "else", "required");
    static final List<String> EACH_KEYS = List.of("$each", "item");
    static final List<String> FORMS = List.of("string", "number", "boolean", "date", "dateTime", "instant");
    static final Pattern HOLE = Pattern.compile("\\{([$@][^{}]*)\\}");

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** What a place is filled from. */
    record Scope(JsonNode message, JsonNode element, java.time.ZoneId zone, String place) {

        Scope at(JsonNode other) {
            return new Scope(message, other, zone, place);
        }
    }

    private Template() {}

    static Optional<JsonNode> fill(JsonNode template, Scope scope) {
        return template instanceof ObjectNode object && object.has("$path")
                ? value(object, scope)
                : structure(template, scope);
    }

    private static Optional<JsonNode> structure(JsonNode template, Scope scope) {
        if (template instanceof ArrayNode array) {
            ArrayNode filled = NODES.arrayNode();
            for (JsonNode item : array) {
                fill(item, scope).ifPresent(one -> {
                    // Elements of a place that makes several stand beside the others.
                    if (one instanceof ArrayNode several) {
                        filled.addAll(several);
                    } else {
                        filled.add(one);
                    }
                });
            }
            return filled.isEmpty() ? Optional.empty() : Optional.of(filled);
        }
        if (!(template instanceof ObjectNode object)) {
            return Optional.of(template);
        }
        if (object.has("$text")) {
            return text(object.path("$text").asText(), scope).map(TextNode::valueOf);
        }
        if (object.has("$reference")) {
            ObjectNode reference = NODES.objectNode();
            return Optional.of(reference.put(
                    "reference", Mapping.local(object.path("$reference").asText())));
        }
        if (object.has("$each")) {
            ArrayNode items = NODES.arrayNode();
            for (JsonNode element : new Path(object.path("$each").asText()).find(scope.message(), scope.element())) {
                fill(object.path("item"), scope.at(element)).ifPresent(items::add);
            }
            return items.isEmpty() ? Optional.empty() : Optional.of(items);
        }
        ObjectNode filled = NODES.objectNode();
        object.properties()
                .forEach(field -> fill(field.getValue(), scope).ifPresent(made -> filled.set(field.getKey(), made)));
        return filled.isEmpty() ? Optional.empty() : Optional.of(filled);
    }

    private static Optional<JsonNode> value(ObjectNode place, Scope scope) {
        String path = place.path("$path").asText();
        List<JsonNode> found = new Path(path).find(scope.message(), scope.element());
        Optional<JsonNode> first = found.stream().filter(JsonNode::isValueNode).findFirst();
        Optional<JsonNode> meant = first.filter(node -> !node.asText().isBlank());
        if (place.has("map")) {
            meant = meant.flatMap(node -> Optional.ofNullable(place.path("map").get(node.asText())));
        } else if (meant.isPresent() && place.has("as")) {
            Optional<JsonNode> formed = formed(meant.get(), place.path("as").asText(), scope);
            if (formed.isEmpty()) {
                throw new RefusedException(
                        Reason.AGAINST_RULES,
                        path,
                        "must be a " + place.path("as").asText());
            }
            meant = formed;
        }
        if (meant.isEmpty() && place.has("else")) {
            return Optional.of(place.path("else"));
        }
        if (meant.isEmpty() && place.path("required").asBoolean()) {
            throw new RefusedException(Reason.AGAINST_RULES, path, "must be there");
        }
        return meant;
    }

    private static Optional<JsonNode> formed(JsonNode node, String form, Scope scope) {
        String text = node.asText().strip();
        return switch (form) {
            case "string" -> Optional.of(TextNode.valueOf(text));
            case "number" -> number(node, text);
            case "boolean" ->
                switch (text) {
                    case "true", "1", "Y", "yes" -> Optional.of(NODES.booleanNode(true));
                    case "false", "0", "N", "no" -> Optional.of(NODES.booleanNode(false));
                    default -> Optional.empty();
                };
            case "date" ->
                time(text, scope).map(time -> TextNode.valueOf(time.substring(0, Math.min(10, time.length()))));
            case "dateTime" -> time(text, scope).map(TextNode::valueOf);
            case "instant" ->
                time(text, scope).filter(time -> time.length() > 10).map(TextNode::valueOf);
            default -> Optional.empty();
        };
    }

    private static Optional<JsonNode> number(JsonNode node, String text) {
        if (node.isNumber()) {
            return Optional.of(node);
        }
        return text.matches("-?[0-9]{1,18}(\\.[0-9]{1,18})?")
                ? Optional.of(NODES.numberNode(new BigDecimal(text)))
                : Optional.empty();
    }

    /** As FHIR writes it, as HL7 version 2 does, or seconds or milliseconds since 1970. */
    private static Optional<String> time(String text, Scope scope) {
        if (text.matches("[0-9]{4}(-[0-9]{2}){0,2}")) {
            return Optional.of(text);
        }
        if (text.matches("[0-9]{9,10}")) {
            return Optional.of(Instant.ofEpochSecond(Long.parseLong(text)).toString());
        }
        if (text.matches("[0-9]{13}")) {
            return Optional.of(Instant.ofEpochMilli(Long.parseLong(text)).toString());
        }
        // 2026-11-21T08:00[:00[.000]][Z|+01:00] becomes the form that HL7 has.
        Matcher matcher = Pattern.compile(
                        "(\\d{4})-(\\d{2})-(\\d{2})[T ](\\d{2}):(\\d{2})(?::(\\d{2}(?:\\.\\d{1,9})?))?(Z|[+-]\\d{2}:?\\d{2})?")
                .matcher(text);
        if (!matcher.matches()) {
            return text.contains("-") && !text.matches("\\d{8,}.*-\\d{4}")
                    ? Optional.empty()
                    : Times.text(text, scope.zone());
        }
        String seconds = Optional.ofNullable(matcher.group(6)).orElse("00");
        String offset = Optional.ofNullable(matcher.group(7)).orElse("").replace(":", "");
        return Times.text(
                matcher.group(1)
                        + matcher.group(2)
                        + matcher.group(3)
                        + matcher.group(4)
                        + matcher.group(5)
                        + seconds
                        + offset,
                scope.zone());
    }

    /** Empty where any hole finds nothing. */
    static Optional<String> text(String text, Scope scope) {
        Matcher matcher = HOLE.matcher(text);
        var filled = new StringBuilder();
        while (matcher.find()) {
            Optional<String> value = new Path(matcher.group(1))
                    .find(scope.message(), scope.element()).stream()
                            .filter(JsonNode::isValueNode)
                            .map(JsonNode::asText)
                            .filter(found -> !found.isBlank())
                            .findFirst();
            if (value.isEmpty()) {
                return Optional.empty();
            }
            matcher.appendReplacement(filled, Matcher.quoteReplacement(value.get()));
        }
        return Optional.of(matcher.appendTail(filled).toString());
    }
}
