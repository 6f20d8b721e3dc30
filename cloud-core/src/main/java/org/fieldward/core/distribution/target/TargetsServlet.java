package org.fieldward.core.distribution.target;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.fieldward.core.access.Sight;
import org.fieldward.core.distribution.entry.Callers;
import org.fieldward.core.distribution.outbox.Entry;
import org.fieldward.core.distribution.outbox.Entry.State;
import org.fieldward.core.distribution.outbox.Receiver.Event;
import org.fieldward.core.distribution.topic.BadQuestion;

/** {@code /api/v1/targets}: webhooks, for administrators. */
public final class TargetsServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_BODY = 65_536;
    private static final int MOST_DEAD = 1_000;
    private static final int MOST_HOURS = 720;

    private final transient Targets targets;

    public TargetsServlet(Targets targets) {
        this.targets = targets;
    }

    /** An answer to be written. */
    private record Answer(int status, JsonNode body) {}

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Answer answer;
        try {
            answer = answer(request);
        } catch (BadQuestion e) {
            answer = refused(422, String.valueOf(e.getMessage()));
        } catch (JsonProcessingException e) {
            answer = refused(400, "the body must be JSON");
        } catch (NumberFormatException e) {
            answer = refused(400, "numbers must be numbers");
        }
        response.setStatus(answer.status());
        response.setContentType("application/json");
        response.setCharacterEncoding("UTF-8");
        JSON.writeValue(response.getOutputStream(), answer.body());
    }

    private static Answer refused(int status, String why) {
        return new Answer(status, JsonNodeFactory.instance.objectNode().put("error", why));
    }

    private Answer answer(HttpServletRequest request) throws IOException {
        String path = Optional.ofNullable(request.getPathInfo()).orElse("/");
        List<String> segments =
                path.equals("/") ? List.of() : List.of(path.substring(1).split("/"));
        String method = request.getMethod();
        if (segments.isEmpty()) {
            return switch (method) {
                case "GET", "HEAD" -> new Answer(200, list());
                case "POST" -> add(request);
                default -> refused(405, "the method must be GET or POST");
            };
        }
        Optional<Entry> found = targets.find(segments.getFirst());
        if (found.isEmpty() || segments.size() > 2) {
            return refused(404, "there is nothing here by that name");
        }
        Entry entry = found.get();
        return segments.size() == 1 ? one(method, entry, request) : part(method, segments.get(1), entry, request);
    }

    private Answer one(String method, Entry entry, HttpServletRequest request) throws IOException {
        return switch (method) {
            case "GET", "HEAD" -> new Answer(200, json(entry));
            case "PUT" -> {
                JsonNode body = body(request);
                boolean active = body.path("active").asBoolean(true);
                yield new Answer(200, json(targets.change(entry, target(body, Targets.sightOf(entry)), active)));
            }
            case "DELETE" -> {
                targets.remove(entry);
                yield new Answer(200, JsonNodeFactory.instance.objectNode());
            }
            default -> refused(405, "the method must be GET, PUT or DELETE");
        };
    }

    private Answer part(String method, String part, Entry entry, HttpServletRequest request) throws IOException {
        return switch (method + " " + part) {
            case "GET dead" -> new Answer(200, dead(entry, request));
            case "POST replay" -> {
                JsonNode body = body(request);
                int told = targets.replay(
                        entry, body.path("from").asLong(1), body.path("until").asLong(Long.MAX_VALUE));
                yield new Answer(200, JsonNodeFactory.instance.objectNode().put("replayed", told));
            }
            case "POST secret" -> {
                int hours = body(request).path("overlap_hours").asInt(24);
                if (hours < 0 || hours > MOST_HOURS) {
                    throw new BadQuestion("overlap_hours must be 0 to " + MOST_HOURS);
                }
                yield new Answer(
                        200,
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("secret", targets.rotate(entry, Duration.ofHours(hours))));
            }
            default -> refused(404, "there is nothing here by that name");
        };
    }

    private Answer add(HttpServletRequest request) throws IOException {
        JsonNode body = body(request);
        Sight sight = Callers.sight(request);
        Optional<String> secret = Optional.of(body.path("secret").asText("")).filter(text -> !text.isEmpty());
        Targets.Added added = targets.add(target(body, sight), secret);
        return new Answer(201, json(added.entry()).put("secret", added.secret()));
    }

    private static Target target(JsonNode body, Sight sight) {
        String content = body.path("content").asText("id-only");
        if (!content.equals("id-only") && !content.equals("full-resource")) {
            throw new BadQuestion("content must be id-only or full-resource");
        }
        return new Target(
                body.path("url").asText(),
                texts(body, "topics"),
                texts(body, "criteria"),
                content.equals("full-resource"),
                List.of(),
                sight);
    }

    private static List<String> texts(JsonNode body, String field) {
        var texts = new ArrayList<String>();
        body.path(field).forEach(one -> texts.add(one.asText()));
        return texts;
    }

    private ArrayNode list() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        targets.all().forEach(entry -> list.add(json(entry)));
        return list;
    }

    private ObjectNode json(Entry entry) {
        Target target = Target.parse(entry.definition());
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("number", Integer.parseInt(entry.name()));
        node.put("url", target.url());
        target.topics().forEach(node.putArray("topics")::add);
        target.criteria().forEach(node.putArray("criteria")::add);
        node.put("content", target.full() ? "full-resource" : "id-only");
        node.put("active", entry.state() == State.ACTIVE);
        node.put("events", entry.events());
        node.put("waiting", targets.waiting(entry));
        node.put("failing", targets.isFailing(entry));
        return node;
    }

    private ArrayNode dead(Entry entry, HttpServletRequest request) {
        long after = Long.parseLong(
                Optional.ofNullable(request.getParameter("after")).orElse("0"));
        int limit = Integer.parseInt(
                Optional.ofNullable(request.getParameter("limit")).orElse("100"));
        if (limit < 1 || limit > MOST_DEAD) {
            throw new BadQuestion("limit must be 1 to " + MOST_DEAD);
        }
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Event event : targets.dead(entry, after, limit)) {
            list.addObject()
                    .put("number", event.number())
                    .put("time", event.at().toString())
                    .put("word", event.subject().word().name().toLowerCase(Locale.ROOT))
                    .put("focus", event.subject().focus());
        }
        return list;
    }

    private static JsonNode body(HttpServletRequest request) throws IOException {
        try (InputStream in = request.getInputStream()) {
            byte[] bytes = in.readNBytes(MAX_BODY + 1);
            if (bytes.length > MAX_BODY) {
                throw new BadQuestion("the body must be at most " + MAX_BODY + " bytes");
            }
            return bytes.length == 0 ? JsonNodeFactory.instance.objectNode() : JSON.readTree(bytes);
        }
    }
}
