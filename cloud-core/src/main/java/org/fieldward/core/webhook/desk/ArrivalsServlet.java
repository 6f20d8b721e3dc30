package org.fieldward.core.webhook.desk;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.fieldward.core.webhook.Received;
import org.fieldward.core.webhook.Reception;
import org.fieldward.core.webhook.arrival.Arrival;
import org.fieldward.core.webhook.arrival.Arrivals;
import org.fieldward.core.webhook.source.Source;

/** {@code /api/v1/arrivals}: what came, what waits, and trying it again. */
public final class ArrivalsServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    private static final Listing<Arrival, Arrival.State> LISTING = new Listing<>(
            "arrivals", List.of(Arrival.State.values()), Arrival::number, Arrival::facility, ArrivalsServlet::told);

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
        List<String> parts = Desk.parts(request);
        boolean reads = Desk.isReading(request);
        Optional<Long> number = Desk.number(parts.getFirst());
        if (parts.getFirst().isEmpty() && reads) {
            LISTING.answer(request, response, arrivals::list);
        } else if (number.isEmpty()) {
            Desk.refuse(response, 404, "there is no such arrival");
        } else if (parts.size() == 1 && reads) {
            one(request, response, number.get(), false);
        } else if (parts.size() == 2 && parts.get(1).equals("bytes") && reads) {
            one(request, response, number.get(), true);
        } else if (parts.size() == 2
                && parts.get(1).equals("replay")
                && request.getMethod().equals("POST")) {
            replay(request, response, number.get());
        } else {
            Desk.refuse(response, 404, "there is no such arrival, or nothing like that to do with it");
        }
    }

    private void one(HttpServletRequest request, HttpServletResponse response, long number, boolean bytes)
            throws IOException {
        Optional<Arrival> found = arrivals.find(number).filter(arrival -> Desk.isSeen(request, arrival.facility()));
        if (found.isEmpty()) {
            Desk.refuse(response, 404, "there is no such arrival");
        } else if (bytes) {
            Desk.bytes(response, "arrival-" + number, found.get().bytes());
        } else {
            Desk.write(response, 200, told(found.get()));
        }
    }

    private void replay(HttpServletRequest request, HttpServletResponse response, long number) throws IOException {
        boolean seen = arrivals.find(number)
                .filter(arrival -> Desk.isSeen(request, arrival.facility()))
                .isPresent();
        Optional<Received> received = seen ? reception.replay(number, sources) : Optional.empty();
        if (received.isEmpty()) {
            Desk.refuse(response, 404, "there is no such arrival");
            return;
        }
        Desk.write(response, received.get().status(), received.get().answer());
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
}
