package org.fieldward.core.fhir.outline;

import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fieldward.core.fhir.outline.Parts.Part;

/**
 * Draws outlines. Names, codes, systems, units, displays, extensions' addresses, and how often something is there, stand in
 * an outline as they are. Of names of people, numbers, times, texts and ids it has only the form, and how neighbours compare
 * where a rule of R4 compares them: a Period's ends (per-1), a Task's times (inv-1), a Range's (rng-2).
 *
 * <p>Only types whose rules were gone through have outlines ({@link #TYPES}). Whatever is unusual has none either: the
 * validator must see it. Thread-safe.
 */
public final class Outliner {

    /** Types none of whose rules looks behind the forms; a test goes through R4's definitions of them. */
    public static final Set<String> TYPES = Set.of(
            "AllergyIntolerance",
            "Appointment",
            "Communication",
            "Condition",
            "Device",
            "DeviceMetric",
            "DeviceUseStatement",
            "DiagnosticReport",
            "DocumentReference",
            "Encounter",
            "Flag",
            "Group",
            "HealthcareService",
            "ImagingStudy",
            "Immunization",
            "List",
            "Location",
            "Medication",
            "MedicationAdministration",
            "MedicationRequest",
            "MedicationStatement",
            "Observation",
            "Organization",
            "Patient",
            "Practitioner",
            "PractitionerRole",
            "Procedure",
            "Provenance",
            "RelatedPerson",
            "Schedule",
            "ServiceRequest",
            "Slot",
            "Specimen",
            "Task");

    /** Profiles that demand numbers: what claims one has no outline. */
    static final Set<String> BOUNDING = Stream.of("cholesterol", "hdlcholesterol", "ldlcholesterol")
            .map(name -> "http://hl7.org/fhir/StructureDefinition/" + name)
            .collect(Collectors.toUnmodifiableSet());

    /** Strings of these are looked up in terminologies, or parsed. */
    private static final Set<String> LITERAL = Set.of(
            "Age",
            "Coding",
            "Count",
            "DataRequirement",
            "Distance",
            "Duration",
            "Expression",
            "Extension",
            "Money",
            "Quantity",
            "SampledData",
            "Signature",
            "TriggerDefinition");

    private static final Set<String> MOMENTS = Set.of("date", "dateTime", "instant");
    private static final Map<String, List<String>> COMPARED =
            Map.of("Period", List.of("start", "end"), "Task", List.of("authoredOn", "lastModified"));
    private static final String URI_VALUES = "urn:ietf:rfc:3986";
    private static final int MAX_LENGTH = 40_000;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final Parts parts;

    public Outliner(FhirContext context) {
        parts = new Parts(context);
    }

    /** @param json a resource, as the parser's counterpart writes it; empty where it has no outline */
    public Optional<Outline> of(String json) {
        try {
            return JSON.readTree(json) instanceof ObjectNode tree
                            && TYPES.contains(tree.path("resourceType").asText())
                    ? new Drawing().draw(tree)
                    : Optional.empty();
        } catch (JsonProcessingException notJson) {
            return Optional.empty();
        }
    }

    /** One resource being drawn. */
    private final class Drawing {

        private final StringBuilder out = new StringBuilder(1_000);

        Optional<Outline> draw(ObjectNode resource) {
            boolean whole = resource(resource, false) && out.length() <= MAX_LENGTH;
            return whole ? Optional.of(digest()) : Optional.empty();
        }

        private Outline digest() {
            try {
                ByteBuffer digest = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256")
                        .digest(out.toString().getBytes(StandardCharsets.UTF_8)));
                return new Outline(digest.getLong(), digest.getLong());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }

        /** @param inside it is contained, so that its id matters to others */
        private boolean resource(ObjectNode node, boolean inside) {
            String type = node.path("resourceType").asText();
            Optional<BaseRuntimeElementCompositeDefinition<?>> definition =
                    TYPES.contains(type) ? parts.resource(type) : Optional.empty();
            if (definition.isEmpty()) {
                return false;
            }
            out.append(type);
            if (!inside && node.hasNonNull("id")) {
                if (!Forms.isId(node.get("id").asText())) {
                    return false;
                }
                node.put("id", "x");
            }
            node.remove("resourceType");
            return object(node, definition.get());
        }

        private boolean object(ObjectNode node, BaseRuntimeElementCompositeDefinition<?> definition) {
            if (node.isEmpty() || !isUsual(node, definition.getName())) {
                return false;
            }
            out.append('{');
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                out.append(field.getKey()).append(':');
                Optional<Part> part = parts.of(definition, field.getKey());
                if (part.isEmpty() || !values(field.getValue(), part.get(), definition.getName())) {
                    return false;
                }
            }
            out.append('}');
            List<String> compared = COMPARED.getOrDefault(definition.getName(), List.of());
            return compared.stream().allMatch(node::has) && !compared.isEmpty()
                    ? order(node.get(compared.get(0)), node.get(compared.get(1)))
                    : range(node);
        }

        /** What rules tie together otherwise than by being there. */
        private boolean isUsual(ObjectNode node, String type) {
            for (JsonNode profile : node.path("profile")) {
                if (type.equals("Meta") && BOUNDING.contains(profile.asText())) {
                    return false;
                }
            }
            return !(type.equals("Attachment") && node.has("data"))
                    && !(type.equals("Identifier")
                            && node.path("system").asText().equals(URI_VALUES));
        }

        private boolean order(JsonNode one, JsonNode other) {
            Optional<Character> order = Moment.read(one.asText())
                    .flatMap(first -> Moment.read(other.asText()).flatMap(first::order));
            order.ifPresent(out::append);
            return order.isPresent();
        }

        private boolean range(ObjectNode node) {
            if (!node.has("low") || !node.has("high")) {
                return true;
            }
            JsonNode low = node.get("low");
            JsonNode high = node.get("high");
            if (!low.path("value").isNumber() || !high.path("value").isNumber()) {
                return false;
            }
            if (!low.path("code").equals(high.path("code"))
                    || !low.path("system").equals(high.path("system"))
                    || !low.path("unit").equals(high.path("unit"))) {
                return false;
            }
            BigDecimal from = low.get("value").decimalValue();
            out.append(from.compareTo(high.get("value").decimalValue()) <= 0 ? '<' : '>');
            return true;
        }

        private boolean values(JsonNode value, Part part, String holder) {
            if (!value.isArray()) {
                return value(value, part, holder);
            }
            out.append('[');
            for (JsonNode item : value) {
                if (!value(item, part, holder)) {
                    return false;
                }
                out.append(',');
            }
            out.append(']');
            return !value.isEmpty();
        }

        private boolean value(JsonNode value, Part part, String holder) {
            return switch (part) {
                case Part.Composite composite ->
                    value instanceof ObjectNode object && object(object, composite.definition());
                case Part.Contained contained -> value instanceof ObjectNode object && resource(object, true);
                case Part.Narrative narrative -> value.isTextual() && narrative(value.asText());
                case Part.Primitive primitive -> value.isValueNode() && primitive(value, primitive.type(), holder);
            };
        }

        private boolean narrative(String div) {
            var tags = new StringBuilder();
            boolean told = Markup.write(div, tags);
            literal(tags);
            return told;
        }

        /** With its length before it, so that none can pass for another's surroundings. */
        private void literal(CharSequence text) {
            out.append('"').append(text.length()).append(':').append(text);
        }

        private boolean primitive(JsonNode value, String type, String holder) {
            if (value.isNull()) {
                return false;
            }
            String text = value.isNumber() ? value.numberValue().toString() : value.asText();
            Optional<String> form = form(type, text, holder);
            if (form.isPresent()) {
                out.append(value.isTextual() ? '\'' : '#').append(form.get());
            } else if (isOdd(type)) {
                return false;
            } else {
                literal(text);
            }
            return true;
        }

        /** Without a form it would stand for many that are alike. */
        private static boolean isOdd(String type) {
            return MOMENTS.contains(type) || type.equals("decimal") || type.equals("time") || type.endsWith("Int");
        }

        private static Optional<String> form(String type, String text, String holder) {
            return switch (type) {
                case "string", "markdown" ->
                    LITERAL.contains(holder) || !Forms.isPlain(text) ? Optional.empty() : Optional.of("t");
                case Parts.POINTER -> Forms.pointer(text);
                case "decimal" -> Forms.decimal(text);
                case "integer", "positiveInt", "unsignedInt" -> Forms.whole(text);
                case "date", "dateTime", "instant" ->
                    Moment.read(text).map(moment -> Character.toString(moment.form()));
                case "time" -> Forms.isTime(text) ? Optional.of("h") : Optional.empty();
                case "url" -> Forms.isWeb(text) ? Optional.of("web") : Optional.empty();
                case "uri", "oid", "uuid" -> LITERAL.contains(holder) ? Optional.empty() : Forms.address(text);
                default -> Optional.empty();
            };
        }
    }
}
