package org.fieldward.core.distribution;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.fieldward.core.access.route.Route;
import org.fieldward.core.access.route.Routes;

/**
 * Decides whether a request is one that this door knows, by its headers alone; who makes it is another question. Pure.
 *
 * <p>A request for a host name that is not ours, or one that changes something and was not made by our own page or by a
 * program, is refused: a web page elsewhere must not act through the browser of somebody who may.
 */
final class Guard {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> READING = Set.of("GET", "HEAD");

    /**
     * What the decision is made of; empty where the request has no such header.
     *
     * @param contentLength bytes of the body, -1 if it does not say
     * @param isForSocket whether it asks for a WebSocket, which no browser keeps from pages of other sites
     */
    record Request(
            String method,
            String path,
            Optional<String> host,
            Optional<String> origin,
            Optional<String> fetchSite,
            Optional<String> contentType,
            long contentLength,
            boolean isForSocket) {}

    sealed interface Decision {
        record Enter(Routes.Match match) implements Decision {}

        record Refuse(int status, String rule) implements Decision {}
    }

    private final Set<String> names;
    private final Routes routes;

    Guard(Set<String> names, Routes routes) {
        this.names = Set.copyOf(names);
        this.routes = routes;
    }

    Decision judge(Request request) {
        if (request.host().filter(this::isOurs).isEmpty()) {
            return new Decision.Refuse(421, "Host must be loopback or one of http.names");
        }
        Optional<Routes.Match> match = routes.find(request.method(), request.path());
        if (match.isEmpty()) {
            Set<String> methods = routes.methods(request.path());
            return methods.isEmpty()
                    ? new Decision.Refuse(404, "there is nothing here by that name")
                    : new Decision.Refuse(405, "the method must be one of " + String.join(", ", methods));
        }
        boolean reads = READING.contains(request.method());
        if ((!reads || request.isForSocket()) && !isSameOrigin(request)) {
            return new Decision.Refuse(403, "the request must come from this site's own pages or from a program");
        }
        if (!reads) {
            Optional<Decision> refused = judgeBody(request, match.get().route());
            if (refused.isPresent()) {
                return refused.get();
            }
        }
        return new Decision.Enter(match.get());
    }

    /** Those that the path knows. */
    Set<String> methods(String path) {
        return routes.methods(path);
    }

    private static Optional<Decision> judgeBody(Request request, Route route) {
        if (request.contentLength() > route.maxBody()) {
            return Optional.of(new Decision.Refuse(413, "the body must be at most " + route.maxBody() + " bytes"));
        }
        if (request.method().equals("DELETE") && request.contentType().isEmpty()) {
            return Optional.empty();
        }
        String type = request.contentType()
                .map(value -> value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .orElse("");
        // A form of another site can send its own types without asking first; a search takes one, and changes nothing.
        if (!route.types().contains(type)) {
            return Optional.of(new Decision.Refuse(
                    415, "Content-Type must be one of " + String.join(", ", new TreeSet<>(route.types()))));
        }
        if (request.path().endsWith("/_search") && request.contentLength() < 0) {
            return Optional.of(new Decision.Refuse(411, "_search needs a Content-Length"));
        }
        return Optional.empty();
    }

    private static boolean isSameOrigin(Request request) {
        boolean siteAgrees = request.fetchSite()
                .map(site -> site.equals("same-origin") || site.equals("none"))
                .orElse(true);
        boolean originAgrees = request.origin()
                .map(origin -> origin.equals("http://" + request.host().orElse(""))
                        || origin.equals("https://" + request.host().orElse("")))
                .orElse(true);
        return siteAgrees && originAgrees;
    }

    private boolean isOurs(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        int colon = name.lastIndexOf(':');
        if (colon > name.lastIndexOf(']')) {
            name = name.substring(0, colon);
        }
        return LOOPBACK.contains(name) || names.contains(name);
    }
}
