package org.fieldward.core.webhook;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.function.Function;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Sight;
import org.fieldward.core.webhook.arrival.Arrival;
import org.fieldward.core.webhook.arrival.Arrivals;
import org.fieldward.core.webhook.source.Source;

/** {@code /api/v1/arrivals}: what came, what waits, and trying it again. */
public final class ArrivalsServlet extends HttpServlet {

    private static final long serialVersionUID = 1;
    private static final int MAX_LIMIT = 500;
    private static final int DEFAULT_LIMIT = 100;

    private final transient Arrivals arrivals;
    private final transient Reception reception;
    private final transient Function<String, Optional<Source>> sources;

    public ArrivalsServlet(Arrivals arrivals, Reception reception, Function<String, Optional<Source>> sources) {
        this.arrivals = arrivals;
        this.reception = reception;
        this.sources = sources;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        String path = Optional.ofNullable(request.getPathInfo()).orElse("/");
        List<String> parts = List.of(path.substring(1).split("/"));
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        Optional<Long> number = number(parts.getFirst());
        if (parts.getFirst().isEmpty() && reads) {
            list(request, response);
        } else if (number.isEmpty()) {
            refuse(response, 404, "there is no such arrival");
        } else if (parts.size() == 1 && reads) {
            one(request, response, number.get(), false);
        } else if (parts.size() == 2 && parts.get(1).equals("bytes") && reads) {
            one(request, response, number.get(), true);
        } else if (parts.size() == 2
                && parts.get(1).equals("replay")
                && request.getMethod().equals("POST")) {
            replay(request, response, number.get());
        } else {
            refuse(response, 404, "there is no such arrival, or nothing like that to do with it");
        }
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

    private static boolean isSeen(Arrival arrival, Sight sight) {
        return sight.reaches(List.of(arrival.facility()), List.of(), List.of());
    }

    private void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<Arrival.State> state = Optional.empty();
        String wanted = Optional.ofNullable(request.getParameter("state")).orElse("");
        if (!wanted.isEmpty()) {
            state = List.of(Arrival.State.values()).stream()
                    .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(wanted))
                    .findFirst();
            if (state.isEmpty()) {
                refuse(response, 400, "state must be applied or quarantined");
                return;
            }
        }
        Optional<Long> before =
                Optional.ofNullable(request.getParameter("before")).flatMap(ArrivalsServlet::number);
        int limit = Optional.ofNullable(request.getParameter("limit"))
                .flatMap(ArrivalsServlet::number)
                .map(number -> (int) Math.min(MAX_LIMIT, Math.max(1, number)))
                .orElse(DEFAULT_LIMIT);
        Sight sight = sight(request);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode list = answer.putArray("arrivals");
        List<Arrival> page = arrivals.list(state, before, limit);
        page.stream().filter(arrival -> isSeen(arrival, sight)).forEach(arrival -> list.add(told(arrival)));
        if (page.size() == limit) {
            answer.put("before", page.getLast().number());
        }
        write(response, 200, answer);
    }

    private void one(HttpServletRequest request, HttpServletResponse response, long number, boolean bytes)
            throws IOException {
        Optional<Arrival> found = arrivals.find(number).filter(arrival -> isSeen(arrival, sight(request)));
        if (found.isEmpty()) {
            refuse(response, 404, "there is no such arrival");
        } else if (bytes) {
            response.setContentType("application/octet-stream");
            response.setHeader("Content-Disposition", "attachment; filename=\"arrival-" + number + "\"");
            found.get().bytes().writeTo(response.getOutputStream());
        } else {
            write(response, 200, told(found.get()));
        }
    }

    private void replay(HttpServletRequest request, HttpServletResponse response, long number) throws IOException {
        boolean seen = arrivals.find(number)
                .filter(arrival -> isSeen(arrival, sight(request)))
                .isPresent();
        Optional<Received> received = seen ? reception.replay(number, sources) : Optional.empty();
        if (received.isEmpty()) {
            refuse(response, 404, "there is no such arrival");
            return;
        }
        response.setStatus(received.get().status());
        response.setContentType("application/json");
        response.setCharacterEncoding("UTF-8");
        response.getOutputStream().write(received.get().answer().getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode told(Arrival arrival) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("number", arrival.number());
        node.put("source", arrival.source());
        node.put("facility", arrival.facility());
        arrival.controlId().ifPresent(id -> node.put("controlId", id));
        node.put("kind", arrival.kind());
        node.put("state", arrival.state().name().toLowerCase(Locale.ROOT));
        node.put("arrivedAt", arrival.arrivedAt().toString());
        node.put("settledAt", arrival.settledAt().toString());
        node.put("bytes", arrival.size());
        node.put("attempts", arrival.attempts());
        arrival.place().ifPresent(place -> node.put("place", place));
        arrival.rule().ifPresent(rule -> node.put("rule", rule));
        return node;
    }

    private static void refuse(HttpServletResponse response, int status, String rule) throws IOException {
        write(response, status, JsonNodeFactory.instance.objectNode().put("error", rule));
    }

    private static void write(HttpServletResponse response, int status, JsonNode body) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.setCharacterEncoding("UTF-8");
        response.getOutputStream().write(body.toString().getBytes(StandardCharsets.UTF_8));
    }
}
