package org.fieldward.edge.decode.mapping;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.decode.mapping.PathMapping.Clock;
import org.fieldward.edge.decode.mapping.PathMapping.Mapped;
import org.fieldward.edge.decode.mapping.PathMapping.Time;
import org.fieldward.edge.decode.mapping.PathMapping.UnitRule;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;

/** Reads a mapping; whatever is not as it must be stops with the file, the field, the rule and what was found. */
final class MappingFile {

    private static final int MAX_BYTES = 1 << 18;
    private static final int MAX_SENTINELS = 20;
    private static final String NAME = "[a-z0-9][a-z0-9-]{0,39}";

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path file;
    private final Normaliser normaliser;

    MappingFile(Path file, Normaliser normaliser) {
        this.file = file;
        this.normaliser = normaliser;
    }

    /** @param called the file's name without its ending */
    Mapping read(String called) {
        JsonNode root = object(tree(), "the mapping", List.of("name", "topic", "readings", "time", "values"));
        String name = text(root, "", "name");
        if (!name.matches(NAME) || !name.equals(called)) {
            throw bad("name", "must be of a-z 0-9 -, at most 40, and be the file's name, was '" + name + "'");
        }
        return new PathMapping(
                name,
                given(root, "topic").map(node -> rule("topic", text(root, "", "topic"), OwnTopic::of)),
                given(root, "readings").isPresent() ? payloadPath(root, "", "readings") : new PayloadPath("$"),
                given(root, "time").map(this::time),
                values(root),
                normaliser);
    }

    private JsonNode tree() {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw bad("the file", "must have at most " + MAX_BYTES + " bytes, had " + Files.size(file));
            }
            return JSON.readTree(Files.readAllBytes(file));
        } catch (JacksonException e) {
            throw new MappingException(file + ": must be JSON: " + e.getOriginalMessage(), e);
        } catch (NumberFormatException e) {
            throw new MappingException(file + ": a number must have an exponent of less than ten digits", e);
        } catch (IOException e) {
            throw new MappingException(file + ": could not be read", e);
        }
    }

    private PayloadPath payloadPath(JsonNode parent, String within, String field) {
        PayloadPath path = rule(within + field, text(parent, within, field), PayloadPath::new);
        if (!path.isOfPayload()) {
            throw bad(within + field, "must begin with $, was " + path);
        }
        return path;
    }

    private Time time(JsonNode node) {
        object(node, "time", List.of("path", "as", "optional"));
        String as = text(node, "time.", "as");
        Clock clock = switch (as) {
            case "rfc3339" -> Clock.RFC3339;
            case "epoch-millis" -> Clock.EPOCH_MILLIS;
            case "epoch-seconds" -> Clock.EPOCH_SECONDS;
            default -> throw bad("time.as", "must be rfc3339, epoch-millis or epoch-seconds, was '" + as + "'");
        };
        return new Time(rule("time.path", text(node, "time.", "path"), PayloadPath::new), clock, flag(node, "time."));
    }

    private List<Mapped> values(JsonNode root) {
        JsonNode list = root.path("values");
        if (!list.isArray() || list.isEmpty() || list.size() > Reading.MAX_VALUES) {
            throw bad("values", "must be an array of 1 to " + Reading.MAX_VALUES + " objects, was " + shown(list));
        }
        var values = new ArrayList<Mapped>();
        for (int i = 0; i < list.size(); i++) {
            values.add(value(list.get(i), "values[" + i + "]"));
        }
        return List.copyOf(values);
    }

    private Mapped value(JsonNode node, String field) {
        object(node, field, List.of("parameter", "path", "unit", "scale", "absent", "optional"));
        String within = field + ".";
        String code = text(node, within, "parameter");
        Parameter parameter = normaliser
                .find(code)
                .filter(known -> !known.isPanel())
                .orElseThrow(() -> bad(
                        within + "parameter",
                        "must be a key, LOINC or MDC code of the catalogue that has a value, was '" + code + "'"));
        UnitRule unit = unit(node.path("unit"), parameter, within + "unit");
        if (unit.equals(new UnitRule.Fixed("")) && !normaliser.hasOneUnit(code)) {
            throw bad(
                    within + "unit", "must be given, because " + parameter.key() + " may come in several, was nothing");
        }
        return new Mapped(
                code,
                rule(within + "path", text(node, within, "path"), PayloadPath::new),
                unit,
                given(node, "scale").map(scale -> scale(scale, within + "scale")),
                absent(node.path("absent"), within + "absent"),
                flag(node, within));
    }

    private UnitRule unit(JsonNode node, Parameter parameter, String field) {
        if (node.isMissingNode()) {
            return new UnitRule.Fixed("");
        }
        if (node.isTextual()) {
            return new UnitRule.Fixed(ucum(node, parameter, field));
        }
        object(node, field, List.of("path", "ucum"));
        var words = new TreeMap<String, String>();
        if (given(node, "ucum").isPresent()) {
            if (!node.get("ucum").isObject()) {
                throw bad(field + ".ucum", "must be an object of words and units, was " + shown(node.get("ucum")));
            }
            for (Map.Entry<String, JsonNode> word : node.get("ucum").properties()) {
                words.put(word.getKey(), ucum(word.getValue(), parameter, field + ".ucum." + word.getKey()));
            }
        }
        return new UnitRule.At(rule(field + ".path", text(node, field + ".", "path"), PayloadPath::new), words);
    }

    private String ucum(JsonNode node, Parameter parameter, String field) {
        if (!node.isTextual() || !normaliser.allows(parameter, node.asText())) {
            throw bad(field, "must be a UCUM unit that " + parameter.key() + " allows, was " + shown(node));
        }
        return node.asText();
    }

    private BigDecimal scale(JsonNode node, String field) {
        if (!node.isNumber()
                || node.decimalValue().signum() <= 0
                || node.decimalValue().precision() > 9
                || Math.abs(node.decimalValue().scale()) > 9) {
            throw bad(field, "must be a number above 0 with at most 9 digits, was " + shown(node));
        }
        // Ten to a power moves the point and adds no digit.
        return node.decimalValue().stripTrailingZeros();
    }

    private List<String> absent(JsonNode node, String field) {
        if (node.isMissingNode()) {
            return List.of();
        }
        var words = new ArrayList<String>();
        boolean good = node.isArray() && node.size() <= MAX_SENTINELS;
        for (JsonNode word : node) {
            good &= word.isNumber() || word.isTextual();
            words.add(word.isNumber() ? word.decimalValue().toPlainString() : word.asText());
        }
        if (!good) {
            throw bad(field, "must be an array of at most " + MAX_SENTINELS + " numbers and texts, was " + shown(node));
        }
        return List.copyOf(words);
    }

    private boolean flag(JsonNode node, String within) {
        JsonNode flag = node.path("optional");
        if (!flag.isMissingNode() && !flag.isBoolean()) {
            throw bad(within + "optional", "must be true or false, was " + shown(flag));
        }
        return flag.asBoolean(false);
    }

    private JsonNode object(JsonNode node, String field, List<String> members) {
        if (!node.isObject()) {
            throw bad(field, "must be an object, was " + shown(node));
        }
        node.fieldNames().forEachRemaining(name -> {
            if (!members.contains(name)) {
                throw bad(field, "must have the members " + String.join(", ", members) + " only, had '" + name + "'");
            }
        });
        return node;
    }

    private String text(JsonNode parent, String within, String field) {
        JsonNode node = parent.path(field);
        if (!node.isTextual() || node.asText().isEmpty()) {
            throw bad(within + field, "must be a text, was " + shown(node));
        }
        return node.asText();
    }

    private static Optional<JsonNode> given(JsonNode parent, String field) {
        return Optional.ofNullable(parent.get(field));
    }

    private <T> T rule(String field, String text, Function<String, T> reader) {
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException e) {
            throw new MappingException(file + ": " + field + " " + e.getMessage(), e);
        }
    }

    private MappingException bad(String field, String rule) {
        return new MappingException(file + ": " + field + " " + rule);
    }

    private static String shown(JsonNode node) {
        String text = node.isMissingNode() ? "nothing" : node.toString();
        return text.length() > 60 ? text.substring(0, 60) + "..." : text;
    }
}
