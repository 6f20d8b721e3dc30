package org.fieldward.core.copy.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.fieldward.core.chart.Key;

/**
 * Documents in CouchDB (https://docs.couchdb.org/en/stable/api/database/bulk-api.html), under {@code Patient/17} with the
 * members {@code version}, {@code updated}, {@code facilities}, {@code patients}, {@code checksum}, {@code json} and
 * {@code resource}. Its numbers are doubles, so what counts is the text; the resource is there to be asked by.
 */
public final class CouchDocuments implements DocumentStore {

    private static final int MAX_ROUNDS = 10;
    private static final String LAST = "~";

    private final HttpClient http;
    private final URI database;
    private final Optional<String> login;
    private final Duration patience;

    /** @param database {@code http://HOST:PORT/NAME}, made where it is not there; without user and password */
    public CouchDocuments(URI database, Optional<String> user, Optional<String> password, Duration patience) {
        this.database = URI.create(database.toString().replaceAll("/+$", "") + "/");
        this.patience = patience;
        login = user.map(name -> "Basic "
                + Base64.getEncoder()
                        .encodeToString((name + ":" + password.orElse("")).getBytes(StandardCharsets.UTF_8)));
        http = HttpClient.newBuilder().connectTimeout(patience).build();
    }

    private JsonNode post(String path, JsonNode body) {
        HttpResponse<String> answer = send("POST", database.resolve(path), body.toString());
        if (answer.statusCode() == 404) {
            HttpResponse<String> made =
                    send("PUT", URI.create(database.toString().replaceAll("/$", "")), "");
            if (made.statusCode() / 100 == 2 || made.statusCode() == 412) {
                answer = send("POST", database.resolve(path), body.toString());
            }
        }
        if (answer.statusCode() / 100 != 2) {
            throw new CopyException("CouchDB answered " + answer.statusCode());
        }
        try {
            return Document.JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new CopyException("CouchDB answered what is not JSON");
        }
    }

    private HttpResponse<String> send(String method, URI address, String body) {
        var request = HttpRequest.newBuilder(address)
                .timeout(patience)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        login.ifPresent(value -> request.header("Authorization", value));
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new CopyException("CouchDB failed (" + e.getClass().getSimpleName() + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CopyException("interrupted while CouchDB was asked");
        }
    }

    /** What stands there, and which of its revisions that is. */
    private record Found(Held held, String revision) {}

    private Map<Key, Found> find(Collection<Key> keys) {
        ObjectNode question = Document.JSON.createObjectNode().put("include_docs", true);
        ArrayNode names = question.putArray("keys");
        keys.forEach(key -> names.add(key.toString()));
        return found(post("_all_docs", question));
    }

    private static Map<Key, Found> found(JsonNode answer) {
        var found = new LinkedHashMap<Key, Found>();
        for (JsonNode row : answer.path("rows")) {
            JsonNode doc = row.path("doc");
            if (doc.isObject() && !row.path("id").asText().startsWith("_")) {
                Key key = Keys.read(row.path("id").asText());
                found.put(key, new Found(held(key, doc), doc.path("_rev").asText()));
            }
        }
        return found;
    }

    private static Held held(Key key, JsonNode doc) {
        long version = doc.path("version").asLong();
        String json = doc.path("json").asText();
        try {
            var document = new Document(
                    key,
                    version,
                    Instant.parse(doc.path("updated").asText()),
                    json,
                    texts(doc.path("facilities")),
                    texts(doc.path("patients")));
            boolean whole = document.checksum().equals(doc.path("checksum").asText())
                    && (json.isEmpty()
                            ? !doc.has("resource")
                            : same(Document.JSON.readTree(json), doc.path("resource")));
            return whole ? document.held() : new Held(key, version, "");
        } catch (DateTimeException | CopyException | JsonProcessingException e) {
            return new Held(key, version, "");
        }
    }

    private static boolean same(JsonNode text, JsonNode resource) {
        return text.equals(
                (one, other) -> one.isNumber() && other.isNumber()
                        ? Double.compare(one.doubleValue() + 0.0, other.doubleValue() + 0.0)
                        : one.equals(other) ? 0 : 1,
                resource);
    }

    private static TreeSet<String> texts(JsonNode list) {
        var texts = new TreeSet<String>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static ObjectNode doc(Document document) {
        ObjectNode doc = Document.JSON
                .createObjectNode()
                .put("_id", document.key().toString())
                .put("version", document.version())
                .put("updated", document.updatedAt().toString())
                .put("checksum", document.checksum());
        ArrayNode facilities = doc.putArray("facilities");
        document.facilities().forEach(facilities::add);
        ArrayNode patients = doc.putArray("patients");
        document.patients().forEach(patients::add);
        if (!document.isDeleted()) {
            try {
                doc.put("json", document.json()).set("resource", Document.JSON.readTree(document.json()));
            } catch (JsonProcessingException e) {
                throw new CopyException("the document of a " + document.key().type() + " is not JSON");
            }
        }
        return doc;
    }

    @Override
    public Set<Key> put(List<Document> documents) {
        List<Document> left = documents;
        // Whoever else writes at the same time makes a conflict, and then it is looked at again whose version is newer.
        for (int round = 0; round < MAX_ROUNDS && !left.isEmpty(); round++) {
            Map<Key, Found> there = find(left.stream().map(Document::key).toList());
            var newer = new ArrayList<Document>();
            var docs = new ArrayList<ObjectNode>();
            for (Document document : left) {
                Optional<Found> found = Optional.ofNullable(there.get(document.key()));
                if (found.map(one -> one.held().version() < document.version()).orElse(true)) {
                    ObjectNode doc = doc(document);
                    found.ifPresent(one -> doc.put("_rev", one.revision()));
                    newer.add(document);
                    docs.add(doc);
                }
            }
            Set<String> conflicts = write(docs);
            left = newer.stream()
                    .filter(document -> conflicts.contains(document.key().toString()))
                    .toList();
        }
        if (!left.isEmpty()) {
            throw new CopyException("CouchDB met too many writes of others");
        }
        return Set.of();
    }

    /** Ids of what was written by somebody else meanwhile. */
    private Set<String> write(List<ObjectNode> docs) {
        var conflicts = new HashSet<String>();
        if (docs.isEmpty()) {
            return conflicts;
        }
        ObjectNode body = Document.JSON.createObjectNode();
        body.putArray("docs").addAll(docs);
        for (JsonNode answer : post("_bulk_docs", body)) {
            String error = answer.path("error").asText();
            if (error.equals("conflict")) {
                conflicts.add(answer.path("id").asText());
            } else if (!error.isEmpty()) {
                throw new CopyException("CouchDB did not take a document");
            }
        }
        return conflicts;
    }

    @Override
    public String sum(Optional<Key> after, Optional<Key> upTo) {
        return held(after, upTo, 1_000).toString();
    }

    @Override
    public String sumOf(List<Document> documents) {
        return documents.stream().map(Document::held).toList().toString();
    }

    @Override
    public List<Held> held(Optional<Key> after, Optional<Key> upTo, int limit) {
        ObjectNode question = Document.JSON
                .createObjectNode()
                .put("include_docs", true)
                // The first of the range is not in it, but is found where it is there.
                .put("limit", limit + 1)
                .put("startkey", after.map(Key::toString).orElse("A"))
                .put("endkey", upTo.map(Key::toString).orElse(LAST));
        return found(post("_all_docs", question)).values().stream()
                .map(Found::held)
                .filter(held -> after.isEmpty() || !held.key().equals(after.get()))
                .limit(limit)
                .toList();
    }

    @Override
    public Map<Key, Held> held(Collection<Key> keys) {
        var held = new HashMap<Key, Held>();
        find(keys).forEach((key, found) -> held.put(key, found.held()));
        return held;
    }

    @Override
    public Set<Key> mend(List<Mend> mends) {
        Map<Key, Found> now = find(mends.stream().map(Mend::key).toList());
        var docs = new ArrayList<ObjectNode>();
        for (Mend mend : mends) {
            Optional<Found> found = Optional.ofNullable(now.get(mend.key()));
            if (!found.map(Found::held).equals(mend.seen())
                    || (found.isEmpty() && mend.wanted().isEmpty())) {
                continue;
            }
            ObjectNode doc = mend.wanted()
                    .map(CouchDocuments::doc)
                    .orElseGet(() -> Document.JSON
                            .createObjectNode()
                            .put("_id", mend.key().toString())
                            .put("_deleted", true));
            found.ifPresent(one -> doc.put("_rev", one.revision()));
            docs.add(doc);
        }
        // In conflict is what somebody wrote meanwhile: it is not as it was seen, and stays.
        write(docs);
        return Set.of();
    }

    @Override
    public void close() {
        http.close();
    }
}
