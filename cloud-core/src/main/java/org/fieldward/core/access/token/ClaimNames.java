package org.fieldward.core.access.token;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Claims;
import org.fieldward.core.access.Role;
import org.jspecify.annotations.Nullable;

/**
 * Under which names an issuer tells what somebody may. A name with dots leads into objects, such as
 * {@code realm_access.roles}; a value is a list, or text with spaces between.
 *
 * @param patient empty: tokens name no patient
 */
public record ClaimNames(String roles, String facilities, String patient) {

    public static final ClaimNames STANDARD = new ClaimNames("roles", "facilities", "");

    /** Roles that are not known here are left out. */
    Claims read(Map<String, Object> claims) {
        Set<Role> known = EnumSet.noneOf(Role.class);
        for (String role : list(find(claims, roles)).orElse(List.of())) {
            Role.of(role).ifPresent(known::add);
        }
        Optional<Set<String>> named = list(find(claims, facilities)).map(LinkedHashSet::new);
        Optional<String> one = patient.isEmpty()
                ? Optional.empty()
                : list(find(claims, patient)).filter(found -> !found.isEmpty()).map(List::getFirst);
        return new Claims(text(claims, "sub"), name(claims), known, named, one);
    }

    private static String name(Map<String, Object> claims) {
        String name = text(claims, "name");
        return name.isEmpty() ? text(claims, "preferred_username") : name;
    }

    private static String text(Map<String, Object> claims, String name) {
        return claims.get(name) instanceof String text ? text : "";
    }

    private static @Nullable Object find(Map<String, Object> claims, String name) {
        @Nullable Object whole = claims.get(name);
        if (whole != null) {
            return whole;
        }
        @Nullable Object found = claims;
        for (String part : name.split("\\.")) {
            found = found instanceof Map<?, ?> map ? map.get(part) : null;
        }
        return found;
    }

    private static Optional<List<String>> list(@Nullable Object value) {
        if (value instanceof String text) {
            return Optional.of(Arrays.stream(text.split(" "))
                    .filter(part -> !part.isEmpty())
                    .toList());
        }
        if (value instanceof Collection<?> many) {
            return Optional.of(many.stream()
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .filter(part -> !part.isEmpty())
                    .toList());
        }
        return Optional.empty();
    }
}
