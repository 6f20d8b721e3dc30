package org.fieldward.core.distribution.entry;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Doorkeeper;
import org.fieldward.core.access.Sight;

/** Who makes a request, as the filter found out. */
public final class Callers {

    static final String COOKIE = "fieldward";
    private static final String STILL = Callers.class.getName() + ".still";

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

    /** Says, for an answer that goes on, whether what was shown is still good: nobody signed out, nothing ran out. */
    public static BooleanSupplier still(HttpServletRequest request) {
        return request.getAttribute(STILL) instanceof BooleanSupplier still ? still : () -> false;
    }

    public static void put(HttpServletRequest request, Caller caller, BooleanSupplier still) {
        request.setAttribute(Caller.class.getName(), caller);
        request.setAttribute(STILL, still);
    }

    /** What the browser was given at sign-in. */
    public static Optional<String> session(HttpServletRequest request) {
        return cookie(request, COOKIE);
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
