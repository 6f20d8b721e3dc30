package org.fieldward.core.distribution.rest;

import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.fieldward.core.Scratch;
import org.fieldward.core.chart.store.Shelf;
import org.fieldward.core.distribution.FakeCore;
import org.fieldward.core.distribution.HttpDoor;
import org.fieldward.core.distribution.HttpSettings;
import org.fieldward.core.distribution.rest.export.Exports;
import org.fieldward.core.distribution.rest.export.SqlJobs;
import org.fieldward.core.fhir.FullValidator;
import org.fieldward.core.fhir.ProfileCheck;

/** A door to a chart on a real database, with clients before it. */
public final class Desktop implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    public final Shelf shelf = new Shelf();
    public final FakeCore core = new FakeCore();
    private final Path folder;
    private Exports exports;
    private HttpDoor door;

    public Desktop() {
        folder = Scratch.folder("desktop");
        exports = open();
        door = core.door(HttpSettings.standard().withPort(0), shelf.now::get);
    }

    private Exports open() {
        var opened = new Exports(
                new SqlJobs(shelf.database), folder, () -> UUID.randomUUID().toString(), shelf.now::get);
        core.stored = new Stored(
                shelf.chart, ProfileCheck.shared(), () -> UUID.randomUUID().toString(), opened);
        return opened;
    }

    /** As after a stop of the core; the address is another one then. */
    public void restart() {
        door.close();
        exports.close();
        exports = open();
        door = core.door(HttpSettings.standard().withPort(0), shelf.now::get);
    }

    public String base() {
        return "http://127.0.0.1:" + door.port() + "/fhir";
    }

    /** HAPI's own client. */
    public IGenericClient client() {
        var context = FullValidator.CONTEXT;
        context.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.NEVER);
        context.getRestfulClientFactory().setSocketTimeout(60_000);
        return context.newRestfulGenericClient(base());
    }

    /** What came back, read as JSON where it is. */
    public record Reply(int status, HttpResponse<byte[]> response) {

        public JsonNode json() {
            try {
                return JSON.readTree(response.body());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        public String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        public Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }

        public String element() {
            return json().at("/issue/0/expression/0").asText();
        }

        public String rule() {
            return json().at("/issue/0/diagnostics").asText();
        }

        public String id() {
            return json().path("id").asText();
        }

        public String version() {
            return json().at("/meta/versionId").asText();
        }
    }

    /** @param body {@code '} stands for a quotation mark; empty for none */
    public Reply send(String method, String path, String body, String... headers) {
        return bytes(
                method,
                path,
                body.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
                "application/fhir+json",
                headers);
    }

    public Reply bytes(String method, String path, byte[] body, String type, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(path.startsWith("http") ? path : base() + path))
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (body.length > 0) {
            request.header("Content-Type", type);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<byte[]> response = HTTP.send(request.build(), BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), response);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public Reply get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    @Override
    public void close() {
        door.close();
        exports.close();
        shelf.close();
        Scratch.delete(folder);
    }
}
