package org.fieldward.core.distribution;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether a request may enter, by its headers alone. Pure.
 *
 * <p>A bearer token, where one is set, is asked of everything but the console's files and {@code /health}. A request for
 * a host name that is not ours, or one that changes something and was not made by our own page or by a program, is
 * refused: a web page elsewhere must not act through the browser of somebody who may.
 */
final class Guard {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> READING = Set.of("GET", "HEAD");
    private static final Set<String> CHANGING = Set.of("POST", "PUT");

    static final int MAX_BODY = 65_536;

    /**
     * What the decision is made of; empty where the request has no such header.
     *
     * @param contentLength bytes of the body, -1 if it does not say
     */
    record Request(
            String method,
            String path,
            Optional<String> host,
            Optional<String> origin,
            Optional<String> fetchSite,
            Optional<String> contentType,
            long contentLength,
            Optional<String> authorization) {}

    sealed interface Decision {
        record Enter() implements Decision {}

        record Refuse(int status, String rule) implements Decision {}
    }

    private static final Decision ENTER = new Decision.Enter();

    private final Set<String> names;
    private final Optional<byte[]> tokenHash;

    Guard(HttpSettings settings) {
        names = settings.names();
        tokenHash = settings.token().map(token -> hash("Bearer " + token.reveal()));
    }

    Decision judge(Request request) {
        if (!READING.contains(request.method()) && !CHANGING.contains(request.method())) {
            return new Decision.Refuse(405, "the method must be GET, HEAD, POST or PUT");
        }
        if (request.host().filter(this::isOurs).isEmpty()) {
            return new Decision.Refuse(421, "Host must be loopback or one of http.names");
        }
        if (!isAuthorized(request)) {
            return new Decision.Refuse(401, "a bearer token is needed");
        }
        if (READING.contains(request.method())) {
            return ENTER;
        }
        if (!isSameOrigin(request)) {
            return new Decision.Refuse(403, "the request must come from this site's own pages or from a program");
        }
        return judgeBody(request);
    }

    private static Decision judgeBody(Request request) {
        String type = request.contentType()
                .map(value -> value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .orElse("");
        if (request.contentLength() > MAX_BODY) {
            return new Decision.Refuse(413, "the body must be at most " + MAX_BODY + " bytes");
        }
        if (request.path().startsWith("/fhir/") && request.path().endsWith("/_search")) {
            if (request.contentLength() < 0) {
                return new Decision.Refuse(411, "_search needs a Content-Length");
            }
            return type.equals("application/x-www-form-urlencoded")
                    ? ENTER
                    : new Decision.Refuse(415, "_search takes application/x-www-form-urlencoded");
        }
        // A form of another site can send anything but this type without asking first.
        return type.equals("application/json") || type.equals("application/fhir+json")
                ? ENTER
                : new Decision.Refuse(415, "Content-Type must be application/json");
    }

    private boolean isAuthorized(Request request) {
        if (tokenHash.isEmpty() || isOpen(request.path())) {
            return true;
        }
        // Hashes have one length, so that comparing them tells nothing about the token's.
        return request.authorization()
                .filter(header -> MessageDigest.isEqual(hash(header), tokenHash.get()))
                .isPresent();
    }

    /** The console's files and the health check hold nothing about anybody. */
    private static boolean isOpen(String path) {
        return !path.startsWith("/fhir") && !path.startsWith("/api");
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

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
