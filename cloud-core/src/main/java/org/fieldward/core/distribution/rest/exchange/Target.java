package org.fieldward.core.distribution.rest.exchange;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Interaction;
import org.fieldward.core.chart.Key;

/**
 * What a request's method and path ask for (https://hl7.org/fhir/R4/http.html).
 *
 * @param type empty: the system
 * @param operation with its {@code $}, or what stands at a place of ours, such as {@code api-docs}
 * @param within of a compartment search: {@code *} or the type that is looked for; {@code type} and {@code id} name the
 *     compartment
 */
public record Target(
        Interaction interaction,
        String type,
        Optional<String> id,
        Optional<String> version,
        Optional<String> operation,
        Optional<String> within) {

    private static final Set<String> PLACES = Set.of("metadata", "api-docs");

    /** @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 404 or 405 if it is none of ours */
    public static Target parse(String method, String path) {
        List<String> segment = Arrays.stream(path.split("/", -1))
                .filter(text -> !text.isEmpty())
                .toList();
        String verb = method.equals("HEAD") ? "GET" : method;
        if (segment.isEmpty()) {
            return system(verb);
        }
        String first = segment.getFirst();
        if (PLACES.contains(first)) {
            require(verb, "GET");
            return segment.size() == 1
                    ? new Target(Interaction.CAPABILITIES, "", none(), none(), Optional.of(first), none())
                    : missing();
        }
        if (first.equals("$export") && segment.size() > 1) {
            // What became of an export: its state, and its files.
            return new Target(
                    Interaction.OPERATION,
                    "",
                    Optional.of(String.join("/", segment.subList(1, segment.size()))),
                    none(),
                    Optional.of(first),
                    none());
        }
        if (first.startsWith("$") || first.startsWith("_")) {
            return segment.size() == 1 ? special(verb, "", none(), first) : missing();
        }
        return ofType(verb, segment);
    }

    private static Target ofType(String verb, List<String> segment) {
        String type = segment.getFirst();
        if (segment.size() == 1) {
            return switch (verb) {
                case "GET" -> plain(Interaction.SEARCH, type);
                case "POST" -> plain(Interaction.CREATE, type);
                case "PUT" -> plain(Interaction.UPDATE, type);
                case "PATCH" -> plain(Interaction.PATCH, type);
                case "DELETE" -> plain(Interaction.DELETE, type);
                default -> throw unfit(verb);
            };
        }
        String second = segment.get(1);
        if (second.startsWith("$") || second.startsWith("_")) {
            return segment.size() == 2 ? special(verb, type, none(), second) : missing();
        }
        if (!Key.isId(second)) {
            return missing();
        }
        Optional<String> id = Optional.of(second);
        if (segment.size() == 2) {
            return switch (verb) {
                case "GET" -> new Target(Interaction.READ, type, id, none(), none(), none());
                case "PUT" -> new Target(Interaction.UPDATE, type, id, none(), none(), none());
                case "PATCH" -> new Target(Interaction.PATCH, type, id, none(), none(), none());
                case "DELETE" -> new Target(Interaction.DELETE, type, id, none(), none(), none());
                default -> throw unfit(verb);
            };
        }
        String third = segment.get(2);
        if (third.equals("_history") && segment.size() == 4) {
            require(verb, "GET");
            return new Target(Interaction.VREAD, type, id, Optional.of(segment.get(3)), none(), none());
        }
        if (third.equals("_history") && segment.size() == 5 && segment.get(4).equals("$proof")) {
            require(verb, "GET");
            return new Target(
                    Interaction.OPERATION, type, id, Optional.of(segment.get(3)), Optional.of(segment.get(4)), none());
        }
        if (segment.size() > 3) {
            return segment.size() == 4 && segment.get(3).equals("_search") && verb.equals("POST")
                    ? new Target(Interaction.SEARCH, type, id, none(), none(), Optional.of(third))
                    : missing();
        }
        if (third.startsWith("$") || third.startsWith("_")) {
            return special(verb, type, id, third);
        }
        require(verb, "GET");
        return new Target(Interaction.SEARCH, type, id, none(), none(), Optional.of(third));
    }

    private static Target system(String verb) {
        if (verb.equals("POST")) {
            return plain(Interaction.BATCH, "");
        }
        throw unfit(verb);
    }

    private static Target special(String verb, String type, Optional<String> id, String word) {
        if (word.startsWith("$")) {
            if (!verb.equals("GET") && !verb.equals("POST")) {
                throw unfit(verb);
            }
            return new Target(Interaction.OPERATION, type, id, none(), Optional.of(word), none());
        }
        if (word.equals("_history")) {
            require(verb, "GET");
            return new Target(Interaction.HISTORY, type, id, none(), none(), none());
        }
        if (word.equals("_search") && id.isEmpty() && !type.isEmpty()) {
            require(verb, "POST");
            return plain(Interaction.SEARCH, type);
        }
        return missing();
    }

    private static Target plain(Interaction interaction, String type) {
        return new Target(interaction, type, none(), none(), none(), none());
    }

    private static void require(String verb, String only) {
        if (!verb.equals(only)) {
            throw unfit(verb);
        }
    }

    private static RuntimeException unfit(String verb) {
        return Refusal.notAllowed("method", verb + " is not for this address");
    }

    private static Target missing() {
        throw Refusal.missing("there is nothing at this address");
    }

    private static Optional<String> none() {
        return Optional.empty();
    }

    /** The resource it names. */
    public Optional<Key> key() {
        return id.filter(text -> !type.isEmpty() && Key.isId(text)).map(text -> new Key(type, text));
    }

    /** The version it names, if that is a number. */
    public Optional<Long> versionNumber() {
        return version.filter(text -> text.matches("[1-9][0-9]{0,17}")).map(Long::parseLong);
    }

    public boolean is(String name) {
        return operation.filter(name::equals).isPresent();
    }
}
