package org.fieldward.core.distribution.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.jspecify.annotations.Nullable;

/** A line over Jetty, which calls only what is public. It asks for a sign of life by itself while {@link #heard} is called. */
public final class JettyLine implements Line, Session.Listener.AutoDemanding {

    private static final int MOST_WAITING = 32;
    private static final Duration WRITE_PATIENCE = Duration.ofSeconds(10);
    private static final long PING_NANOS = Duration.ofSeconds(15).toNanos();
    private static final long SILENCE_NANOS = Duration.ofSeconds(45).toNanos();

    private final Consumer<JettyLine> opened;
    private final ArrayDeque<String> waiting = new ArrayDeque<>();
    private @Nullable Session session;
    private boolean woken;
    private boolean over;
    private long answered;
    private long heardAt = System.nanoTime();
    private long pingedAt = System.nanoTime();

    /** @param opened begins to serve it */
    JettyLine(Consumer<JettyLine> opened) {
        this.opened = opened;
    }

    @Override
    public void onWebSocketOpen(Session open) {
        synchronized (this) {
            session = open;
        }
        opened.accept(this);
    }

    @Override
    public void onWebSocketText(String message) {
        boolean tooMany;
        synchronized (this) {
            heardAt = System.nanoTime();
            tooMany = waiting.size() >= MOST_WAITING;
            if (!tooMany) {
                waiting.addLast(message);
            }
            notifyAll();
        }
        if (tooMany) {
            end(REFUSED, "more messages than are read");
        }
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
        callback.succeed();
        end(1003, "text only");
    }

    @Override
    public void onWebSocketPong(ByteBuffer payload) {
        synchronized (this) {
            heardAt = System.nanoTime();
            if (payload.remaining() == Long.BYTES) {
                answered = Math.max(answered, payload.getLong());
            }
            woken = true;
            notifyAll();
        }
    }

    @Override
    public void onWebSocketClose(int code, @Nullable String reason, Callback callback) {
        callback.succeed();
        finish();
    }

    @Override
    public void onWebSocketError(Throwable cause) {
        finish();
    }

    private synchronized void finish() {
        over = true;
        notifyAll();
    }

    @Override
    public Optional<String> heard(Duration patience) throws InterruptedException {
        keepAlive();
        long end = System.nanoTime() + patience.toNanos();
        synchronized (this) {
            while (waiting.isEmpty() && !woken && !over) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    break;
                }
                wait(left);
            }
            woken = false;
            return Optional.ofNullable(waiting.pollFirst());
        }
    }

    private void keepAlive() {
        long now = System.nanoTime();
        boolean silent;
        boolean ask;
        synchronized (this) {
            silent = now - heardAt > SILENCE_NANOS;
            ask = now - pingedAt > PING_NANOS;
        }
        if (silent) {
            end(REFUSED, "no sign of life");
            finish();
        } else if (ask) {
            try {
                ping(ByteBuffer.allocate(0));
            } catch (IOException gone) {
                finish();
            }
        }
    }

    @Override
    public void say(String text) throws IOException {
        var written = new Written();
        open().sendText(text, written);
        written.await();
    }

    @Override
    public void probe(long number) throws IOException {
        ping(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
    }

    private void ping(ByteBuffer payload) throws IOException {
        synchronized (this) {
            pingedAt = System.nanoTime();
        }
        var written = new Written();
        open().sendPing(payload, written);
        written.await();
    }

    private synchronized Session open() throws IOException {
        if (over || session == null) {
            throw new ClosedChannelException();
        }
        return session;
    }

    @Override
    public synchronized long answered() {
        return answered;
    }

    @Override
    public synchronized boolean isOpen() {
        return !over;
    }

    @Override
    public synchronized void wake() {
        woken = true;
        notifyAll();
    }

    @Override
    public void end(int code, String reason) {
        Session ending;
        synchronized (this) {
            if (over || session == null) {
                return;
            }
            over = true;
            ending = session;
            notifyAll();
        }
        ending.close(code, reason, Callback.NOOP);
    }

    /** Frees the connection of somebody who takes nothing: a close would wait behind what they do not take. */
    private void cut() {
        Session ending;
        synchronized (this) {
            over = true;
            notifyAll();
            if (session == null) {
                return;
            }
            ending = session;
        }
        ending.disconnect();
    }

    private final class Written implements Callback {

        private final CompletableFuture<Void> done = new CompletableFuture<>();

        @Override
        public void succeed() {
            done.complete(null);
        }

        @Override
        public void fail(Throwable cause) {
            done.completeExceptionally(cause);
        }

        void await() throws IOException {
            try {
                done.get(WRITE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                cut();
                throw new IOException("the other side takes nothing", e);
            } catch (ExecutionException e) {
                finish();
                throw new IOException("the other side is gone", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }
}
