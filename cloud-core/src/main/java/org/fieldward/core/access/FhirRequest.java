package org.fieldward.core.access;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a FHIR request is, as far as its method and path say (https://hl7.org/fhir/R4/http.html). Pure.
 *
 * @param type empty where it is about the whole
 * @param id empty where it is about no single resource
 */
public record FhirRequest(Interaction interaction, String type, String id) {

    private static final Pattern TYPE = Pattern.compile("[A-Z][A-Za-z]{1,63}");
    private static final Set<String> READING_OPERATIONS = Set.of(
            "$everything",
            "$proof",
            "$gaps",
            "$validate",
            "$lastn",
            "$stats",
            "$window",
            "$expand",
            "$lookup",
            "$validate-code",
            "$document",
            "$graph",
            "$meta",
            "$export",
            "$status",
            "$get-ws-binding-token",
            "$events",
            "$diff");

    /**
     * @param path behind {@code /fhir}, such as {@code /Patient/17}, not decoded
     * @return empty where it is nothing that FHIR knows
     */
    public static Optional<FhirRequest> of(String method, String path) {
        List<String> segments = List.of(path.split("/")).stream()
                .filter(part -> !part.isEmpty())
                .toList();
        if (segments.isEmpty()) {
            return whole(method);
        }
        String first = segments.getFirst();
        if (segments.size() == 1 && (first.equals("metadata") || first.equals("api-docs"))) {
            return reading(method, Interaction.CAPABILITIES, "", "");
        }
        if (segments.size() == 1 && first.equals("_history")) {
            return reading(method, Interaction.HISTORY, "", "");
        }
        if (first.equals("_search")) {
            return Optional.of(new FhirRequest(Interaction.SEARCH, "", ""));
        }
        if (first.startsWith("$")) {
            return Optional.of(operation(first, "", ""));
        }
        if (!TYPE.matcher(first).matches()) {
            return Optional.empty();
        }
        if (segments.size() == 1) {
            return ofType(method, first);
        }
        return below(method, first, segments.subList(1, segments.size()));
    }

    private static Optional<FhirRequest> whole(String method) {
        return method.equals("POST")
                ? Optional.of(new FhirRequest(Interaction.BATCH, "", ""))
                : reading(method, Interaction.SEARCH, "", "");
    }

    private static Optional<FhirRequest> ofType(String method, String type) {
        return Optional.of(new FhirRequest(
                switch (method) {
                    case "POST" -> Interaction.CREATE;
                    case "PUT" -> Interaction.UPDATE;
                    case "PATCH" -> Interaction.PATCH;
                    case "DELETE" -> Interaction.DELETE;
                    default -> Interaction.SEARCH;
                },
                type,
                ""));
    }

    private static Optional<FhirRequest> below(String method, String type, List<String> rest) {
        String next = rest.getFirst();
        if (next.equals("_search")) {
            return Optional.of(new FhirRequest(Interaction.SEARCH, type, ""));
        }
        if (next.equals("_history")) {
            return reading(method, Interaction.HISTORY, type, "");
        }
        if (next.startsWith("$")) {
            return Optional.of(operation(next, type, ""));
        }
        if (rest.size() == 1) {
            return Optional.of(new FhirRequest(
                    switch (method) {
                        case "PUT" -> Interaction.UPDATE;
                        case "PATCH" -> Interaction.PATCH;
                        case "DELETE" -> Interaction.DELETE;
                        case "POST" -> Interaction.UPDATE;
                        default -> Interaction.READ;
                    },
                    type,
                    next));
        }
        String last = rest.getLast();
        if (rest.get(1).equals("_history") && !last.startsWith("$")) {
            Interaction seen = rest.size() == 2 ? Interaction.HISTORY : Interaction.VREAD;
            return method.equals("DELETE")
                    ? Optional.of(new FhirRequest(Interaction.DELETE, type, next))
                    : reading(method, seen, type, next);
        }
        if (last.startsWith("$")) {
            return Optional.of(operation(last, type, next));
        }
        // A compartment's search: Patient/17/Observation.
        String inner = rest.get(1);
        return TYPE.matcher(inner).matches() || inner.equals("*")
                ? Optional.of(new FhirRequest(Interaction.SEARCH, inner.equals("*") ? "" : inner, next))
                : Optional.empty();
    }

    /** What is not known to change nothing is taken for a change. */
    private static FhirRequest operation(String name, String type, String id) {
        return new FhirRequest(
                READING_OPERATIONS.contains(name) ? Interaction.OPERATION : Interaction.UPDATE, type, id);
    }

    private static Optional<FhirRequest> reading(String method, Interaction interaction, String type, String id) {
        return method.equals("GET") || method.equals("HEAD")
                ? Optional.of(new FhirRequest(interaction, type, id))
                : Optional.empty();
    }
}
