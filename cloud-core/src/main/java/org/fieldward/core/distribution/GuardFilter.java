package org.fieldward.core.distribution;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.route.Routes;
import org.fieldward.core.distribution.entry.Callers;
import org.fieldward.core.distribution.entry.Gate;
import org.fieldward.core.distribution.entry.KeptResponse;
import org.fieldward.core.distribution.entry.Trail;
import org.fieldward.core.distribution.socket.Sockets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the {@link Guard} about every request and the {@link Gate} about whoever makes it, and puts the security headers on
 * every answer. Who comes through finds the caller in the request's attributes.
 */
final class GuardFilter extends HttpFilter {

    private static final long serialVersionUID = 1;

    private static final Logger LOG = LoggerFactory.getLogger(GuardFilter.class);

    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final transient Guard guard;
    private final transient Gate gate;
    private final transient Trail trail;

    GuardFilter(Guard guard, Gate gate, Trail trail) {
        this.guard = guard;
        this.gate = gate;
        this.trail = trail;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String path = request.getRequestURI();
        response.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        if (path.startsWith("/fhir") || path.startsWith("/api")) {
            response.setHeader("Cache-Control", "no-store");
        }
        switch (guard.judge(facts(request, path))) {
            case Guard.Decision.Enter known -> admit(known.match(), request, response, chain);
            case Guard.Decision.Refuse refuse -> {
                if (refuse.status() == 405) {
                    response.setHeader("Allow", String.join(", ", guard.methods(path)));
                }
                refuse(response, path, refuse.status(), refuse.rule());
            }
        }
    }

    private void admit(Routes.Match match, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException {
        String path = request.getRequestURI();
        var asked = new Gate.Asked(request.getMethod(), path, match, Callers.shown(request), plea(request));
        switch (gate.judge(asked)) {
            case Gate.Decision.Enter enter -> {
                enter.caller().ifPresent(caller -> Callers.put(request, caller, () -> gate.now(asked, caller)));
                if (enter.emergency().isPresent()) {
                    LOG.warn(
                            "{} broke the glass: the audit has the patient and the reason",
                            enter.caller().map(Caller::subject).orElse(""));
                }
                if (trail.isKept(match, enter)) {
                    var kept = new KeptResponse(response, status -> trail.answered(request, match, enter, status));
                    enter(request, response, kept, chain, kept::settle);
                } else {
                    enter(request, response, response, chain, () -> {});
                }
            }
            case Gate.Decision.Refuse refuse -> {
                if (refuse.caller().isPresent() || !asked.shown().isNothing()) {
                    trail.refused(request, match, refuse);
                }
                refuse(response, path, refuse.status(), refuse.rule());
            }
        }
    }

    private static Optional<Gate.Plea> plea(HttpServletRequest request) {
        // Browsers say "prefetch" here, which is no plea.
        return some(request.getHeader("Purpose"))
                .filter("emergency"::equalsIgnoreCase)
                .map(purpose -> new Gate.Plea(
                        some(request.getHeader("Purpose-Patient")).orElse(""),
                        some(request.getHeader("Purpose-Reason")).orElse("")));
    }

    /**
     * A failure that nobody foresaw is told without its message, which may hold patient data.
     *
     * @param given to whoever serves the request, before {@code response}
     */
    private static void enter(
            HttpServletRequest request,
            HttpServletResponse response,
            HttpServletResponse given,
            FilterChain chain,
            Runnable settle)
            throws IOException {
        try {
            chain.doFilter(request, given);
            settle.run();
        } catch (Trail.LostException e) {
            fail(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "the audit cannot be written now");
        } catch (RuntimeException | ServletException e) {
            StackTraceElement[] trace = e.getStackTrace();
            LOG.error(
                    "a request failed: {} at {}",
                    e.getClass().getName(),
                    trace.length == 0 ? "an unknown place" : trace[0]);
            fail(response, HttpServletResponse.SC_INTERNAL_SERVER_ERROR, "the server could not answer this");
        }
    }

    private static void fail(HttpServletResponse response, int status, String rule) throws IOException {
        if (response.isCommitted()) {
            // The client must see that the answer is not whole.
            throw new IOException("the answer broke off");
        }
        response.reset();
        response.setStatus(status);
        response.setContentType("application/json");
        response.getWriter().write("{\"error\":\"" + rule + "\"}");
    }

    private static Guard.Request facts(HttpServletRequest request, String path) {
        return new Guard.Request(
                request.getMethod(),
                path,
                some(request.getHeader("Host")),
                some(request.getHeader("Origin")),
                some(request.getHeader("Sec-Fetch-Site")),
                some(request.getContentType()),
                request.getContentLengthLong(),
                Sockets.isAsked(request));
    }

    private static void refuse(HttpServletResponse response, String path, int status, String rule) throws IOException {
        response.setStatus(status);
        if (status == 401) {
            response.setHeader("WWW-Authenticate", "Bearer");
        }
        response.setCharacterEncoding("UTF-8");
        if (path.startsWith("/fhir")) {
            String code = switch (status) {
                case 401 -> "login";
                case 403 -> "forbidden";
                case 404 -> "not-found";
                case 405 -> "not-supported";
                case 413 -> "too-long";
                default -> "security";
            };
            response.setContentType("application/fhir+json");
            response.getWriter()
                    .write("{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\""
                            + code + "\",\"diagnostics\":\"" + rule + "\"}]}");
        } else {
            response.setContentType("application/json");
            response.getWriter().write("{\"error\":\"" + rule + "\"}");
        }
    }

    private static Optional<String> some(@Nullable String header) {
        return Optional.ofNullable(header);
    }
}
