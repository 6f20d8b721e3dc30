package org.fieldward.core.distribution.edit;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.fieldward.core.access.Access;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Interaction;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.route.Route;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.entry.Callers;
import org.fieldward.core.distribution.rest.door.Concerned;
import org.fieldward.core.edit.Conflict;
import org.fieldward.core.edit.Edits;
import org.fieldward.core.edit.Edits.Answer;
import org.fieldward.core.edit.Edits.Decision;
import org.fieldward.core.edit.Edits.Kept;
import org.fieldward.core.edit.Edits.Settled;
import org.fieldward.core.edit.Edits.Shown;
import org.hl7.fhir.r4.model.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /api/v1/edits}: edits made on an older version; {@code /api/v1/conflicts}: those that wait for a person. */
public final class EditsServlet extends HttpServlet {

    public static final String EDITS = "/api/v1/edits";
    public static final String CONFLICTS = "/api/v1/conflicts";

    private static final long serialVersionUID = 1;

    private static final Logger LOG = LoggerFactory.getLogger(EditsServlet.class);
    private static final FhirContext CONTEXT = FhirContext.forR4Cached();
    private static final int MOST = 500;
    private static final int USUAL = 100;
    private static final int MAX_BODY = 1 << 20;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
            .build();

    /** A request that is answered with an error; the message names field and rule. */
    private static final class Refusal extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final int status;

        Refusal(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private final transient Edits edits;

    public EditsServlet(Edits edits) {
        this.edits = edits;
    }

    /** Who may change which type is asked of each edit besides. */
    public static List<Route> routes(String path) {
        Set<Role> care = EnumSet.of(Role.CLINICIAN, Role.NURSE, Role.ADMINISTRATOR);
        Set<Role> writing = EnumSet.of(Role.CLINICIAN, Role.NURSE, Role.TECHNICIAN, Role.ADMINISTRATOR);
        return path.equals(EDITS)
                ? List.of(Route.of("POST", EDITS, writing))
                : List.of(
                        Route.of("GET", CONFLICTS, care),
                        Route.of("GET", CONFLICTS + "/{number}", care),
                        Route.of("POST", CONFLICTS + "/{number}", care));
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        String rest = Optional.ofNullable(request.getPathInfo()).orElse("/").substring(1);
        boolean posted = request.getMethod().equals("POST");
        try {
            if (request.getServletPath().equals(EDITS)) {
                edit(request, response);
            } else if (rest.isEmpty()) {
                list(request, response);
            } else if (posted) {
                decide(number(rest), request, response);
            } else {
                show(number(rest), request, response);
            }
        } catch (Refusal e) {
            write(response, e.status, error(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            StackTraceElement[] trace = e.getStackTrace();
            // Its message may hold patient data.
            LOG.error(
                    "a request about edits failed: {} at {}",
                    e.getClass().getName(),
                    trace.length == 0 ? "an unknown place" : trace[0]);
            write(response, 500, error("the server could not answer this"));
        }
    }

    private void edit(HttpServletRequest request, HttpServletResponse response) throws IOException {
        JsonNode body = body(request);
        Resource resource = resource(body.path("resource"));
        String id = Optional.ofNullable(resource.getIdElement().getIdPart()).orElse("");
        if (!Key.isId(id)) {
            throw new Refusal(422, "resource.id must name the resource that was edited");
        }
        if (!body.path("baseVersion").canConvertToLong()
                || body.path("baseVersion").asLong() < 1) {
            throw new Refusal(422, "baseVersion must be the number of the version that was edited");
        }
        may(request, resource.fhirType());
        Concerned.note(request, resource);
        Key key = new Key(resource.fhirType(), id);
        switch (edits.apply(key, body.path("baseVersion").asLong(), resource, author(request))) {
            case Answer.Merged merged -> write(response, 200, made("merged", merged.version()));
            case Answer.Unchanged same -> write(response, 200, made("unchanged", same.version()));
            case Answer.Kept kept -> {
                response.setHeader("Location", CONFLICTS + "/" + kept.number());
                ObjectNode answer = JsonNodeFactory.instance.objectNode().put("conflict", kept.number());
                ArrayNode elements = answer.putArray("elements");
                kept.conflicts().forEach(conflict -> elements.add(conflict.element()));
                write(response, 202, answer);
            }
            case Answer.Missing missing -> throw missing();
            case Answer.Refused refused -> throw new Refusal(422, refused.element() + " " + refused.rule());
        }
    }

    private static ObjectNode made(String what, Version version) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("outcome", what)
                .put("resource", version.key().toString())
                .put("version", version.version());
    }

    private void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
        OptionalLong before = Optional.ofNullable(request.getParameter("before"))
                .map(text -> OptionalLong.of(number(text)))
                .orElse(OptionalLong.empty());
        int limit = Optional.ofNullable(request.getParameter("limit"))
                .map(text -> (int) Math.clamp(number(text), 1, MOST))
                .orElse(USUAL);
        boolean open = !"false".equals(request.getParameter("open"));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode list = answer.putArray("conflicts");
        Caller caller = Callers.of(request);
        List<Kept> page = edits.list(open, before, limit, caller.sight());
        page.stream()
                .filter(kept -> Access.may(caller, Interaction.READ, kept.key().type()))
                .forEach(kept -> list.add(told(kept)));
        if (page.size() == limit) {
            answer.put("before", page.getLast().number());
        }
        write(response, 200, answer);
    }

    private static ObjectNode told(Kept kept) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("number", kept.number()).put("resource", kept.key().toString());
        node.put("baseVersion", kept.baseVersion()).put("oursVersion", kept.oursVersion());
        node.put("author", kept.author()).put("keptAt", kept.keptAt().toString());
        kept.decided()
                .ifPresent(decided -> node.putObject("decided")
                        .put("decision", decided.decision())
                        .put("by", decided.by())
                        .put("at", decided.at().toString())
                        .put("version", decided.version()));
        return node;
    }

    private Shown shown(long number, HttpServletRequest request, Interaction interaction) {
        Shown shown = edits.find(number, Callers.sight(request)).orElseThrow(EditsServlet::missing);
        if (!Access.may(Callers.of(request), interaction, shown.kept().key().type())) {
            throw new Refusal(403, "your role may not do this with such a resource");
        }
        Concerned.note(
                request, CONTEXT.newJsonParser().parseResource(shown.theirs().toString()));
        return shown;
    }

    private void show(long number, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Shown shown = shown(number, request, Interaction.READ);
        ObjectNode node = told(shown.kept());
        node.put("version", shown.version());
        node.set("base", shown.base());
        shown.ours().ifPresent(ours -> node.set("ours", ours));
        node.set("theirs", shown.theirs());
        shown.merged().ifPresent(merged -> node.set("merged", merged));
        ArrayNode conflicts = node.putArray("conflicts");
        for (Conflict conflict : shown.conflicts()) {
            ObjectNode one = conflicts.addObject().put("element", conflict.element());
            put(one, "base", conflict.base());
            put(one, "ours", conflict.ours());
            put(one, "theirs", conflict.theirs());
        }
        write(response, 200, node);
    }

    private static void put(ObjectNode node, String name, JsonNode value) {
        if (!value.isMissingNode()) {
            node.set(name, value);
        }
    }

    private void decide(long number, HttpServletRequest request, HttpServletResponse response) throws IOException {
        JsonNode body = body(request);
        Shown shown = shown(number, request, Interaction.UPDATE);
        Decision decision = switch (body.path("decision").asText()) {
            case "ours" -> new Decision.Ours();
            case "theirs" -> new Decision.Theirs();
            case "merged" -> {
                Resource resource = resource(body.path("resource"));
                if (!resource.fhirType().equals(shown.kept().key().type())) {
                    throw new Refusal(422, "resource.resourceType must be that of the conflict");
                }
                yield new Decision.Merged(resource);
            }
            default -> throw new Refusal(422, "decision must be ours, theirs or merged");
        };
        if (!body.path("version").canConvertToLong()) {
            throw new Refusal(422, "version must be that of ours when it was looked at");
        }
        switch (edits.decide(number, decision, body.path("version").asLong(), author(request))) {
            case Settled.Done done -> write(response, 200, made("decided", done.version()));
            case Settled.Missing missing -> throw missing();
            case Settled.Already already ->
                throw new Refusal(
                        409, "it was decided already: " + already.decided().decision());
            case Settled.Stale stale ->
                throw new Refusal(409, "version must be the newest, " + stale.newest() + ": look at it again");
            case Settled.Refused refused -> throw new Refusal(422, refused.element() + " " + refused.rule());
        }
    }

    private static void may(HttpServletRequest request, String type) {
        if (type.equals("Subscription")) {
            throw new Refusal(422, "resource.resourceType must not be Subscription, which is checked at its own door");
        }
        if (!Access.may(Callers.of(request), Interaction.UPDATE, type)) {
            throw new Refusal(403, "your role may not change such a resource");
        }
    }

    private static Author author(HttpServletRequest request) {
        Caller caller = Callers.of(request);
        return new Author(caller.subject(), caller.sight().facilities().orElse(Set.of()), caller.sight());
    }

    private static JsonNode body(HttpServletRequest request) throws IOException {
        byte[] bytes = request.getInputStream().readNBytes(MAX_BODY + 1);
        if (bytes.length > MAX_BODY) {
            throw new Refusal(413, "the body must be at most " + MAX_BODY + " bytes");
        }
        try {
            return JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new Refusal(400, "the body must be JSON");
        }
    }

    private static Resource resource(JsonNode json) {
        if (!json.isObject()) {
            throw new Refusal(422, "resource must be a FHIR resource");
        }
        try {
            IParser parser = CONTEXT.newJsonParser();
            parser.setParserErrorHandler(new StrictErrorHandler());
            return (Resource) parser.parseResource(json.toString());
        } catch (DataFormatException | IllegalArgumentException e) {
            // Its own message may quote the resource.
            throw new Refusal(422, "resource must be a FHIR R4 resource without unknown elements");
        }
    }

    private static long number(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw missing();
        }
        return Long.parseLong(text);
    }

    private static Refusal missing() {
        return new Refusal(404, "there is nothing here by that name");
    }

    private static ObjectNode error(String rule) {
        return JsonNodeFactory.instance.objectNode().put("error", rule);
    }

    private static void write(HttpServletResponse response, int status, JsonNode body) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.setCharacterEncoding("UTF-8");
        response.getOutputStream().write(body.toString().getBytes(StandardCharsets.UTF_8));
    }
}
