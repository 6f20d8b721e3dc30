package org.fieldward.core.distribution.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.fieldward.core.access.Sight;
import org.fieldward.core.access.Territory;
import org.fieldward.core.distribution.api.answer.Answers;
import org.fieldward.core.distribution.api.answer.ApiException;
import org.fieldward.core.distribution.api.json.GapJson;
import org.fieldward.core.distribution.api.json.RegistryJson;
import org.fieldward.core.distribution.api.json.StateJson;
import org.fieldward.core.distribution.api.json.Ward;
import org.fieldward.core.distribution.entry.Callers;
import org.fieldward.core.distribution.entry.Trail;
import org.fieldward.core.registry.Registry;
import org.fieldward.core.registry.Registry.BindResult;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.proto.reading.DeviceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /api/v1}: the registry to read and change, and the state of everything to read. */
public final class ApiServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    private static final Logger LOG = LoggerFactory.getLogger(ApiServlet.class);
    private static final int MAX_BODY = 65_536;

    private final transient Views views;
    private final transient Registry registry;
    private final transient Territory territory;
    private final transient Ward ward;
    private final transient Holding holding;
    private final transient InstantSource clock;

    public ApiServlet(Views views, Territory territory, InstantSource clock) {
        this.views = views;
        this.registry = views.registry();
        this.territory = territory;
        this.ward = new Ward(registry, views.readings(), territory);
        this.holding = new Holding(views, territory);
        this.clock = clock;
    }

    /** An answer to be written. */
    private record Answer(int status, JsonNode body) {}

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = Optional.ofNullable(request.getPathInfo()).orElse("/");
        List<String> segments = List.of(path.substring(1).split("/"));
        try {
            Answer answer = switch (request.getMethod()) {
                case "GET", "HEAD" -> new Answer(200, get(segments, request));
                case "PUT" -> put(segments, body(request), Callers.sight(request));
                case "POST" -> post(segments, body(request), request);
                default -> throw new ApiException(405, "the method must be GET, PUT or POST");
            };
            Answers.write(response, answer.status(), answer.body());
        } catch (ApiException e) {
            Answers.refuse(response, e);
        } catch (RuntimeException e) {
            StackTraceElement[] trace = e.getStackTrace();
            // Its message may hold patient data.
            LOG.error(
                    "an API request failed: {} at {}",
                    e.getClass().getName(),
                    trace.length == 0 ? "an unknown place" : trace[0]);
            Answers.refuse(response, new ApiException(500, "the server could not answer this"));
        }
    }

    private JsonNode get(List<String> segments, HttpServletRequest request) {
        Sight sight = Callers.sight(request);
        if (segments.size() == 1) {
            return switch (segments.getFirst()) {
                case "patients" ->
                    array(registry.patients().stream()
                            .filter(patient -> territory.seesPatient(sight, patient.id()))
                            .map(RegistryJson::write));
                case "devices" ->
                    array(registry.devices().stream()
                            .filter(device -> territory.seesDevice(sight, device.id()))
                            .map(RegistryJson::write));
                case "bindings" ->
                    array(registry.bindings().stream()
                            .filter(binding -> territory.seesPatient(sight, binding.patient()))
                            .map(RegistryJson::write));
                case "alarms" ->
                    StateJson.alarms(views.alarms().active().stream()
                            .filter(alarm -> territory.sees(sight, alarm.patient(), alarm.gateway()))
                            .toList());
                case "anchor" -> StateJson.anchor(views.anchor().get());
                case "ward" -> ward.at(clock.instant(), sight);
                case "quarantine" -> quarantine(request, sight);
                case "gaps" -> GapJson.list(holding.gaps(GapJson.query(request::getParameter), sight));
                default -> throw notFound();
            };
        }
        if (segments.size() == 3
                && segments.getFirst().equals("gaps")
                && segments.get(2).equals("proof")) {
            return views.gaps()
                    .get(number("gap", segments.get(1)))
                    .filter(gap -> territory.seesGateway(sight, gap.record().getGateway()))
                    .flatMap(gap -> GapJson.proof(gap, views.proofs()))
                    .orElseThrow(ApiServlet::notFound);
        }
        if (segments.size() != 2) {
            throw notFound();
        }
        String id = segments.get(1);
        Optional<? extends JsonNode> found = switch (segments.getFirst()) {
            case "patients" ->
                registry.patient(id)
                        .filter(patient -> territory.seesPatient(sight, patient.id()))
                        .map(RegistryJson::write);
            case "devices" ->
                registry.device(RegistryJson.deviceId(id))
                        .filter(device -> territory.seesDevice(sight, device.id()))
                        .map(RegistryJson::write);
            case "bindings" ->
                binding(number("binding", id))
                        .filter(binding -> territory.seesPatient(sight, binding.patient()))
                        .map(RegistryJson::write);
            default -> throw notFound();
        };
        if (found.isEmpty()) {
            throw notFound();
        }
        return found.get();
    }

    private JsonNode quarantine(HttpServletRequest request, Sight sight) {
        Optional<String> reason = Optional.ofNullable(request.getParameter("reason"));
        long after = number(
                "after", Optional.ofNullable(request.getParameter("after")).orElse("0"));
        long limit = number(
                "limit", Optional.ofNullable(request.getParameter("limit")).orElse("100"));
        if (limit < 1 || limit > 1_000) {
            throw new ApiException(400, "limit must be 1 to 1000");
        }
        return StateJson.quarantine(holding.counts(sight), holding.held(reason, after, (int) limit, sight));
    }

    private Answer put(List<String> segments, JsonNode body, Sight sight) {
        if (segments.size() != 2) {
            throw notFound();
        }
        Instant now = clock.instant();
        return switch (segments.getFirst()) {
            case "patients" -> {
                var patient = RegistryJson.patient(segments.get(1), body, now);
                mayPut(patient.id(), sight);
                registry.putPatient(patient);
                sight.facilities().ifPresent(facilities -> registry.addFacilities(patient.id(), facilities));
                yield new Answer(200, RegistryJson.write(patient));
            }
            case "devices" -> {
                DeviceId id = RegistryJson.deviceId(segments.get(1));
                if (!territory.seesDevice(sight, id)) {
                    throw notFound();
                }
                var device = RegistryJson.device(id, body, registry.device(id), now);
                registry.putDevice(device);
                yield new Answer(200, RegistryJson.write(device));
            }
            default -> throw notFound();
        };
    }

    /** Somebody whom they cannot see is not to be overwritten; somebody new must belong somewhere. */
    private void mayPut(String patient, Sight sight) {
        if (registry.patient(patient).isPresent()) {
            if (!territory.seesPatient(sight, patient)) {
                throw notFound();
            }
        } else if (!sight.isEverything() && sight.facilities().map(Set::isEmpty).orElse(true)) {
            throw new ApiException(403, "a new patient must belong to a facility, and you to one");
        }
    }

    private Answer post(List<String> segments, JsonNode body, HttpServletRequest request) {
        Sight sight = Callers.sight(request);
        if (!segments.getFirst().equals("bindings")) {
            throw notFound();
        }
        if (segments.size() == 1) {
            RegistryJson.known(body, List.of("device", "patient", "from", "until"));
            Instant from = RegistryJson.time(body, "from").orElseGet(clock::instant);
            Optional<Instant> until = RegistryJson.time(body, "until");
            if (until.map(end -> !end.isAfter(from)).orElse(false)) {
                throw new ApiException(400, "until must be later than from");
            }
            DeviceId device = RegistryJson.deviceId(RegistryJson.needed(body, "device"));
            String patient = RegistryJson.needed(body, "patient");
            Trail.concerns(request, patient);
            if (!territory.seesDevice(sight, device)) {
                return answer(201, new BindResult.Unknown("device", device.name()));
            }
            if (!territory.seesPatient(sight, patient)) {
                return answer(201, new BindResult.Unknown("patient", patient));
            }
            return answer(201, registry.bind(device, patient, from, until));
        }
        if (segments.size() == 3 && segments.get(2).equals("end")) {
            RegistryJson.known(body, List.of("until"));
            long number = number("binding", segments.get(1));
            Instant until = RegistryJson.time(body, "until").orElseGet(clock::instant);
            Optional<Binding> found =
                    binding(number).filter(binding -> territory.seesPatient(sight, binding.patient()));
            if (found.isEmpty()) {
                return answer(200, new BindResult.Unknown("binding", Long.toString(number)));
            }
            Trail.concerns(request, found.get().patient());
            return answer(200, registry.endBinding(number, until));
        }
        throw notFound();
    }

    private static Answer answer(int status, BindResult result) {
        return switch (result) {
            case BindResult.Bound bound -> new Answer(status, RegistryJson.write(bound.binding()));
            case BindResult.Overlaps overlaps ->
                new Answer(
                        409,
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("error", "the device serves another patient in that time: end that binding first")
                                .put("binding", overlaps.other().number()));
            case BindResult.Unknown unknown ->
                new Answer(
                        422, JsonNodeFactory.instance.objectNode().put("error", "there is no such " + unknown.what()));
        };
    }

    private Optional<Binding> binding(long number) {
        return registry.binding(number);
    }

    static JsonNode body(HttpServletRequest request) throws IOException {
        try (InputStream in = request.getInputStream()) {
            byte[] bytes = in.readNBytes(MAX_BODY + 1);
            if (bytes.length > MAX_BODY) {
                throw new ApiException(413, "the body must be at most " + MAX_BODY + " bytes");
            }
            // An empty body is an empty object.
            return bytes.length == 0 ? JsonNodeFactory.instance.objectNode() : Answers.JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new ApiException(400, "the body must be JSON");
        }
    }

    private static long number(String field, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new ApiException(400, field + " must be a number");
        }
    }

    private static ArrayNode array(Stream<? extends JsonNode> nodes) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        nodes.forEach(array::add);
        return array;
    }

    private static ApiException notFound() {
        return new ApiException(404, "there is nothing here by that name");
    }
}
