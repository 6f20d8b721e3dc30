package org.fieldward.core.distribution.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.access.Sight;
import org.fieldward.core.access.Territory;
import org.fieldward.core.alert.Incident;
import org.fieldward.core.alert.SqlIncidents;
import org.fieldward.core.distribution.api.answer.Answers;
import org.fieldward.core.distribution.api.answer.ApiException;
import org.fieldward.core.distribution.entry.Callers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /api/v1/alerts}: whom nobody has answered yet, and the answer. */
public final class AlertsServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    private static final Logger LOG = LoggerFactory.getLogger(AlertsServlet.class);
    private static final int MOST = 500;

    private final transient SqlIncidents incidents;
    private final transient Territory territory;
    private final transient InstantSource clock;

    public AlertsServlet(SqlIncidents incidents, Territory territory, InstantSource clock) {
        this.incidents = incidents;
        this.territory = territory;
        this.clock = clock;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = Optional.ofNullable(request.getPathInfo()).orElse("/");
        List<String> segments = List.of(path.substring(1).split("/"));
        try {
            Sight sight = Callers.sight(request);
            if (segments.equals(List.of("")) && request.getMethod().matches("GET|HEAD")) {
                Answers.write(response, 200, list(sight, !"false".equals(request.getParameter("open"))));
            } else if (segments.size() == 2
                    && segments.get(1).equals("acknowledge")
                    && request.getMethod().equals("POST")) {
                acknowledge(segments.getFirst(), sight, request);
                Answers.write(response, 200, JsonNodeFactory.instance.objectNode());
            } else {
                throw notFound();
            }
        } catch (ApiException e) {
            Answers.refuse(response, e);
        } catch (RuntimeException e) {
            LOG.error("a request about alerts failed: {}", e.getClass().getName());
            Answers.refuse(response, new ApiException(500, "the server could not answer this"));
        }
    }

    private ArrayNode list(Sight sight, boolean onlyOpen) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        incidents.list(onlyOpen, MOST).stream()
                .filter(incident -> isSeen(incident, sight))
                .forEach(incident -> write(list.addObject(), incident));
        return list;
    }

    /** Of what came from no gateway only those know who see everything. */
    private boolean isSeen(Incident incident, Sight sight) {
        return incident.gateway().isEmpty() ? sight.isEverything() : territory.seesGateway(sight, incident.gateway());
    }

    private void acknowledge(String number, Sight sight, HttpServletRequest request) {
        Incident incident = Optional.of(number)
                .filter(text -> text.matches("[0-9]{1,18}"))
                .flatMap(text -> incidents.find(Long.parseLong(text)))
                .filter(found -> isSeen(found, sight))
                .orElseThrow(AlertsServlet::notFound);
        incidents.acknowledge(incident.number(), Callers.of(request).subject(), clock.instant());
    }

    private static void write(ObjectNode node, Incident incident) {
        node.put("number", incident.number());
        node.put("rule", incident.rule());
        node.put("gateway", incident.gateway());
        node.put("place", incident.place());
        node.put("what", incident.what());
        node.put("priority", incident.priority());
        node.put("since", incident.raisedAt().toString());
        node.put("seen", incident.seen());
        node.put("level", incident.level());
        incident.acknowledgedAt().ifPresent(at -> node.put("acknowledged", at.toString()));
        incident.acknowledgedBy().ifPresent(by -> node.put("acknowledged_by", by));
        incident.closedAt().ifPresent(at -> node.put("closed", at.toString()));
    }

    private static ApiException notFound() {
        return new ApiException(404, "there is nothing here by that name");
    }
}
