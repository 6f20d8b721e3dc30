package org.fieldward.core.distribution.entry;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.function.Supplier;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Doorkeeper;
import org.fieldward.core.access.Sight;

/** Who makes a request, as the filter found out. */
public final class Callers {

    static final String COOKIE = "fieldward";
    private static final String NOW = Callers.class.getName() + ".now";

    private Callers() {}

    /** @throws IllegalStateException on a route that anyone may ask */
    public static Caller of(HttpServletRequest request) {
        if (request.getAttribute(Caller.class.getName()) instanceof Caller caller) {
            return caller;
        }
        throw new IllegalStateException("this route was declared for anyone, but asks who is calling");
    }

    public static Sight sight(HttpServletRequest request) {
        return of(request).sight();
    }

    /**
     * Asks, for an answer that goes on, who makes it now: what they may see may have changed, or they signed out, or what
     * was shown ran out. Empty where it must end.
     */
    @SuppressWarnings("unchecked")
    public static Supplier<Optional<Caller>> now(HttpServletRequest request) {
        return request.getAttribute(NOW) instanceof Supplier<?> now
                ? (Supplier<Optional<Caller>>) now
                : Optional::empty;
    }

    public static void put(HttpServletRequest request, Caller caller, Supplier<Optional<Caller>> now) {
        request.setAttribute(Caller.class.getName(), caller);
        request.setAttribute(NOW, now);
    }

    /** What the browser was given at sign-in. */
    static Optional<String> session(HttpServletRequest request) {
        return cookie(request, COOKIE);
    }

    /**
     * The same, where only the header is at hand.
     *
     * @param header {@code Cookie}
     */
    public static Optional<String> session(Optional<String> header) {
        for (String cookie : header.orElse("").split(";")) {
            String[] pair = cookie.strip().split("=", 2);
            if (pair.length == 2 && pair[0].equals(COOKIE)) {
                return Optional.of(pair[1].replaceAll("^\"|\"$", ""));
            }
        }
        return Optional.empty();
    }

    public static Doorkeeper.Shown shown(HttpServletRequest request) {
        return new Doorkeeper.Shown(Optional.ofNullable(request.getHeader("Authorization")), session(request));
    }

    static Optional<String> cookie(HttpServletRequest request, String name) {
        Cookie[] cookies = request.getCookies();
        if (cookies == null) {
            return Optional.empty();
        }
        for (Cookie cookie : cookies) {
            if (cookie.getName().equals(name)) {
                return Optional.ofNullable(cookie.getValue());
            }
        }
        return Optional.empty();
    }
}
