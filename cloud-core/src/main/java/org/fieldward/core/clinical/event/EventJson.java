package org.fieldward.core.clinical.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.fieldward.core.chart.Key;
import org.fieldward.core.clinical.event.Event.Code;
import org.fieldward.core.clinical.event.Event.Name;
import org.fieldward.core.clinical.event.Event.Payload;
import org.fieldward.core.clinical.event.Event.Person;
import org.fieldward.core.clinical.event.Event.Quantity;
import org.fieldward.core.clinical.event.Event.Result;
import org.fieldward.core.clinical.event.Event.Who;

/** Reads an event from JSON, as {@code docs/clinical-events.md} describes it. Pure. */
public final class EventJson {

    public static final String LOINC = "http://loinc.org";

    private static final int MAX_RESULTS = 100;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:/@+-]{1,128}");
    private static final Pattern UID = Pattern.compile("(0|[1-9][0-9]*)(\\.(0|[1-9][0-9]*))+");
    private static final Set<String> CODE = Set.of("system", "code", "display");

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    static {
        MAPPER.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(20).build());
    }

    /** The event, or everything that is wrong with it. */
    public sealed interface Read {
        record Good(Event event) implements Read {}

        record Bad(List<Issue> issues) implements Read {
            public Bad {
                issues = List.copyOf(issues);
            }
        }
    }

    private EventJson() {}

    public static Read read(byte[] bytes) {
        JsonNode json;
        try {
            json = MAPPER.readTree(bytes);
        } catch (JsonProcessingException e) {
            return new Read.Bad(List.of(new Issue(Issue.Code.STRUCTURE, "", "must be JSON" + place(e))));
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory can be read", e);
        }
        var issues = new ArrayList<Issue>();
        Event event = event(json, issues);
        return issues.isEmpty()
                ? new Read.Good(event)
                : new Read.Bad(issues.stream().distinct().toList());
    }

    private static String place(JsonProcessingException e) {
        return Optional.ofNullable(e.getLocation())
                .map(at -> ": see line " + at.getLineNr() + ", column " + at.getColumnNr())
                .orElse("");
    }

    private static Event event(JsonNode json, List<Issue> issues) {
        Fields fields = Fields.of(
                json, issues, Set.of("id", "type", "priority", "facility", "occurredAt", "patient", "payload"));
        Optional<String> id = fields.optionalText("id");
        if (id.isPresent() && !ID.matcher(id.get()).matches()) {
            fields.wrong("id", "must be 1 to 128 of A-Z a-z 0-9 . _ : / @ + -");
        }
        EventType type = EventType.valueOf(word(fields, "type", EventType.values()));
        Priority priority = Priority.valueOf(word(fields, "priority", Priority.values()));
        Who patient = who(fields.object("patient", Set.of("reference", "identifier", "person")));
        return new Event(
                id,
                type,
                priority,
                fields.optionalText("facility"),
                fields.time("occurredAt"),
                patient,
                payload(type, fields, issues));
    }

    private static Payload payload(EventType type, Fields fields, List<Issue> issues) {
        // What must be in it is the type's to say.
        return issues.stream().anyMatch(issue -> issue.element().equals("type"))
                ? new Payload.Resources(List.of())
                : switch (type) {
                    case PATIENT_ADMISSION -> admission(fields);
                    case LAB_RESULT -> lab(fields);
                    case IMAGING_COMPLETE -> imaging(fields);
                    case MEDICATION_ORDER -> medication(fields);
                };
    }

    private static String word(Fields fields, String name, Enum<?>[] values) {
        List<String> words = Arrays.stream(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .toList();
        return fields.word(name, words, true).toUpperCase(Locale.ROOT);
    }

    private static Who who(Fields fields) {
        Optional<String> reference = fields.optionalText("reference");
        if (reference.isPresent()) {
            String text = reference.get();
            if (!text.startsWith("Patient/") || !Key.isId(text.substring("Patient/".length()))) {
                fields.wrong("reference", "must be Patient/ID");
                reference = Optional.empty();
            } else {
                reference = Optional.of(text.substring("Patient/".length()));
            }
        }
        Optional<Name> identifier = fields.optionalObject("identifier", Set.of("system", "value"))
                .map(one -> new Name(one.text("system"), one.text("value")));
        if (!fields.has("reference") && !fields.has("identifier")) {
            fields.wrong("identifier", "must be there where there is no reference");
        }
        Optional<Person> person = fields.optionalObject("person", Set.of("family", "given", "birthDate", "gender"))
                .map(one -> new Person(
                        one.text("family"),
                        one.optionalText("given").orElse(""),
                        one.date("birthDate"),
                        one.word("gender", List.of("unknown", "male", "female", "other"), false)));
        if (person.isPresent() && identifier.isEmpty()) {
            fields.wrong("person", "needs an identifier beside it");
        }
        return new Who(reference, identifier, person);
    }

    private static Payload admission(Fields event) {
        Fields fields = event.object("payload", Set.of("visit", "bed", "class", "reason"));
        return new Payload.Admission(
                fields.text("visit"),
                fields.optionalText("bed"),
                fields.word("class", List.of("IMP", "EMER", "AMB", "OBSENC"), false),
                fields.optionalText("reason"));
    }

    private static Payload lab(Fields event) {
        Fields fields = event.object("payload", Set.of("accession", "panel", "status", "specimen", "results"));
        return new Payload.Lab(
                fields.optionalText("accession"),
                fields.optionalObject("panel", CODE).map(EventJson::code),
                fields.word("status", List.of("final", "preliminary", "corrected"), false),
                fields.optionalText("specimen"),
                fields
                        .list(
                                "results",
                                MAX_RESULTS,
                                Set.of("test", "value", "unit", "text", "low", "high", "interpretation"))
                        .stream()
                        .map(EventJson::result)
                        .toList());
    }

    private static Result result(Fields fields) {
        Code test = code(fields.object("test", CODE));
        Optional<Quantity> quantity = fields.decimal("value").map(value -> new Quantity(value, fields.text("unit")));
        Optional<String> words = fields.optionalText("text");
        if (fields.has("value") == fields.has("text")) {
            fields.wrong("value", "must be there, or text instead of it");
        }
        var low = fields.decimal("low");
        var high = fields.decimal("high");
        if (low.isPresent() && high.isPresent() && low.get().compareTo(high.get()) > 0) {
            fields.wrong("low", "must not be greater than high");
        }
        Optional<String> interpretation = fields.has("interpretation")
                ? Optional.of(fields.word(
                        "interpretation", List.of("N", "L", "H", "LL", "HH", "A", "AA", "POS", "NEG"), true))
                : Optional.empty();
        return new Result(test, quantity, words, low, high, interpretation);
    }

    private static Payload imaging(Fields event) {
        Fields fields = event.object(
                "payload", Set.of("accession", "studyUid", "modality", "series", "instances", "description", "report"));
        String uid = fields.text("studyUid", UID, "must be a DICOM UID: numbers separated by dots");
        if (uid.length() > 64) {
            fields.wrong("studyUid", "must be at most 64 characters");
        }
        return new Payload.Imaging(
                fields.text("accession"),
                uid,
                fields.word(
                        "modality",
                        List.of("CR", "CT", "DX", "MG", "MR", "NM", "OT", "PT", "RF", "US", "XA", "ECG", "ES", "IO"),
                        true),
                fields.count("series", 10_000),
                fields.count("instances", 1_000_000),
                fields.optionalText("description"),
                fields.optionalObject("report", Set.of("status", "conclusion"))
                        .map(report -> new Event.ImagingReport(
                                report.word("status", List.of("final", "preliminary"), false),
                                report.text("conclusion"))));
    }

    private static Payload medication(Fields event) {
        Fields fields =
                event.object("payload", Set.of("order", "drug", "status", "dose", "route", "instruction", "reason"));
        return new Payload.Medication(
                fields.optionalText("order"),
                code(fields.object("drug", CODE)),
                fields.word("status", List.of("active", "on-hold", "cancelled", "completed", "stopped"), false),
                fields.optionalObject("dose", Set.of("value", "unit")).map(EventJson::dose),
                fields.optionalText("route"),
                fields.text("instruction"),
                fields.optionalText("reason"));
    }

    private static Quantity dose(Fields fields) {
        var value = fields.decimal("value");
        if (value.isEmpty() || value.get().signum() <= 0) {
            fields.wrong("value", "must be a number greater than 0");
        }
        return new Quantity(value.orElse(BigDecimal.ONE), fields.text("unit"));
    }

    private static Code code(Fields fields) {
        String code = fields.text("code");
        return new Code(
                fields.optionalText("system").orElse(""),
                code,
                fields.optionalText("display").orElse(code));
    }
}
