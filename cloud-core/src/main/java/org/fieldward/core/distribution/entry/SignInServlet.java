package org.fieldward.core.distribution.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Claims;
import org.fieldward.core.access.Doorkeeper;
import org.fieldward.core.access.MachineDoor;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.audit.Entry;
import org.fieldward.core.access.person.People;
import org.fieldward.core.access.person.SignIn;
import org.fieldward.core.access.route.Route;
import org.fieldward.core.access.token.CodeFlow;
import org.fieldward.core.access.token.Provider;

/**
 * {@code /api/v1/sign-in}: who is signed in, signing in, staying and signing out. Our own pages get a cookie that no script
 * can read, programs a token and the secret to renew it with.
 */
public final class SignInServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    private static final String PATH = "/api/v1/sign-in";
    private static final String STATE = "fieldward-state";
    private static final int MAX_BODY = 4_096;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final transient Entrance entrance;
    private final transient Trail trail;
    private final transient InstantSource clock;

    public SignInServlet(Entrance entrance, Trail trail, InstantSource clock) {
        this.entrance = entrance;
        this.trail = trail;
        this.clock = clock;
    }

    /** Whoever is not signed in must reach them; each looks itself at who is calling. */
    public static List<Route> routes() {
        return List.of(
                Route.anyone("GET", PATH),
                Route.anyone("POST", PATH),
                Route.anyone("POST", PATH + "/renew"),
                Route.anyone("POST", PATH + "/end"),
                Route.anyone("GET", PATH + "/provider"),
                Route.anyone("GET", PATH + "/back"));
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        switch (Optional.ofNullable(request.getPathInfo()).orElse("/")) {
            case "/" -> who(request, response);
            case "/provider" -> toProvider(request, response);
            case "/back" -> fromProvider(request, response);
            default -> refuse(response, 404, "there is nothing here by that name");
        }
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<JsonNode> body = body(request);
        if (body.isEmpty()) {
            refuse(response, 400, "the body must be a JSON object of at most " + MAX_BODY + " bytes");
            return;
        }
        switch (Optional.ofNullable(request.getPathInfo()).orElse("/")) {
            case "/" -> signIn(request, body.get(), response);
            case "/renew" -> renew(request, body.get(), response);
            case "/end" -> end(request, body.get(), response);
            default -> refuse(response, 404, "there is nothing here by that name");
        }
    }

    /** Who is calling, or how to sign in. */
    private void who(HttpServletRequest request, HttpServletResponse response) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        switch (entrance.doorkeeper().who(Callers.shown(request))) {
            case Doorkeeper.Answer.Known known -> {
                describe(json.put("signedIn", true), known.caller());
                json.put("open", known.caller().equals(MachineDoor.LOOPBACK));
                known.until()
                        .ifPresent(until -> json.put(
                                "seconds",
                                Duration.between(clock.instant(), until).toSeconds()));
            }
            case Doorkeeper.Answer.Unknown unknown -> json.put("signedIn", false);
        }
        json.put("idleSeconds", entrance.signIn().idle().toSeconds());
        json.put("provider", entrance.provider().isPresent());
        write(response, 200, json);
    }

    private static void describe(ObjectNode json, Caller caller) {
        json.put("subject", caller.subject()).put("name", caller.name());
        caller.roles().stream().map(Role::text).sorted().forEach(json.putArray("roles")::add);
        caller.sight()
                .facilities()
                .ifPresent(facilities -> facilities.stream().sorted().forEach(json.putArray("facilities")::add));
    }

    private void signIn(HttpServletRequest request, JsonNode body, HttpServletResponse response) throws IOException {
        String name = body.path("name").asText("");
        String password = body.path("password").asText("");
        String code = body.path("code").asText("");
        if (code.isEmpty() && (name.isEmpty() || password.isEmpty())) {
            refuse(response, 400, "name and password must be there, or code");
            return;
        }
        String address = request.getRemoteAddr();
        SignIn.Result result = code.isEmpty()
                ? entrance.signIn().withPassword(name, password, address)
                : entrance.signIn().withCode(code, address);
        // What is no name may be a password that was typed into the wrong field.
        String tried = People.NAME.matcher(name).matches() ? name : "";
        switch (result) {
            case SignIn.Result.Welcome welcome -> {
                trail.signed(request, Entry.Kind.SIGN_IN, welcome.who().claims().subject(), Entry.Outcome.DONE);
                welcome(request, response, welcome.who());
            }
            case SignIn.Result.Wrong wrong -> {
                trail.signed(request, Entry.Kind.SIGN_IN, tried, Entry.Outcome.FAILED);
                refuse(
                        response,
                        401,
                        code.isEmpty() ? "name or password is wrong" : "the link was used, or is too old");
            }
            case SignIn.Result.Later later -> {
                trail.signed(request, Entry.Kind.SIGN_IN, tried, Entry.Outcome.REFUSED);
                response.setHeader("Retry-After", Long.toString(later.pause().toSeconds() + 1));
                refuse(response, 429, "too many tries: wait " + (later.pause().toSeconds() + 1) + " seconds");
            }
        }
    }

    private void welcome(HttpServletRequest request, HttpServletResponse response, SignIn.SignedIn who)
            throws IOException {
        ObjectNode json = JSON.createObjectNode();
        describe(json, who.claims().caller());
        json.put("idleSeconds", entrance.signIn().idle().toSeconds());
        json.put("seconds", Duration.between(clock.instant(), who.until()).toSeconds());
        if (isOwnPage(request)) {
            response.addHeader("Set-Cookie", cookie(request, Callers.COOKIE, who.secret(), "Strict", PathOf.ALL, ""));
        } else {
            json.put("token", who.token());
            json.put(
                    "tokenSeconds",
                    Duration.between(clock.instant(), who.tokenUntil()).toSeconds());
            json.put("session", who.secret());
        }
        write(response, 200, json);
    }

    private void renew(HttpServletRequest request, JsonNode body, HttpServletResponse response) throws IOException {
        Optional<SignIn.SignedIn> who = secret(request, body).flatMap(entrance.signIn()::renew);
        if (who.isEmpty()) {
            refuse(response, 401, "the session is over: sign in again");
            return;
        }
        welcome(request, response, who.get());
    }

    private void end(HttpServletRequest request, JsonNode body, HttpServletResponse response) throws IOException {
        Optional<Claims> who = secret(request, body).flatMap(entrance.signIn()::end);
        if (who.isPresent()) {
            trail.signed(request, Entry.Kind.SIGN_OUT, who.get().subject(), Entry.Outcome.DONE);
        }
        response.addHeader("Set-Cookie", cookie(request, Callers.COOKIE, "", "Strict", PathOf.ALL, "; Max-Age=0"));
        write(response, 200, JSON.createObjectNode().put("signedIn", false));
    }

    private void toProvider(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<CodeFlow.Start> start = entrance.provider().flatMap(flow -> flow.begin(backAddress(request)));
        if (start.isEmpty()) {
            refuse(response, 503, "no provider to sign in at answers now");
            return;
        }
        // Not Strict: the browser comes back from another site.
        response.addHeader(
                "Set-Cookie", cookie(request, STATE, start.get().state(), "Lax", PathOf.SESSION, "; Max-Age=600"));
        response.setStatus(HttpServletResponse.SC_FOUND);
        response.setHeader("Location", start.get().address().toString());
    }

    private void fromProvider(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String state = Optional.ofNullable(request.getParameter("state")).orElse("");
        String code = Optional.ofNullable(request.getParameter("code")).orElse("");
        boolean sameBrowser =
                Callers.cookie(request, STATE).filter(state::equals).isPresent();
        if (entrance.provider().isEmpty() || !sameBrowser || code.isEmpty()) {
            trail.signed(request, Entry.Kind.SIGN_IN, "", Entry.Outcome.REFUSED);
            refuse(response, 401, "the sign-in did not begin here: begin again");
            return;
        }
        switch (entrance.provider().get().finish(state, code)) {
            case Provider.Reader.Result.Refused refused -> {
                trail.signed(request, Entry.Kind.SIGN_IN, "", Entry.Outcome.FAILED);
                refuse(response, 401, refused.rule());
            }
            case Provider.Reader.Result.Known known -> {
                SignIn.SignedIn who = entrance.signIn().begin(known.claims());
                trail.signed(request, Entry.Kind.SIGN_IN, known.claims().subject(), Entry.Outcome.DONE);
                response.addHeader(
                        "Set-Cookie", cookie(request, Callers.COOKIE, who.secret(), "Strict", PathOf.ALL, ""));
                response.addHeader("Set-Cookie", cookie(request, STATE, "", "Lax", PathOf.SESSION, "; Max-Age=0"));
                response.setStatus(HttpServletResponse.SC_FOUND);
                response.setHeader("Location", "/");
            }
        }
    }

    /** The guard has made sure that the host is one of ours. */
    private static String backAddress(HttpServletRequest request) {
        String host = Optional.ofNullable(request.getHeader("Host")).orElse("");
        boolean local = host.matches("(localhost|127\\.0\\.0\\.1|\\[::1\\])(:[0-9]+)?");
        return (local ? "http://" : "https://") + host + PATH + "/back";
    }

    private static Optional<String> secret(HttpServletRequest request, JsonNode body) {
        String secret = body.path("session").asText("");
        return secret.isEmpty() ? Callers.session(request) : Optional.of(secret);
    }

    /** Browsers say so by themselves, and no script can make them say something else. */
    private static boolean isOwnPage(HttpServletRequest request) {
        return "same-origin".equals(request.getHeader("Sec-Fetch-Site"));
    }

    private enum PathOf {
        ALL("/"),
        SESSION(PATH);

        private final String path;

        PathOf(String path) {
            this.path = path;
        }
    }

    private static String cookie(
            HttpServletRequest request, String name, String value, String site, PathOf path, String more) {
        String origin = Optional.ofNullable(request.getHeader("Origin")).orElse("");
        String referer = Optional.ofNullable(request.getHeader("Referer")).orElse("");
        // Before us may stand a proxy that speaks TLS; the browser knows.
        boolean secure = origin.startsWith("https://") || referer.startsWith("https://");
        return name + "=" + value + "; Path=" + path.path + "; HttpOnly; SameSite=" + site + (secure ? "; Secure" : "")
                + more;
    }

    private static Optional<JsonNode> body(HttpServletRequest request) throws IOException {
        try (InputStream in = request.getInputStream()) {
            byte[] bytes = in.readNBytes(MAX_BODY + 1);
            if (bytes.length > MAX_BODY) {
                return Optional.empty();
            }
            JsonNode body = bytes.length == 0 ? JSON.createObjectNode() : JSON.readTree(bytes);
            return Optional.of(body).filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static void refuse(HttpServletResponse response, int status, String rule) throws IOException {
        write(response, status, JSON.createObjectNode().put("error", rule));
    }

    private static void write(HttpServletResponse response, int status, JsonNode body) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.setCharacterEncoding("UTF-8");
        JSON.writeValue(response.getOutputStream(), body);
    }
}
