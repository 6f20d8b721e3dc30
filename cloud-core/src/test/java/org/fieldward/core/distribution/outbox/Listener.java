package org.fieldward.core.distribution.outbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Somebody outside who listens on a real port, and can be killed and come back on it. */
public final class Listener implements AutoCloseable {

    /** A request as it came; header names in lower case. */
    public record Heard(String method, String path, Map<String, String> headers, String body) {}

    private final List<Heard> heard = new CopyOnWriteArrayList<>();
    private final Function<Heard, Integer> answer;
    private final int port;
    private HttpServer server;
    private ExecutorService threads;

    /** @param answer the status; it is asked after the request was remembered */
    public Listener(Function<Heard, Integer> answer) {
        this.answer = answer;
        open(0);
        port = server.getAddress().getPort();
    }

    private void open(int at) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    private void serve(HttpExchange exchange) throws IOException {
        var headers = new TreeMap<String, String>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var one =
                new Heard(exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers, body);
        heard.add(one);
        int status = answer.apply(one);
        if (status / 100 == 3) {
            exchange.getResponseHeaders().set("Location", url("/elsewhere"));
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    public List<Heard> heard() {
        return heard;
    }

    /** Cuts every connection, whatever is under way. */
    public void kill() {
        server.stop(0);
        threads.shutdownNow();
    }

    public void comeBack() {
        open(port);
    }

    @Override
    public void close() {
        kill();
    }
}
