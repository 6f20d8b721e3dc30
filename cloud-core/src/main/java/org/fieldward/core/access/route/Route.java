package org.fieldward.core.access.route;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Role;

/**
 * One kind of request to the HTTP door, with what it asks of whoever makes it. What no route tells of is not found.
 *
 * @param method GET stands for HEAD too
 * @param path segments; <code>{name}</code> is any one segment, {@code **} at the end any rest, also none
 * @param roles who may; empty: anyone, signed in or not
 * @param types media types that a body may have, without parameters
 * @param maxBody bytes
 */
public record Route(String method, String path, Set<Role> roles, Set<String> types, long maxBody) {

    public static final long MEBIBYTE = 1 << 20;
    private static final Set<String> JSON = Set.of("application/json");

    public Route {
        roles = Set.copyOf(roles);
        types = Set.copyOf(types);
    }

    /** JSON of at most 1 MiB. */
    public static Route of(String method, String path, Set<Role> roles) {
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("roles of " + path + " must name one; what is for all says so");
        }
        return new Route(method, path, roles, JSON, MEBIBYTE);
    }

    /** For everybody; whoever serves it makes sure itself of who is calling, where that matters. */
    public static Route anyone(String method, String path) {
        return new Route(method, path, Set.of(), JSON, MEBIBYTE);
    }

    /** The same with other bodies. */
    public Route taking(long bytes, Set<String> mediaTypes) {
        return new Route(method, path, roles, mediaTypes, bytes);
    }

    public boolean isForAnyone() {
        return roles.isEmpty();
    }

    /** The values of its named segments, if the path is one of its. */
    public Optional<Map<String, String>> match(String asked) {
        return match(List.of(path.split("/", -1)), List.of(asked.split("/", -1)));
    }

    /** Of both the segments. */
    static Optional<Map<String, String>> match(List<String> wanted, List<String> given) {
        var values = new HashMap<String, String>();
        for (int i = 0; i < wanted.size(); i++) {
            String segment = wanted.get(i);
            if (segment.equals("**")) {
                return Optional.of(Map.copyOf(values));
            }
            if (i >= given.size()) {
                return Optional.empty();
            }
            if (segment.startsWith("{") && !given.get(i).isEmpty()) {
                values.put(segment.substring(1, segment.length() - 1), given.get(i));
            } else if (!segment.equals(given.get(i))) {
                return Optional.empty();
            }
        }
        return given.size() == wanted.size() ? Optional.of(Map.copyOf(values)) : Optional.empty();
    }

    /** Of two that match, the one that comes first says more: a word before a name before any rest. */
    static int compare(Route one, Route other) {
        List<String> left = List.of(one.path.split("/", -1));
        List<String> right = List.of(other.path.split("/", -1));
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            int order = Integer.compare(width(left.get(i)), width(right.get(i)));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(right.size(), left.size());
    }

    private static int width(String segment) {
        if (segment.equals("**")) {
            return 2;
        }
        return segment.startsWith("{") ? 1 : 0;
    }
}
