package org.fieldward.core.webhook.recorded;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.route.Route;
import org.fieldward.core.webhook.desk.Desk;
import org.fieldward.core.webhook.desk.Listing;
import org.fieldward.core.webhook.recorded.Recorded.State;
import org.fieldward.proto.reading.Document.Purpose;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /api/v1/recorded}: what gateways recorded, what of it waits and why, and trying that again. */
public final class RecordedServlet extends HttpServlet {

    public static final String PATH = "/api/v1/recorded";

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(RecordedServlet.class);
    private static final Set<Role> VIEWERS = Set.of(Role.CLINICIAN, Role.NURSE, Role.TECHNICIAN, Role.ADMINISTRATOR);
    private static final Set<Role> READERS = Set.of(Role.CLINICIAN, Role.NURSE, Role.ADMINISTRATOR);
    private static final Set<Role> KEEPERS = Set.of(Role.TECHNICIAN, Role.ADMINISTRATOR);

    private static final Listing<Recorded, State> LISTING = new Listing<>(
            "recorded", List.of(State.values()), Recorded::number, Recorded::facility, RecordedServlet::told);

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
            Desk.refuse(response, 503, "this cannot be answered now, ask again later");
        }
    }

    private void serve(HttpServletRequest request, HttpServletResponse response) throws IOException {
        List<String> parts = Desk.parts(request);
        boolean reads = Desk.isReading(request);
        if (parts.equals(List.of("")) && reads) {
            LISTING.answer(request, response, recorded::list);
            return;
        }
        Optional<Recorded> found = Desk.number(parts.getFirst())
                .flatMap(recorded::find)
                .filter(one -> Desk.isSeen(request, one.facility()));
        String deed = parts.size() == 2 ? parts.get(1) : "";
        if (found.isEmpty() || parts.size() > 2) {
            Desk.refuse(response, 404, "there is no such document");
        } else if (parts.size() == 1 && reads) {
            Desk.write(response, 200, told(found.get()));
        } else if (deed.equals("bytes") && reads) {
            bytes(response, found.get());
        } else if (deed.equals("replay") && request.getMethod().equals("POST")) {
            Desk.write(response, 200, told(replay.apply(found.get().number()).orElseThrow()));
        } else {
            Desk.refuse(response, 404, "there is nothing like that to do with it");
        }
    }

    private static void bytes(HttpServletResponse response, Recorded document) throws IOException {
        if (document.content().isEmpty()) {
            Desk.refuse(response, 404, "its bytes stand with what it became: see event or arrival");
            return;
        }
        Desk.bytes(response, "recorded-" + document.number(), document.content());
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
}
