package org.fieldward.core.distribution.rest.exchange;

import com.google.protobuf.ByteString;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.fieldward.core.access.Access;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Interaction;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Version;
import org.hl7.fhir.r4.model.Resource;

/**
 * One request.
 *
 * @param base address of the API without a slash at the end
 * @param parameters by name, decoded
 * @param headers by name in small letters
 */
public record Call(
        String method,
        String base,
        Target target,
        Map<String, List<String>> parameters,
        Map<String, String> headers,
        Body body,
        Caller caller) {

    /** What came with it. */
    public sealed interface Body {

        /** @param type media type without parameters, in small letters; empty if none was named */
        record Bytes(String type, ByteString content) implements Body {}

        /** Within a Bundle, where it was read already. */
        record Parsed(Resource resource) implements Body {}

        record None() implements Body {}
    }

    public Call {
        parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
        headers = Map.copyOf(headers);
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT))).filter(value -> !value.isBlank());
    }

    /** The first value of a parameter. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name))
                .flatMap(values -> values.stream().findFirst());
    }

    public Sight sight() {
        return caller.sight();
    }

    /** Whether a role of the caller may see such a thing, also where it comes along with something else. */
    public boolean mayRead(Version version) {
        return Access.may(caller, Interaction.READ, version.key().type());
    }

    /** What {@code Prefer} says of it, such as {@code return} or {@code handling}. */
    public Optional<String> preference(String name) {
        for (String part : header("prefer").orElse("").split("[;,]")) {
            String[] pair = part.strip().split("=", 2);
            if (pair[0].strip().equalsIgnoreCase(name)) {
                return Optional.of(pair.length == 1 ? "" : pair[1].strip());
            }
        }
        return Optional.empty();
    }

    /** Who writes: what is made belongs to all facilities of the caller, or to the one that {@code X-Facility} names. */
    public Author author() {
        Optional<String> one = header("x-facility");
        Optional<Set<String>> own = caller.sight().facilities();
        if (one.isPresent() && own.filter(all -> !all.contains(one.get())).isPresent()) {
            throw Refusal.forbidden("X-Facility must be one of the caller's facilities");
        }
        return new Author(caller.subject(), one.map(Set::of).orElseGet(() -> own.orElse(Set.of())), caller.sight());
    }
}
