package org.fieldward.simulator.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.line.ExportCodec;
import org.fieldward.simulator.line.StoredLine;
import org.fieldward.simulator.sample.Secret;

/** Asks a core through its HTTP API. Thread-safe. */
public final class HttpCore implements CoreExport, AutoCloseable {

    private final URI base;
    private final Optional<Secret> token;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    /**
     * @param base e.g. {@code http://127.0.0.1:8080}
     * @param token sent as bearer token, if there is one
     */
    public HttpCore(URI base, Optional<Secret> token) {
        String text = base.toString();
        this.base = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        this.token = token;
    }

    @Override
    public void readings(DeviceId device, TimeSpan span, Consumer<StoredLine> each) {
        // A device's name needs no escaping: its alphabet is closed.
        var query = new StringBuilder("/api/v1/readings?device=").append(device.name());
        span.from()
                .map(Instant::toString)
                .ifPresent(from -> query.append("&from=").append(from));
        span.until()
                .map(Instant::toString)
                .ifPresent(until -> query.append("&until=").append(until));
        HttpResponse<Stream<String>> answer = get(query.toString(), HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = answer.body()) {
            lines.filter(line -> !line.isBlank()).map(ExportCodec::decode).forEach(each);
        } catch (UncheckedIOException e) {
            throw new CoreException("the core broke off its export", e);
        }
    }

    /** The state of the core's gateways, as JSON. */
    public String gateways() {
        return get("/api/v1/gateways", HttpResponse.BodyHandlers.ofString()).body();
    }

    /**
     * Follows the live stream and calls with the data of each event, until the stream ends or the thread is
     * interrupted.
     *
     * @param patient whose readings to follow; empty for all
     */
    public void follow(Optional<String> patient, Consumer<String> data) {
        String path = "/api/v1/stream"
                + patient.map(id -> "?patient=" + URLEncoder.encode(id, StandardCharsets.UTF_8))
                        .orElse("");
        HttpResponse<Stream<String>> answer = get(path, HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = answer.body()) {
            lines.filter(line -> line.startsWith("data:"))
                    .map(line -> line.substring(5).strip())
                    .forEach(data);
        } catch (UncheckedIOException e) {
            throw new CoreException("the core's stream broke", e);
        }
    }

    private <T> HttpResponse<T> get(String path, HttpResponse.BodyHandler<T> handler) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret.reveal()));
        try {
            HttpResponse<T> answer = http.send(request.build(), handler);
            if (answer.statusCode() != 200) {
                throw new CoreException(
                        "the core answered " + answer.statusCode() + " to " + path.replaceAll("\\?.*", ""));
            }
            return answer;
        } catch (IOException e) {
            throw new CoreException("the core at " + base + " could not be asked", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CoreException("interrupted while asking the core", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
