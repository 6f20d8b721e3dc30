package org.fieldward.edge.decode.medtech;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.decode.mapping.MappingException;
import org.fieldward.edge.decode.medtech.ContentTemplate.Kind;
import org.fieldward.edge.decode.medtech.ContentTemplate.ValueRule;
import org.fieldward.edge.decode.medtech.expression.Expression;
import org.fieldward.edge.decode.medtech.expression.Expression.Language;

/**
 * A device mapping file: {@code CollectionContent}.
 *
 * @param faults of templates that cannot be used, in the order of the file
 */
public record DeviceMapping(Part file, List<ContentTemplate> templates, List<MappingException> faults) {

    /** So many may look at one message. */
    private static final int MAX_TEMPLATES = 200;

    public DeviceMapping {
        templates = List.copyOf(templates);
        faults = List.copyOf(faults);
    }

    /** @throws MappingException if it is no collection at all */
    public static DeviceMapping read(Part file) {
        var templates = new ArrayList<ContentTemplate>();
        var faults = new ArrayList<MappingException>();
        List<Part> parts = file.collection("CollectionContent");
        if (parts.isEmpty() || parts.size() > MAX_TEMPLATES) {
            throw file.needs("template").bad("must hold 1 to " + MAX_TEMPLATES + " templates, held " + parts.size());
        }
        for (Part container : parts) {
            try {
                templates.add(template(container));
            } catch (MappingException e) {
                faults.add(e);
            }
        }
        return new DeviceMapping(file, templates, faults);
    }

    private static ContentTemplate template(Part container) {
        Kind kind = kind(container);
        Part part = container.needs("template");
        Language language = kind == Kind.CALCULATED
                ? language(part, "defaultExpressionLanguage", Language.JSON_PATH)
                : Language.JSON_PATH;
        Expression match = needs(part, "typeMatchExpression", language);
        // Read so that a mistake in them is found; whose a value is and what it belongs to is decided elsewhere.
        for (String other : List.of("patientIdExpression", "encounterIdExpression", "correlationIdExpression")) {
            maybe(part, other, language);
        }
        var values = new ArrayList<ValueRule>();
        for (Part value : part.elements("values")) {
            values.add(new ValueRule(
                    value, value.text("valueName"), needs(value, "valueExpression", language), value.flag("required")));
        }
        if (values.isEmpty()) {
            throw part.bad("must have values, had none");
        }
        return new ContentTemplate(
                container,
                kind,
                part.text("typeName"),
                match,
                kind == Kind.CALCULATED,
                deviceId(part, kind, language),
                times(part, kind, language),
                values);
    }

    private static Kind kind(Part container) {
        String word = container.text("templateType");
        for (Kind kind : Kind.values()) {
            if (Part.isType(word, kind.word)) {
                return kind;
            }
        }
        throw container
                .needs("templateType")
                .bad(
                        "must be JsonPathContent, IotJsonPathContent, IotCentralJsonPathContent or CalculatedContent, was '"
                                + word + "'");
    }

    private static Optional<Expression> deviceId(Part part, Kind kind, Language language) {
        return switch (kind) {
            case JSON_PATH, CALCULATED -> Optional.of(needs(part, "deviceIdExpression", language));
            case IOT ->
                Optional.of(Expression.of(Language.JSON_PATH, "$.SystemProperties.iothub-connection-device-id"));
            case IOT_CENTRAL -> Optional.of(Expression.of(Language.JSON_PATH, "$.deviceId"));
        };
    }

    private static List<Expression> times(Part part, Kind kind, Language language) {
        return switch (kind) {
            case JSON_PATH, CALCULATED -> List.of(needs(part, "timestampExpression", language));
            case IOT ->
                List.of(
                        Expression.of(Language.JSON_PATH, "$.Properties.iothub-creation-time-utc"),
                        Expression.of(Language.JSON_PATH, "$.SystemProperties.iothub-enqueuedtime"));
            case IOT_CENTRAL -> List.of(Expression.of(Language.JSON_PATH, "$.enqueuedTime"));
        };
    }

    private static Expression needs(Part part, String name, Language language) {
        part.needs(name);
        return maybe(part, name, language).orElseThrow(() -> part.needs(name).bad("must not be blank"));
    }

    /** A text, or an object of {@code value} and {@code language}. */
    private static Optional<Expression> maybe(Part part, String name, Language language) {
        Optional<Part> found = part.member(name);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Part place = found.get();
        if (place.node().isObject()) {
            return Optional.of(
                    compiled(place.needs("value"), place.text("value"), language(place, "language", language)));
        }
        if (!place.node().isTextual()) {
            throw place.bad("must be a text, or an object of value and language, was " + place.shown());
        }
        return place.node().asText().isBlank()
                ? Optional.empty()
                : Optional.of(compiled(place, place.node().asText(), language));
    }

    private static Expression compiled(Part place, String text, Language language) {
        try {
            return Expression.of(language, text);
        } catch (IllegalArgumentException e) {
            throw place.bad(String.valueOf(e.getMessage()), e);
        }
    }

    private static Language language(Part part, String name, Language fallback) {
        Optional<String> word = part.maybe(name);
        if (word.isEmpty()) {
            return fallback;
        }
        return Language.of(word.get())
                .orElseThrow(() -> part.needs(name).bad("must be JsonPath or JmesPath, was '" + word.get() + "'"));
    }
}
