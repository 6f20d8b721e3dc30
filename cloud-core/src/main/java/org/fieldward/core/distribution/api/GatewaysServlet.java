package org.fieldward.core.distribution.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.fieldward.core.access.Sight;
import org.fieldward.core.access.Territory;
import org.fieldward.core.distribution.api.answer.Answers;
import org.fieldward.core.distribution.api.answer.ApiException;
import org.fieldward.core.distribution.api.json.RegistryJson;
import org.fieldward.core.distribution.api.json.StateJson;
import org.fieldward.core.distribution.entry.Callers;
import org.fieldward.core.distribution.live.Lines;
import org.fieldward.core.intake.state.GatewayStates;
import org.fieldward.core.registry.Configurations;
import org.fieldward.core.registry.Configurations.Configuration;
import org.fieldward.core.registry.Configurations.Settled;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /api/v1/gateways}: how each gateway is, and what it is set to from here. */
public final class GatewaysServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    private static final Logger LOG = LoggerFactory.getLogger(GatewaysServlet.class);

    private final transient GatewayStates states;
    private final transient Configurations configurations;
    private final transient Territory territory;

    public GatewaysServlet(GatewayStates states, Configurations configurations, Territory territory) {
        this.states = states;
        this.configurations = configurations;
        this.territory = territory;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = Optional.ofNullable(request.getPathInfo()).orElse("/");
        List<String> segments = List.of(path.substring(1).split("/"));
        try {
            Sight sight = Callers.sight(request);
            JsonNode answer = switch (request.getMethod()) {
                case "GET", "HEAD" -> get(segments, sight);
                case "PUT" -> put(segments, sight, ApiServlet.body(request));
                default -> throw new ApiException(405, "the method must be GET or PUT");
            };
            Answers.write(response, 200, answer);
        } catch (ApiException e) {
            Answers.refuse(response, e);
        } catch (RuntimeException e) {
            LOG.error("a request about gateways failed", e);
            Answers.refuse(response, new ApiException(500, "the server could not answer this"));
        }
    }

    private JsonNode get(List<String> segments, Sight sight) {
        if (segments.equals(List.of(""))) {
            return all(sight);
        }
        if (segments.size() < 2 || !segments.get(1).equals("configuration")) {
            throw notFound();
        }
        String gateway = known(segments.getFirst(), sight);
        if (segments.size() == 2) {
            return present(gateway);
        }
        if (segments.size() == 3 && segments.get(2).equals("history")) {
            ArrayNode history = JsonNodeFactory.instance.arrayNode();
            configurations.history(gateway).forEach(one -> history.add(json(one)));
            return history;
        }
        throw notFound();
    }

    private ArrayNode all(Sight sight) {
        ArrayNode array = StateJson.gateways(states.all().stream()
                .filter(state -> territory.seesGateway(sight, state.gateway()))
                .toList());
        Map<String, Settled> settled = configurations.settled();
        for (JsonNode one : array) {
            String gateway = one.path("gateway").textValue();
            configurations.present(gateway).ifPresent(wanted -> {
                ObjectNode json = ((ObjectNode) one).putObject("configuration").put("version", wanted.version());
                Optional.ofNullable(settled.get(gateway)).ifPresent(said -> json.set("state", json(said)));
            });
        }
        return array;
    }

    private JsonNode put(List<String> segments, Sight sight, JsonNode body) {
        if (segments.size() != 2 || !segments.get(1).equals("configuration")) {
            throw notFound();
        }
        String gateway = known(segments.getFirst(), sight);
        RegistryJson.known(body, List.of("settings"));
        if (!body.path("settings").isObject()) {
            throw new ApiException(400, "settings must be an object of keys and texts");
        }
        var settings = new HashMap<String, String>();
        body.path("settings").properties().forEach(one -> {
            if (!one.getValue().isTextual()) {
                throw new ApiException(400, "each value of settings must be text");
            }
            settings.put(one.getKey(), one.getValue().textValue());
        });
        try {
            if (configurations.set(gateway, settings).isEmpty()) {
                throw notFound();
            }
        } catch (IllegalArgumentException e) {
            throw new ApiException(400, String.valueOf(e.getMessage()));
        }
        return present(gateway);
    }

    /** Version 0: nothing was ever set. The state may be of another version than the one that is wanted now. */
    private ObjectNode present(String gateway) {
        ObjectNode json = configurations
                .present(gateway)
                .map(GatewaysServlet::json)
                .orElseGet(() -> {
                    ObjectNode none = JsonNodeFactory.instance.objectNode().put("version", 0);
                    none.putObject("settings");
                    return none;
                });
        Optional.ofNullable(configurations.settled().get(gateway)).ifPresent(said -> json.set("state", json(said)));
        return json;
    }

    private String known(String gateway, Sight sight) {
        return states.all().stream()
                .map(GatewayStates.GatewayState::gateway)
                .filter(gateway::equals)
                .filter(name -> territory.seesGateway(sight, name))
                .findFirst()
                .orElseThrow(GatewaysServlet::notFound);
    }

    private static ObjectNode json(Configuration configuration) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", configuration.version());
        ObjectNode settings = json.putObject("settings");
        new TreeMap<>(configuration.settings()).forEach(settings::put);
        return json.put("set", Lines.time(configuration.setAt()));
    }

    private static ObjectNode json(Settled settled) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("version", settled.version())
                .put("applied", settled.applied())
                .put("detail", settled.detail())
                .put("said", Lines.time(settled.saidAt()));
    }

    private static ApiException notFound() {
        return new ApiException(404, "there is nothing here by that name");
    }
}
