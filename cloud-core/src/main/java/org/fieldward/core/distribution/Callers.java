package org.fieldward.core.distribution;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.fieldward.core.access.Caller;

/** Who makes a request, as the filter found out. */
public final class Callers {

    static final String COOKIE = "fieldward";

    private Callers() {}

    /** @throws IllegalStateException on a route that anyone may ask */
    public static Caller of(HttpServletRequest request) {
        if (request.getAttribute(Caller.class.getName()) instanceof Caller caller) {
            return caller;
        }
        throw new IllegalStateException("this route was declared for anyone, but asks who is calling");
    }

    static void put(HttpServletRequest request, Caller caller) {
        request.setAttribute(Caller.class.getName(), caller);
    }

    static Optional<String> session(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        if (cookies == null) {
            return Optional.empty();
        }
        for (Cookie cookie : cookies) {
            if (cookie.getName().equals(COOKIE)) {
                return Optional.ofNullable(cookie.getValue());
            }
        }
        return Optional.empty();
    }
}
