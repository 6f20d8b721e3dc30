package org.fieldward.core.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads rules from a JSON file: {@code docs/alerts.md} says its form. */
public final class Rules {

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,5})(s|m|h)");
    private static final Pattern MAIL = Pattern.compile("[^@\\s<>,;:\"]{1,64}@[A-Za-z0-9.-]{1,255}");
    private static final Set<String> FIELDS = Set.of(
            "name",
            "priorities",
            "kinds",
            "parameters",
            "gateways",
            "places",
            "facilities",
            "criteria",
            "critical",
            "from",
            "until",
            "levels",
            "repeat",
            "quiet");
    private static final Set<String> LEVEL_FIELDS = Set.of("mail", "webhooks", "after");

    private Rules() {}

    /** @throws IllegalArgumentException naming the file, the rule and the field */
    public static List<Rule> read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new AlertException("alert.rules-file " + file + " could not be read as JSON", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("alert.rules-file " + file + ": " + e.getMessage(), e);
        }
    }

    static List<Rule> parse(String json) throws IOException {
        JsonNode root = new ObjectMapper().readTree(json);
        var rules = new ArrayList<Rule>();
        var names = new HashSet<String>();
        for (JsonNode node : root.path("rules")) {
            Rule rule = rule(node);
            if (rule.name().isEmpty() || !names.add(rule.name())) {
                throw new IllegalArgumentException("each rule must have a name of its own");
            }
            rules.add(rule);
        }
        if (rules.isEmpty()) {
            throw new IllegalArgumentException("rules must have at least one");
        }
        return rules;
    }

    private static Rule rule(JsonNode node) {
        String name = node.path("name").asText("");
        known(node, FIELDS, "rule '" + name + "'");
        var levels = new ArrayList<Rule.Level>();
        for (JsonNode level : node.path("levels")) {
            known(level, LEVEL_FIELDS, "a level of rule '" + name + "'");
            List<String> mail = List.copyOf(texts(level, "mail"));
            mail.stream()
                    .filter(one -> !MAIL.matcher(one).matches())
                    .findFirst()
                    .ifPresent(wrong -> {
                        throw new IllegalArgumentException(
                                "mail of rule '" + name + "' must be addresses, was '" + wrong + "'");
                    });
            levels.add(new Rule.Level(
                    mail,
                    List.copyOf(texts(level, "webhooks")),
                    duration(level, "after").orElse(Duration.ZERO)));
        }
        if (levels.isEmpty()) {
            throw new IllegalArgumentException("rule '" + name + "' must have levels");
        }
        return new Rule(
                name,
                texts(node, "priorities"),
                texts(node, "kinds"),
                texts(node, "parameters"),
                texts(node, "gateways"),
                texts(node, "places"),
                texts(node, "facilities"),
                text(node, "criteria"),
                node.path("critical").asBoolean(false),
                time(node, "from"),
                time(node, "until"),
                levels,
                duration(node, "repeat"),
                duration(node, "quiet").orElse(Duration.ofMinutes(5)));
    }

    private static void known(JsonNode node, Set<String> fields, String where) {
        node.fieldNames().forEachRemaining(field -> {
            if (!fields.contains(field)) {
                throw new IllegalArgumentException(where + " has an unknown field '" + field + "'");
            }
        });
    }

    private static Set<String> texts(JsonNode node, String field) {
        Set<String> texts = new LinkedHashSet<>();
        node.path(field).forEach(one -> texts.add(one.asText()));
        return texts;
    }

    private static Optional<String> text(JsonNode node, String field) {
        return Optional.of(node.path(field).asText("")).filter(text -> !text.isEmpty());
    }

    private static Optional<LocalTime> time(JsonNode node, String field) {
        try {
            return text(node, field).map(LocalTime::parse);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(field + " must be a time such as 07:30", e);
        }
    }

    private static Optional<Duration> duration(JsonNode node, String field) {
        return text(node, field).map(text -> {
            Matcher matcher = DURATION.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(field + " must be a number with s, m or h, was '" + text + "'");
            }
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                default -> Duration.ofHours(number);
            };
        });
    }
}
