package org.fieldward.core.delivery;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Sends over HTTP/1.1. A name is looked up once for a connection and the address that was judged is the one connected to;
 * TLS asks for the name. It follows no redirect and asks no proxy. Thread-safe.
 */
public final class HttpSender implements Sender, AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int IDLE_CONNECTIONS = 64;
    private static final int IDLE_SECONDS = 30;

    private final Reach reach;
    private final OkHttpClient client;

    public HttpSender(Reach reach) {
        this.reach = reach;
        client = new OkHttpClient.Builder()
                .dns(reach::resolve)
                .proxy(Proxy.NO_PROXY)
                .protocols(List.of(Protocol.HTTP_1_1))
                .followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(CONNECT)
                .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, IDLE_SECONDS, TimeUnit.SECONDS))
                .build();
    }

    @Override
    public Reply send(Message message) {
        Optional<String> objection = reach.objection(message.url());
        if (objection.isPresent()) {
            return new Reply.Failed(objection.get());
        }
        Call call;
        try {
            call = client.newCall(request(message));
        } catch (IllegalArgumentException e) {
            // Its message would repeat a header.
            return new Reply.Failed("the address or a header has a character that it must not have");
        }
        call.timeout().timeout(message.patience().toMillis(), TimeUnit.MILLISECONDS);
        try (Response response = call.execute()) {
            return response.isSuccessful()
                    ? new Reply.Taken(response.code())
                    : new Reply.Failed("answered with status " + response.code());
        } catch (IOException e) {
            return new Reply.Failed(said(e));
        }
    }

    private static Request request(Message message) {
        var builder = new Request.Builder().url(message.url());
        message.headers().forEach(builder::header);
        Optional<RequestBody> body = message.body()
                .map(given ->
                        RequestBody.create(given.text().getBytes(StandardCharsets.UTF_8), MediaType.get(given.type())));
        return builder.method(message.method(), body.orElseGet(() -> RequestBody.create(new byte[0], null)))
                .build();
    }

    /** Never the exception's own words: they hold addresses. */
    private static String said(IOException e) {
        return switch (e) {
            case UnknownHostException unknown -> "its host is not known, or may not be reached";
            case InterruptedIOException late -> "no answer in time";
            case ConnectException refused -> "nobody listens there";
            case SSLException tls -> "TLS failed: " + tls.getClass().getSimpleName();
            default -> "the connection broke: " + e.getClass().getSimpleName();
        };
    }

    @Override
    public void close() {
        client.connectionPool().evictAll();
    }
}
