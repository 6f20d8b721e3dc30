package org.fieldward.core.distribution.search;

import java.util.List;
import java.util.Optional;

/**
 * What one resource type can be searched by. The parser and the CapabilityStatement both read this table, so that the
 * statement is true.
 */
public enum Searchable {
    OBSERVATION(
            "Observation",
            List.of(
                    new Parameter("_id", Kind.TOKEN, "logical id"),
                    new Parameter("patient", Kind.REFERENCE, "whom it is about"),
                    new Parameter("subject", Kind.REFERENCE, "whom it is about: always a Patient"),
                    new Parameter("code", Kind.TOKEN, "LOINC or MDC; the panel's code where there are components"),
                    new Parameter("component-code", Kind.TOKEN, "LOINC or MDC of a component"),
                    new Parameter("combo-code", Kind.TOKEN, "code or component-code"),
                    new Parameter("date", Kind.DATE, "when it was measured; a time without a zone is UTC"),
                    new Parameter("device", Kind.REFERENCE, "what measured it"),
                    new Parameter(
                            "category", Kind.TOKEN, "of readings vital-signs, laboratory, or procedure: waveforms"),
                    new Parameter("status", Kind.TOKEN, "every Observation of a reading is final"),
                    new Parameter(
                            "identifier",
                            Kind.TOKEN,
                            "its identifier; of a reading the PHD one, where the device's clock was not corrected"),
                    new Parameter("_lastUpdated", Kind.DATE, "when it came, or was last changed"),
                    new Parameter("_profile", Kind.URI, "claimed profile"),
                    new Parameter("_tag", Kind.TOKEN, "tag"),
                    new Parameter("_security", Kind.TOKEN, "security label"),
                    new Parameter("_source", Kind.URI, "where it came from"),
                    new Parameter("value-quantity", Kind.QUANTITY, "the value; of readings looked up one by one"),
                    new Parameter("value-concept", Kind.TOKEN, "coded value"),
                    new Parameter("value-string", Kind.STRING, "value in words"),
                    new Parameter("value-date", Kind.DATE, "value that is a time"),
                    new Parameter("code-value-quantity", Kind.COMPOSITE, "code$value"),
                    new Parameter("code-value-concept", Kind.COMPOSITE, "code$coded value"),
                    new Parameter("code-value-string", Kind.COMPOSITE, "code$words"),
                    new Parameter("code-value-date", Kind.COMPOSITE, "code$time"),
                    new Parameter("component-value-quantity", Kind.QUANTITY, "a component's value"),
                    new Parameter("component-value-concept", Kind.TOKEN, "a component's coded value"),
                    new Parameter("component-code-value-quantity", Kind.COMPOSITE, "code$value of a component"),
                    new Parameter("component-code-value-concept", Kind.COMPOSITE, "code$coded value of a component"),
                    new Parameter("combo-value-quantity", Kind.QUANTITY, "value, its own or a component's"),
                    new Parameter("combo-value-concept", Kind.TOKEN, "coded value, its own or a component's"),
                    new Parameter("combo-code-value-quantity", Kind.COMPOSITE, "code$value, its own or a component's"),
                    new Parameter(
                            "combo-code-value-concept", Kind.COMPOSITE, "code$coded value, its own or a component's"),
                    new Parameter("data-absent-reason", Kind.TOKEN, "why there is no value"),
                    new Parameter("component-data-absent-reason", Kind.TOKEN, "why a component has no value"),
                    new Parameter(
                            "combo-data-absent-reason", Kind.TOKEN, "why there is no value, its own or a component's"),
                    new Parameter("based-on", Kind.REFERENCE, "what asked for it; no reading has it"),
                    new Parameter("derived-from", Kind.REFERENCE, "what it was made of; no reading has it"),
                    new Parameter("encounter", Kind.REFERENCE, "during which encounter; no reading has it"),
                    new Parameter("focus", Kind.REFERENCE, "what it is about where not the subject; no reading has it"),
                    new Parameter("has-member", Kind.REFERENCE, "its members; no reading has it"),
                    new Parameter("method", Kind.TOKEN, "how it was made; no reading has it"),
                    new Parameter("part-of", Kind.REFERENCE, "of what it is part; no reading has it"),
                    new Parameter("performer", Kind.REFERENCE, "who made it; no reading has it"),
                    new Parameter("specimen", Kind.REFERENCE, "of which specimen; no reading has it")),
            List.of("date", "-date")),
    PATIENT(
            "Patient",
            List.of(
                    new Parameter("_id", Kind.TOKEN, "logical id"),
                    new Parameter("_lastUpdated", Kind.DATE, "when the registry last changed it"),
                    new Parameter("identifier", Kind.TOKEN, "the hospital's own number"),
                    new Parameter("family", Kind.STRING, "beginning of the family name"),
                    new Parameter("given", Kind.STRING, "beginning of the given name"),
                    new Parameter("name", Kind.STRING, "beginning of the family or given name"),
                    new Parameter("gender", Kind.TOKEN, "administrative gender"),
                    new Parameter("birthdate", Kind.DATE, "date of birth")),
            List.of("_id", "-_id")),
    DEVICE(
            "Device",
            List.of(
                    new Parameter("_id", Kind.TOKEN, "logical id"),
                    new Parameter("_lastUpdated", Kind.DATE, "when the registry last changed it"),
                    new Parameter("identifier", Kind.TOKEN, "the name it logs in with"),
                    new Parameter("patient", Kind.REFERENCE, "whom it serves now"),
                    new Parameter("status", Kind.TOKEN, "every device here is active")),
            List.of("_id", "-_id")),
    DEVICE_METRIC(
            "DeviceMetric",
            List.of(
                    new Parameter("_id", Kind.TOKEN, "logical id"),
                    new Parameter("source", Kind.REFERENCE, "the device that measures it"),
                    new Parameter("type", Kind.TOKEN, "LOINC or MDC"),
                    new Parameter("category", Kind.TOKEN, "every metric here is a measurement")),
            List.of("_id"));

    public enum Kind {
        TOKEN,
        REFERENCE,
        DATE,
        STRING,
        QUANTITY,
        COMPOSITE,
        URI
    }

    public record Parameter(String name, Kind kind, String meaning) {}

    private final String type;
    private final List<Parameter> parameters;
    private final List<String> sorts;

    Searchable(String type, List<Parameter> parameters, List<String> sorts) {
        this.type = type;
        this.parameters = parameters;
        this.sorts = sorts;
    }

    /** The FHIR resource type. */
    public String type() {
        return type;
    }

    public List<Parameter> parameters() {
        return parameters;
    }

    /** What {@code _sort} may be. */
    public List<String> sorts() {
        return sorts;
    }

    /** Whether a total is cheap: what readings give is too much to be counted for every page. */
    public boolean isCounted() {
        return this == PATIENT || this == DEVICE;
    }

    /** What {@code _include} may be. */
    public List<String> includes() {
        return this == OBSERVATION
                ? List.of("Observation:subject", "Observation:patient", "Observation:device", "Observation:*")
                : List.of();
    }

    /** Whether it can be searched by that, modifier and chain included. */
    boolean knows(String name) {
        if (this != OBSERVATION || name.indexOf(':') < 0 && name.indexOf('.') < 0) {
            return parameter(name).isPresent();
        }
        if (name.startsWith("_has:")) {
            return name.matches("_has:[A-Z][A-Za-z]+:[a-z-]+:[A-Za-z_:.-]+");
        }
        int end = name.indexOf('.');
        if (end > 0) {
            String through = name.substring(0, end);
            return List.of("patient", "subject", "subject:Patient", "device", "encounter", "performer", "specimen")
                            .contains(through)
                    || through.matches("(performer|based-on|part-of|has-member|derived-from|focus):[A-Z][A-Za-z]+");
        }
        int colon = name.indexOf(':');
        Optional<Parameter> bare = parameter(name.substring(0, colon));
        return switch (name.substring(colon + 1)) {
            case "missing" -> bare.isPresent();
            case "not" -> bare.filter(one -> one.kind() == Kind.TOKEN).isPresent();
            default -> false;
        };
    }

    Optional<Parameter> parameter(String name) {
        return parameters.stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst();
    }
}
