package org.fieldward.installer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.fieldward.installer.part.RunningPart;

/**
 * Chromium without a window, led over its DevTools protocol: opens pages, asks them with JavaScript, and remembers what they
 * complained of (exceptions, console errors, refused by the content security policy, requests that failed).
 */
final class Browser implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final RunningPart process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicInteger commands = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final WebSocket page;

    /** Its program, if it is installed. */
    static Optional<String> installed() {
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .filter(StockClient::isInstalled)
                .findFirst();
    }

    /** @param folder for its profile and its log */
    Browser(String program, Path folder) throws IOException {
        process = RunningPart.start(
                program,
                List.of(
                        program,
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--remote-debugging-port=0",
                        "about:blank"),
                folder.resolve("browser.log"));
        try {
            String address = process.awaitLine("DevTools listening on ws://([^/]+)/", LIMIT)
                    .group(1);
            page = await(http.newWebSocketBuilder().buildAsync(URI.create(pageOf(address)), new Listening()));
            for (String domain : List.of("Runtime", "Log", "Page")) {
                command(domain + ".enable", JSON.createObjectNode());
            }
        } catch (RuntimeException | IOException | AssertionError e) {
            process.close();
            throw e;
        }
    }

    void open(URI address) {
        JsonNode answer = command("Page.navigate", JSON.createObjectNode().put("url", address.toString()));
        if (answer.has("errorText")) {
            throw new AssertionError(address + " did not open: " + answer);
        }
    }

    /** What a JavaScript expression is, once it is neither null nor false nor nothing; asked ten times a second. */
    JsonNode await(String expression) {
        String waiting = "new Promise((done) => { const ask = () => { const answer = (" + expression
                + "); answer ? done(answer) : setTimeout(ask, 100); }; ask(); })";
        ObjectNode asked = JSON.createObjectNode()
                .put("expression", waiting)
                .put("awaitPromise", true)
                .put("returnByValue", true);
        JsonNode answer = command("Runtime.evaluate", asked);
        if (answer.has("exceptionDetails")) {
            throw new AssertionError("the page could not say '" + expression + "': " + answer);
        }
        return answer.at("/result/value");
    }

    List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        // Asked in its own way it takes its files outside the profile away, too.
        try (process) {
            command("Browser.close", JSON.createObjectNode());
            process.awaitEnd(LIMIT);
        }
    }

    private String pageOf(String address) throws IOException {
        var request = HttpRequest.newBuilder(URI.create("http://" + address + "/json/list"))
                .build();
        JsonNode targets = JSON.readTree(
                await(http.sendAsync(request, BodyHandlers.ofString())).body());
        for (JsonNode target : targets) {
            if (target.path("type").asText().equals("page")) {
                return target.path("webSocketDebuggerUrl").asText();
            }
        }
        throw new AssertionError("the browser has no page: " + targets);
    }

    private JsonNode command(String method, ObjectNode parameters) {
        int id = commands.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        answers.put(id, answer);
        ObjectNode command = JSON.createObjectNode().put("id", id).put("method", method);
        command.set("params", parameters);
        await(page.sendText(command.toString(), true));
        return await(answer);
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the browser did not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the browser worked", e);
        }
    }

    private final class Listening implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                received(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        private void received(String message) {
            JsonNode node;
            try {
                node = JSON.readTree(message);
            } catch (IOException e) {
                complaints.add("the browser sent no JSON: " + e.getMessage());
                return;
            }
            if (node.has("id")) {
                CompletableFuture<JsonNode> waiting =
                        answers.remove(node.path("id").asInt());
                if (waiting != null && node.has("result")) {
                    waiting.complete(node.path("result"));
                } else if (waiting != null) {
                    waiting.completeExceptionally(new AssertionError(message));
                }
                return;
            }
            switch (node.path("method").asText()) {
                case "Runtime.exceptionThrown" ->
                    complaints.add(node.path("params").toString());
                case "Runtime.consoleAPICalled" -> {
                    if (node.at("/params/type").asText().matches("error|assert|warning")) {
                        complaints.add(node.path("params").toString());
                    }
                }
                case "Log.entryAdded" -> {
                    if (node.at("/params/entry/level").asText().matches("error|warning")) {
                        complaints.add(node.at("/params/entry").toString());
                    }
                }
                default -> {}
            }
        }
    }
}
