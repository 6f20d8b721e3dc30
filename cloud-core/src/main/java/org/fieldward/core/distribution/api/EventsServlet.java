package org.fieldward.core.distribution.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.Sight;
import org.fieldward.core.access.route.Route;
import org.fieldward.core.chart.Author;
import org.fieldward.core.clinical.Events;
import org.fieldward.core.clinical.Events.Answer;
import org.fieldward.core.clinical.Events.Arrival;
import org.fieldward.core.clinical.Events.Form;
import org.fieldward.core.clinical.Events.Made;
import org.fieldward.core.clinical.Events.Receipt;
import org.fieldward.core.clinical.event.Issue;
import org.fieldward.core.clinical.proof.ChartProofs;
import org.fieldward.core.clinical.proof.ChartProofs.State;
import org.fieldward.core.distribution.api.answer.Answers;
import org.fieldward.core.distribution.api.answer.ApiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /api/v1/events}: clinical events to bring, what became of them, and their proof. */
public final class EventsServlet extends HttpServlet {

    public static final String PATH = "/api/v1/events";

    private static final long serialVersionUID = 1;

    private static final Logger LOG = LoggerFactory.getLogger(EventsServlet.class);
    private static final int MAX_BODY = 1 << 20;
    private static final Set<Role> CARE = Set.of(Role.CLINICIAN, Role.NURSE, Role.ADMINISTRATOR);
    private static final Set<Role> PROVING = Set.of(Role.CLINICIAN, Role.NURSE, Role.AUDITOR, Role.ADMINISTRATOR);

    private final transient Events events;
    private final transient ChartProofs proofs;

    public EventsServlet(Events events, ChartProofs proofs) {
        this.events = events;
        this.proofs = proofs;
    }

    /** What may be asked here, and by whom. */
    public static List<Route> routes() {
        return List.of(
                Route.of("POST", PATH, CARE).taking(MAX_BODY, Set.of("application/json", "application/fhir+json")),
                Route.of("GET", PATH + "/{event}", CARE),
                Route.of("GET", PATH + "/{event}/proof", PROVING));
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = Optional.ofNullable(request.getPathInfo()).orElse("/");
        List<String> segments = List.of(path.substring(1).split("/"));
        try {
            switch (request.getMethod()) {
                case "POST" -> take(segments, request, response);
                case "GET", "HEAD" -> get(segments, request, response);
                default -> throw new ApiException(405, "the method must be GET or POST");
            }
        } catch (ApiException e) {
            Answers.refuse(response, e);
        } catch (RuntimeException e) {
            StackTraceElement[] trace = e.getStackTrace();
            // Its message may hold patient data.
            LOG.error(
                    "a request about events failed: {} at {}",
                    e.getClass().getName(),
                    trace.length == 0 ? "an unknown place" : trace[0]);
            Answers.refuse(response, new ApiException(500, "the server could not answer this"));
        }
    }

    /** Absent where the door is open: then everything. */
    private static Author author(HttpServletRequest request) {
        if (request.getAttribute(Caller.class.getName()) instanceof Caller caller) {
            return new Author(caller.subject(), caller.sight().facilities().orElse(Set.of()), caller.sight());
        }
        return new Author("local", Set.of(), Sight.EVERYTHING);
    }

    private void take(List<String> segments, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (!segments.equals(List.of(""))) {
            throw notFound();
        }
        String type = Optional.ofNullable(request.getContentType()).orElse("").toLowerCase(Locale.ROOT);
        Form form = type.startsWith("application/fhir+json") ? Form.FHIR : Form.JSON;
        Author author = author(request);
        var arrival = new Arrival(
                author.agent(),
                Optional.ofNullable(request.getHeader("X-Facility")),
                form,
                ByteString.copyFrom(body(request)));
        switch (events.take(arrival, author)) {
            case Answer.Accepted accepted -> answer(response, 201, accepted.receipt());
            case Answer.Duplicate duplicate -> answer(response, 200, duplicate.receipt());
            case Answer.Refused refused -> refuse(response, refused.issues());
        }
    }

    private static byte[] body(HttpServletRequest request) throws IOException {
        try (InputStream in = request.getInputStream()) {
            byte[] bytes = in.readNBytes(MAX_BODY + 1);
            if (bytes.length > MAX_BODY) {
                throw new ApiException(413, "the body must be at most " + MAX_BODY + " bytes");
            }
            return bytes;
        }
    }

    private void answer(HttpServletResponse response, int status, Receipt receipt) throws IOException {
        response.setHeader("Location", PATH + "/" + receipt.number());
        Answers.write(response, status, json(receipt));
    }

    private static void refuse(HttpServletResponse response, List<Issue> issues) throws IOException {
        int status = switch (issues.getFirst().code()) {
            case STRUCTURE -> 400;
            case FORBIDDEN -> 403;
            case CONFLICT -> 409;
            case REQUIRED, VALUE, NOT_FOUND -> 422;
        };
        ObjectNode outcome = JsonNodeFactory.instance.objectNode().put("resourceType", "OperationOutcome");
        var list = outcome.putArray("issue");
        for (Issue issue : issues) {
            ObjectNode one = list.addObject();
            one.put("severity", "error").put("code", issue.code().text());
            one.put("diagnostics", (issue.element().isEmpty() ? "" : issue.element() + " ") + issue.rule());
            if (!issue.element().isEmpty()) {
                one.putArray("expression").add(issue.element());
            }
        }
        Answers.write(response, status, outcome);
    }

    private void get(List<String> segments, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Sight sight = author(request).sight();
        Receipt receipt = events.receipt(number(segments.getFirst()), sight).orElseThrow(EventsServlet::notFound);
        if (segments.size() == 1) {
            Answers.write(response, 200, json(receipt));
            return;
        }
        if (segments.size() != 2 || !segments.get(1).equals("proof")) {
            throw notFound();
        }
        // Of the main resource, or of that which is asked for.
        Optional<String> wanted = Optional.ofNullable(request.getParameter("of"));
        Made made = receipt.made().stream()
                .filter(one -> wanted.map(one.key().toString()::equals).orElse(true))
                .findFirst()
                .orElseThrow(EventsServlet::notFound);
        String proof = proofs.proof(made.key(), made.version(), sight)
                .orElseThrow(() -> new ApiException(404, "no checkpoint covers it yet"));
        response.setContentType("application/json");
        response.getOutputStream().write(proof.getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode json(Receipt receipt) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("event", receipt.number());
        json.put("id", receipt.id());
        json.put("source", receipt.source());
        json.put("type", receipt.type().text());
        json.put("priority", receipt.priority().text());
        json.put("facility", receipt.facility());
        json.put("patient", "Patient/" + receipt.patient());
        json.put("occurredAt", receipt.occurredAt().toString());
        json.put("arrivedAt", receipt.arrivedAt().toString());
        json.put("processMillis", receipt.processMillis());
        var made = json.putArray("resources");
        receipt.made().forEach(one -> made.add(one.key() + "/_history/" + one.version()));
        var notes = json.putArray("notes");
        receipt.notes().forEach(notes::add);
        receipt.made().stream()
                .findFirst()
                .ifPresent(main -> json.set("anchor", json(proofs.state(main.key(), main.version()))));
        return json;
    }

    private static ObjectNode json(State state) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        switch (state) {
            case State.Pending pending -> json.put("state", "pending");
            case State.Queued queued -> json.put("state", "queued");
            case State.Signed signed -> json.put("state", "signed").put("treeSize", signed.treeSize());
            case State.Anchored anchored -> {
                var places = json.put("state", "anchored").putArray("anchors");
                anchored.places()
                        .forEach(where -> places.addObject()
                                .put("chainId", where.chainId())
                                .put("contract", where.contract())
                                .put("tx", where.tx())
                                .put("block", where.block())
                                .put("state", where.finality()));
            }
        }
        return json;
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw notFound();
        }
    }

    private static ApiException notFound() {
        return new ApiException(404, "there is nothing here by that name");
    }
}
