package org.fieldward.core.copy.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.TreeMap;

/** As much of CouchDB as is asked of it: revisions, conflicts, numbers that are doubles. */
final class FakeCouch implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final TreeMap<String, ObjectNode> docs = new TreeMap<>();
    private boolean made;
    private int revisions;
    /** Somebody else writes this many documents just before the next batch does. */
    int rivals;

    FakeCouch() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/copy", this::serve);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/copy");
    }

    ObjectNode doc(String id) {
        return Optional.ofNullable(docs.get(id)).orElseThrow();
    }

    private synchronized void serve(HttpExchange exchange) throws IOException {
        String expected = "Basic " + Base64.getEncoder().encodeToString("me:hush".getBytes(StandardCharsets.UTF_8));
        String path = exchange.getRequestURI().getPath();
        JsonNode body = JSON.readTree(exchange.getRequestBody());
        if (!expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, 401, JSON.createObjectNode());
        } else if (exchange.getRequestMethod().equals("PUT")) {
            answer(exchange, made ? 412 : 201, JSON.createObjectNode());
            made = true;
        } else if (!made) {
            answer(exchange, 404, JSON.createObjectNode());
        } else if (path.endsWith("/_all_docs")) {
            answer(exchange, 200, all(body));
        } else {
            answer(exchange, 201, bulk(body));
        }
    }

    private static void answer(HttpExchange exchange, int status, JsonNode body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private ObjectNode all(JsonNode question) {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode rows = answer.putArray("rows");
        if (question.has("keys")) {
            for (JsonNode key : question.path("keys")) {
                ObjectNode doc = docs.get(key.asText());
                ObjectNode row = rows.addObject().put("key", key.asText());
                if (doc == null) {
                    row.put("error", "not_found");
                } else {
                    row.put("id", key.asText()).set("doc", doc);
                }
            }
            return answer;
        }
        docs
                .subMap(
                        question.path("startkey").asText(),
                        true,
                        question.path("endkey").asText(),
                        true)
                .entrySet()
                .stream()
                .limit(question.path("limit").asInt())
                .forEach(entry -> rows.addObject().put("id", entry.getKey()).set("doc", entry.getValue()));
        return answer;
    }

    private ArrayNode bulk(JsonNode body) {
        ArrayNode answers = JSON.createArrayNode();
        for (JsonNode item : body.path("docs")) {
            ObjectNode doc = item.deepCopy();
            String id = doc.path("_id").asText();
            ObjectNode there = docs.get(id);
            if (rivals > 0) {
                rivals--;
                there = (there == null ? doc : there)
                        .deepCopy()
                        .put("version", 5)
                        .put("_rev", "rival-" + rivals);
                docs.put(id, there);
            }
            String revision = there == null ? "" : there.path("_rev").asText();
            if (!revision.equals(doc.path("_rev").asText())) {
                answers.addObject().put("id", id).put("error", "conflict");
            } else if (doc.path("_deleted").asBoolean()) {
                docs.remove(id);
                answers.addObject().put("ok", true).put("id", id);
            } else {
                docs.put(id, doc.put("_rev", "r" + ++revisions));
                answers.addObject().put("ok", true).put("id", id);
            }
        }
        return answers;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
