package org.fieldward.edge.clinic.record;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether an event has the form that {@code docs/clinical-events.md} asks for, as far as that can be told without knowing
 * anybody: the core looks at all of it. Pure.
 */
public final class EventCheck {

    private static final int MAX_RESULTS = 100;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:/@+-]{1,128}");
    private static final Pattern UID = Pattern.compile("(0|[1-9][0-9]*)(\\.(0|[1-9][0-9]*))+");
    private static final Pattern REFERENCE = Pattern.compile("Patient/[A-Za-z0-9.-]{1,64}");
    private static final Set<String> CODE = Set.of("system", "code", "display");
    private static final Set<String> TYPES =
            Set.of("patient_admission", "lab_result", "imaging_complete", "medication_order");

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    static {
        MAPPER.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(20).build());
    }

    /** What came of it. */
    public sealed interface Checked {

        /** @param id the sender's, or the digest of the bytes by which the core would name it, too */
        record Good(String id, String type) implements Checked {}

        record Bad(List<Fault> faults) implements Checked {
            public Bad {
                faults = List.copyOf(faults);
            }
        }
    }

    private EventCheck() {}

    public static Checked check(byte[] bytes) {
        JsonNode json;
        try {
            json = MAPPER.readTree(bytes);
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            String where = at == null ? "" : ": see line " + at.getLineNr() + ", column " + at.getColumnNr();
            return new Checked.Bad(List.of(new Fault("", "must be JSON" + where)));
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory can be read", e);
        }
        var faults = new ArrayList<Fault>();
        var event = new Fields(json, "", faults)
                .only(Set.of("id", "type", "priority", "facility", "occurredAt", "patient", "payload"));
        String id = event.text("id", false, ID, "must be 1 to 128 of A-Z a-z 0-9 . _ : / @ + -");
        String type = event.word("type", true, TYPES);
        event.word("priority", true, Set.of("low", "medium", "high", "critical"));
        event.text("facility", false);
        event.time("occurredAt");
        event.object("patient", true, Set.of("reference", "identifier", "person"), EventCheck::patient);
        payload(type, event);
        return faults.isEmpty() ? new Checked.Good(id.isEmpty() ? digest(bytes) : id, type) : new Checked.Bad(faults);
    }

    private static void patient(Fields patient) {
        patient.text("reference", false, REFERENCE, "must be Patient/ID");
        patient.object("identifier", false, Set.of("system", "value"), name -> {
            name.text("system", true);
            name.text("value", true);
        });
        if (!patient.has("reference") && !patient.has("identifier")) {
            patient.wrong("identifier", "must be there where there is no reference");
        }
        patient.object("person", false, Set.of("family", "given", "birthDate", "gender"), person -> {
            person.text("family", true);
            person.text("given", false);
            person.date("birthDate");
            person.word("gender", false, Set.of("unknown", "male", "female", "other"));
        });
        if (patient.has("person") && !patient.has("identifier")) {
            patient.wrong("person", "needs an identifier beside it");
        }
    }

    private static void payload(String type, Fields event) {
        switch (type) {
            case "patient_admission" ->
                event.object("payload", true, Set.of("visit", "bed", "class", "reason"), payload -> {
                    payload.text("visit", true);
                    payload.text("bed", false);
                    payload.word("class", false, Set.of("IMP", "EMER", "AMB", "OBSENC"));
                    payload.text("reason", false);
                });
            case "lab_result" ->
                event.object(
                        "payload",
                        true,
                        Set.of("accession", "panel", "status", "specimen", "results"),
                        EventCheck::lab);
            case "imaging_complete" ->
                event.object(
                        "payload",
                        true,
                        Set.of("accession", "studyUid", "modality", "series", "instances", "description", "report"),
                        EventCheck::imaging);
            case "medication_order" ->
                event.object(
                        "payload",
                        true,
                        Set.of("order", "drug", "status", "dose", "route", "instruction", "reason"),
                        EventCheck::medication);
            default -> {
                // The type is wrong, and what must be in the payload is the type's to say.
            }
        }
    }

    private static void lab(Fields payload) {
        payload.text("accession", false);
        payload.object("panel", false, CODE, EventCheck::code);
        payload.word("status", false, Set.of("final", "preliminary", "corrected"));
        payload.text("specimen", false);
        payload.list(
                "results",
                MAX_RESULTS,
                Set.of("test", "value", "unit", "text", "low", "high", "interpretation"),
                result -> {
                    result.object("test", true, CODE, EventCheck::code);
                    result.decimal("value");
                    result.decimal("low");
                    result.decimal("high");
                    result.text("text", false);
                    result.text("unit", result.has("value"));
                    if (result.has("value") == result.has("text")) {
                        result.wrong("value", "must be there, or text instead of it");
                    }
                    result.word("interpretation", false, Set.of("N", "L", "H", "LL", "HH", "A", "AA", "POS", "NEG"));
                });
    }

    private static void imaging(Fields payload) {
        payload.text("accession", true);
        if (payload.text("studyUid", true, UID, "must be a DICOM UID: numbers separated by dots")
                        .length()
                > 64) {
            payload.wrong("studyUid", "must be at most 64 characters");
        }
        payload.word(
                "modality",
                true,
                Set.of("CR", "CT", "DX", "MG", "MR", "NM", "OT", "PT", "RF", "US", "XA", "ECG", "ES", "IO"));
        payload.count("series", 10_000);
        payload.count("instances", 1_000_000);
        payload.text("description", false);
        payload.object("report", false, Set.of("status", "conclusion"), report -> {
            report.word("status", false, Set.of("final", "preliminary"));
            report.text("conclusion", true);
        });
    }

    private static void medication(Fields payload) {
        payload.text("order", false);
        payload.object("drug", true, CODE, EventCheck::code);
        payload.word("status", false, Set.of("active", "on-hold", "cancelled", "completed", "stopped"));
        payload.object("dose", false, Set.of("value", "unit"), dose -> {
            dose.decimal("value");
            if (!dose.has("value")) {
                dose.wrong("value", "must be a number greater than 0");
            }
            dose.text("unit", true);
        });
        payload.text("route", false);
        payload.text("instruction", true);
        payload.text("reason", false);
    }

    private static void code(Fields code) {
        code.text("system", false);
        code.text("code", true);
        code.text("display", false);
    }

    private static String digest(byte[] bytes) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
