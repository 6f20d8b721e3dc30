package org.fieldward.edge.decode.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.fieldward.edge.decode.Arrival;
import org.fieldward.edge.decode.Decoder;
import org.fieldward.edge.decode.Draft;
import org.fieldward.edge.decode.Fault;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.decode.Written;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Value;

/**
 * Our own mapping language: paths to the readings, to their time and to each value.
 *
 * @param readings what it matches is one reading each; an array stands for its elements
 * @param time empty: the payload has none
 */
record PathMapping(
        String name,
        Optional<OwnTopic> topic,
        PayloadPath readings,
        Optional<Time> time,
        List<Mapped> values,
        Normaliser normaliser)
        implements Mapping {

    enum Clock {
        RFC3339,
        EPOCH_MILLIS,
        EPOCH_SECONDS
    }

    record Time(PayloadPath path, Clock clock, boolean optional) {}

    /** How a value's unit is known. */
    sealed interface UnitRule {
        /** @param ucum empty for the catalogue's own */
        record Fixed(String ucum) implements UnitRule {}

        /** @param ucum what the device's words mean; a word that is not there is taken for UCUM */
        record At(PayloadPath path, Map<String, String> ucum) implements UnitRule {}
    }

    /** @param absent numbers and texts with which the device says that there is no value */
    record Mapped(
            String parameter,
            PayloadPath path,
            UnitRule unit,
            Optional<BigDecimal> scale,
            List<String> absent,
            boolean optional) {

        /** For messages: what is meant and where it should be. */
        String place() {
            return parameter + " at " + path;
        }
    }

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}(\\.[0-9]{1,18})?");

    @Override
    public Decoder.Parser parser() {
        return (device, payload, arrivals) -> {
            try {
                return parse(device, payload, arrivals);
            } catch (NumberFormatException e) {
                // The libraries throw it at an exponent of ten digits, and where a filter compares with NaN.
                throw Fault.unreadable("a number in the payload cannot be read");
            }
        };
    }

    private List<Reading> parse(DeviceId device, byte[] payload, Supplier<Arrival> arrivals) {
        var text = new Text(PayloadTree.read(payload));
        var readings = new ArrayList<Reading>();
        for (JsonNode element : elements(text.root)) {
            Draft draft = draft(text, element);
            if (!draft.isEmpty()) {
                Decoder.checkCount(readings.size());
                readings.add(draft.finish(device, arrivals.get()));
            }
        }
        if (readings.isEmpty()) {
            throw Fault.missing("the payload holds none of the values that the mapping " + name + " names");
        }
        return readings;
    }

    private List<JsonNode> elements(JsonNode root) {
        List<JsonNode> found = readings.find(root);
        if (found.isEmpty()) {
            throw Fault.missing("readings at " + readings + " are missing");
        }
        if (found.size() == 1 && found.getFirst().isArray()) {
            JsonNode array = found.getFirst();
            if (array.size() > Decoder.MAX_READINGS) {
                Decoder.checkCount(array.size());
            }
            var elements = new ArrayList<JsonNode>();
            array.forEach(elements::add);
            return elements;
        }
        return found;
    }

    private Draft draft(Text text, JsonNode element) {
        var draft = new Draft();
        for (Mapped value : values) {
            text.one(value.path, element, value.place(), value.optional)
                    .ifPresent(node -> draft.add(value(text, element, value, node)));
        }
        if (time.isPresent() && !draft.isEmpty()) {
            Time when = time.get();
            text.one(when.path, element, "time at " + when.path, when.optional)
                    .ifPresent(node -> draft.measuredAt(instant(when, node)));
        }
        return draft;
    }

    private Value value(Text text, JsonNode element, Mapped value, JsonNode node) {
        if (node.isContainerNode() || node.isBoolean()) {
            throw Fault.invalid(value.place() + " must be a number, was " + kind(node));
        }
        String written = node.asText().strip();
        Optional<AbsentReason> notFinite = Normaliser.notFinite(written);
        if (notFinite.isPresent()) {
            return normaliser.absent(value.parameter, notFinite.get());
        }
        if (isAbsent(value, node, written)) {
            return normaliser.absent(value.parameter, AbsentReason.UNKNOWN);
        }
        BigDecimal number = Written.decimal(value.place(), written);
        if (value.scale.isPresent()) {
            number = Written.decimal(
                    value.place(), number.multiply(value.scale.get()).toString());
        }
        return normaliser.number(value.parameter, number, unit(text, element, value));
    }

    private static boolean isAbsent(Mapped value, JsonNode node, String written) {
        if (value.absent.isEmpty()) {
            return false;
        }
        return value.absent.contains(written)
                || (node.isNumber()
                        && value.absent.stream()
                                .anyMatch(one -> NUMBER.matcher(one).matches()
                                        && new BigDecimal(one).compareTo(node.decimalValue()) == 0));
    }

    private static String unit(Text text, JsonNode element, Mapped value) {
        return switch (value.unit) {
            case UnitRule.Fixed fixed -> fixed.ucum;
            case UnitRule.At at -> {
                JsonNode node = text.one(at.path, element, "the unit of " + value.parameter + " at " + at.path, false)
                        .orElseThrow();
                if (!node.isTextual()) {
                    throw Fault.invalid(
                            "the unit of " + value.parameter + " at " + at.path + " must be a text, was " + kind(node));
                }
                yield at.ucum.getOrDefault(node.asText(), node.asText());
            }
        };
    }

    private static Instant instant(Time when, JsonNode node) {
        String field = "time at " + when.path;
        if (node.isContainerNode() || node.isBoolean()) {
            throw Fault.invalid(field + " must be a time, was " + kind(node));
        }
        return switch (when.clock) {
            case RFC3339 -> Written.rfc3339(field, node.asText());
            case EPOCH_MILLIS -> Written.epochMillis(field, Written.decimal(field, node.asText()));
            case EPOCH_SECONDS -> Written.epochSeconds(field, Written.decimal(field, node.asText()));
        };
    }

    private static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT, POJO -> "an object";
            case ARRAY -> "an array";
            case BOOLEAN -> "true or false";
            case STRING, BINARY -> "a text";
            case NUMBER -> "a number";
            case NULL, MISSING -> "nothing";
        };
    }

    /** One payload. What a path finds from its beginning is looked for once, not once for each reading. */
    private static final class Text {
        private final JsonNode root;
        private final Map<PayloadPath, List<JsonNode>> fromRoot = new IdentityHashMap<>();

        Text(JsonNode root) {
            this.root = root;
        }

        Optional<JsonNode> one(PayloadPath path, JsonNode element, String what, boolean optional) {
            List<JsonNode> found =
                    path.isOfPayload() ? fromRoot.computeIfAbsent(path, fresh -> fresh.find(root)) : path.find(element);
            if (found.size() > 1) {
                throw Fault.invalid(what + " must be one, were " + found.size());
            }
            if (found.isEmpty() && !optional) {
                throw Fault.missing(what + " is missing");
            }
            return found.stream().findFirst();
        }
    }
}
