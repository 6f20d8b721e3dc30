package org.fieldward.core.webhook.recorded;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.Route;
import org.fieldward.core.access.Sight;
import org.fieldward.core.webhook.recorded.Recorded.State;
import org.fieldward.proto.reading.Document.Purpose;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /api/v1/recorded}: what gateways recorded, what of it waits and why, and trying that again. */
public final class RecordedServlet extends HttpServlet {

    public static final String PATH = "/api/v1/recorded";

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(RecordedServlet.class);
    private static final int MAX_LIMIT = 500;
    private static final int DEFAULT_LIMIT = 100;
    private static final Set<Role> VIEWERS = Set.of(Role.CLINICIAN, Role.NURSE, Role.TECHNICIAN, Role.ADMINISTRATOR);
    private static final Set<Role> READERS = Set.of(Role.CLINICIAN, Role.NURSE, Role.ADMINISTRATOR);
    private static final Set<Role> KEEPERS = Set.of(Role.TECHNICIAN, Role.ADMINISTRATOR);

    private final transient SqlRecorded recorded;
    private final transient LongFunction<Optional<Recorded>> replay;

    /** @param replay tries one again that was refused */
    public RecordedServlet(SqlRecorded recorded, LongFunction<Optional<Recorded>> replay) {
        this.recorded = recorded;
        this.replay = replay;
    }

    /** What may be asked here, and by whom. */
    public static List<Route> routes() {
        return List.of(
                Route.of("GET", PATH, VIEWERS),
                Route.of("GET", PATH + "/{number}", VIEWERS),
                // What was said of a patient.
                Route.of("GET", PATH + "/{number}/bytes", READERS),
                Route.of("POST", PATH + "/{number}/replay", KEEPERS));
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        try {
            serve(request, response);
        } catch (RuntimeException e) {
            StackTraceElement[] trace = e.getStackTrace();
            // Its message may hold patient data.
            LOG.error(
                    "a request about recorded documents failed: {} at {}",
                    e.getClass().getName(),
                    trace.length == 0 ? "an unknown place" : trace[0]);
            refuse(response, 503, "this cannot be answered now, ask again later");
        }
    }

    private void serve(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = Optional.ofNullable(request.getPathInfo()).orElse("/");
        List<String> parts = List.of(path.substring(1).split("/"));
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        if (parts.equals(List.of("")) && reads) {
            list(request, response);
            return;
        }
        Optional<Recorded> found = number(parts.getFirst())
                .flatMap(recorded::find)
                .filter(one -> sight(request).reaches(List.of(one.facility()), List.of(), List.of()));
        String deed = parts.size() == 2 ? parts.get(1) : "";
        if (found.isEmpty() || parts.size() > 2) {
            refuse(response, 404, "there is no such document");
        } else if (parts.size() == 1 && reads) {
            write(response, 200, told(found.get()));
        } else if (deed.equals("bytes") && reads) {
            bytes(response, found.get());
        } else if (deed.equals("replay") && request.getMethod().equals("POST")) {
            write(response, 200, told(replay.apply(found.get().number()).orElseThrow()));
        } else {
            refuse(response, 404, "there is nothing like that to do with it");
        }
    }

    private static void bytes(HttpServletResponse response, Recorded document) throws IOException {
        if (document.content().isEmpty()) {
            refuse(response, 404, "its bytes stand with what it became: see event or arrival");
            return;
        }
        response.setContentType("application/octet-stream");
        response.setHeader("Content-Disposition", "attachment; filename=\"recorded-" + document.number() + "\"");
        document.content().writeTo(response.getOutputStream());
    }

    private static Optional<Long> number(String text) {
        return text.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    /** Absent where the door asks nobody who they are. */
    private static Sight sight(HttpServletRequest request) {
        return request.getAttribute(Caller.class.getName()) instanceof Caller caller
                ? caller.sight()
                : Sight.EVERYTHING;
    }

    private void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String wanted = Optional.ofNullable(request.getParameter("state")).orElse("");
        Optional<State> state = List.of(State.values()).stream()
                .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(wanted))
                .findFirst();
        if (!wanted.isEmpty() && state.isEmpty()) {
            refuse(response, 400, "state must be taken or refused");
            return;
        }
        Optional<Long> before =
                Optional.ofNullable(request.getParameter("before")).flatMap(RecordedServlet::number);
        int limit = Optional.ofNullable(request.getParameter("limit"))
                .flatMap(RecordedServlet::number)
                .map(number -> (int) Math.clamp(number, 1, MAX_LIMIT))
                .orElse(DEFAULT_LIMIT);
        Sight sight = sight(request);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode list = answer.putArray("recorded");
        List<Recorded> page = recorded.list(state, before, limit);
        page.stream()
                .filter(one -> sight.reaches(List.of(one.facility()), List.of(), List.of()))
                .forEach(one -> list.add(told(one)));
        if (page.size() == limit) {
            answer.put("before", page.getLast().number());
        }
        write(response, 200, answer);
    }

    private static ObjectNode told(Recorded document) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("number", document.number());
        node.put("gateway", document.origin().gateway());
        node.put("sequence", document.origin().sequence());
        node.put("facility", document.facility());
        node.put("recorder", document.recorder());
        node.put("purpose", document.purpose().word());
        node.put("id", document.id());
        node.put("kind", document.kind());
        node.put("recordedAt", document.recordedAt().toString());
        node.put("arrivedAt", document.arrivedAt().toString());
        node.put("state", document.state().name().toLowerCase(Locale.ROOT));
        node.put("attempts", document.attempts());
        if (!document.detail().isEmpty()) {
            node.put("detail", document.detail());
        }
        document.result()
                .ifPresent(result -> node.put(
                        document.purpose() == Purpose.CLINICAL_EVENT ? "event" : "arrival", result.longValue()));
        return node;
    }

    private static void refuse(HttpServletResponse response, int status, String rule) throws IOException {
        write(response, status, JsonNodeFactory.instance.objectNode().put("error", rule));
    }

    private static void write(HttpServletResponse response, int status, ObjectNode body) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.setCharacterEncoding("UTF-8");
        response.getOutputStream().write(body.toString().getBytes(StandardCharsets.UTF_8));
    }
}
