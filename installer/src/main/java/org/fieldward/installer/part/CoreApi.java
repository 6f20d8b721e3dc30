package org.fieldward.installer.part;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;

/** What the demo and the tests ask of a core over HTTP, as any other client would. Thread-safe. */
public final class CoreApi {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int AT_ONCE = 4;

    private final URI core;
    private final Optional<String> token;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /** @param token sent as bearer token, if there is one */
    public CoreApi(int port, Optional<String> token) {
        core = URI.create("http://127.0.0.1:" + port + "/");
        this.token = token;
    }

    public URI address() {
        return core;
    }

    /** Anything but a 2xx is an error that quotes the answer. */
    public JsonNode get(String path) {
        return json(send(asking(path).build()));
    }

    /** The same, as it came. */
    public String text(String path) {
        return send(asking(path).build());
    }

    /** Places each device at a bed of its own and gives it a patient, {@code p-} and its name. */
    public void occupy(List<String> devices) {
        Instant early = Instant.EPOCH.plus(Duration.ofDays(365 * 50));
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<?>> asked = new ArrayList<>();
            for (String device : devices) {
                asked.add(threads.submit(() -> {
                    admit(
                            "p-" + device,
                            Map.of("identifier", device, "family", "Load", "given", device, "gender", "unknown"));
                    place(device, device);
                    bind(device, "p-" + device, early);
                }));
            }
            for (Future<?> one : asked) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new PartException("could not place the devices: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartException("interrupted while placing the devices", e);
        }
    }

    public JsonNode put(String path, Map<String, ?> body) {
        return json(send(withBody("PUT", path, body)));
    }

    public JsonNode post(String path, Map<String, ?> body) {
        return json(send(withBody("POST", path, body)));
    }

    public void admit(String patient, Map<String, String> about) {
        put("api/v1/patients/" + patient, about);
    }

    public void place(String device, String bed) {
        put("api/v1/devices/" + device, Map.of("type", "monitor", "bed", bed));
    }

    public long bind(String device, String patient, Instant from) {
        return post("api/v1/bindings", Map.of("device", device, "patient", patient, "from", from.toString()))
                .get("number")
                .asLong();
    }

    public void endBinding(long number, Instant until) {
        post("api/v1/bindings/" + number + "/end", Map.of("until", until.toString()));
    }

    /** Asks again until the answer is as wanted; an error that quotes the last answer if that takes too long. */
    public JsonNode await(String path, Predicate<JsonNode> wanted, Duration limit) {
        return Patience.await(path, () -> get(path), wanted, limit);
    }

    private HttpRequest.Builder asking(String path) {
        var request = HttpRequest.newBuilder(core.resolve(path));
        token.ifPresent(bearer -> request.header("Authorization", "Bearer " + bearer));
        return request;
    }

    private HttpRequest withBody(String method, String path, Map<String, ?> body) {
        try {
            return asking(path)
                    .header("Content-Type", "application/json")
                    .method(method, BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                    .build();
        } catch (IOException e) {
            throw new PartException("could not write the request to " + path, e);
        }
    }

    private String send(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new PartException(request.method() + " " + request.uri().getPath() + " answered "
                        + response.statusCode() + ": " + response.body());
            }
            return response.body();
        } catch (IOException e) {
            throw new PartException("the core did not answer " + request.uri().getPath(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartException("interrupted while asking the core", e);
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new PartException("the core's answer is not JSON: " + text, e);
        }
    }
}
