package org.fieldward.core.distribution.socket;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The JDK's WebSocket client, which answers pings by itself. */
public final class SocketClient implements WebSocket.Listener, AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int PATIENCE_SECONDS = 20;

    private final StringBuilder part = new StringBuilder();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final Consumer<String> each;
    private final WebSocket socket;

    /** @param headers name, value, name, value */
    public SocketClient(String url, String... headers) throws Exception {
        each = heard::add;
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        socket = builder.buildAsync(URI.create(url), this).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** @param each is called with a message before the next is read, or a ping behind it answered */
    public SocketClient(String url, Consumer<String> each) throws Exception {
        this.each = each;
        socket = HTTP.newWebSocketBuilder().buildAsync(URI.create(url), this).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    public void awaitEnd() throws ExecutionException, InterruptedException {
        ended.get();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            each.accept(part.toString());
            part.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        ended.complete(code + " " + reason);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        ended.complete("broken");
    }

    public void say(String text) {
        socket.sendText(text, true).join();
    }

    public String next() throws InterruptedException {
        String message = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("nothing was heard, " + (ended.isDone() ? ended.join() : "still open"));
        }
        return message;
    }

    public List<String> next(int count) throws InterruptedException {
        var messages = new ArrayList<String>();
        while (messages.size() < count) {
            messages.add(next());
        }
        return messages;
    }

    /** What was heard and is not taken yet. */
    public List<String> rest() {
        var messages = new ArrayList<String>();
        heard.drainTo(messages);
        return messages;
    }

    /** Code and reason. */
    public String end() throws ExecutionException, InterruptedException, TimeoutException {
        return ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** As when the process is killed. */
    @Override
    public void close() {
        socket.abort();
    }
}
