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
                    new Parameter("category", Kind.TOKEN, "vital-signs, laboratory, or procedure: waveforms"),
                    new Parameter("status", Kind.TOKEN, "every Observation here is final"),
                    new Parameter(
                            "identifier", Kind.TOKEN, "PHD identifier, where the device's clock was not corrected")),
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
        STRING
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

    Optional<Parameter> parameter(String name) {
        return parameters.stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst();
    }
}
