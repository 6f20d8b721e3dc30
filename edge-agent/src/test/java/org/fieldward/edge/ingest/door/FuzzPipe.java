package org.fieldward.edge.ingest.door;

import static org.fieldward.edge.fuzz.Check.that;

import io.vertx.core.buffer.Buffer;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.fieldward.edge.ingest.door.pipe.Pipe;

/** Bytes to and from a client that is only played. Behaves as a socket does: it calls back on the loop, and later. */
final class FuzzPipe implements Pipe {

    private final Executor loop;
    private final Consumer<byte[]> client;
    private final Deque<byte[]> arrived = new ArrayDeque<>();
    private Consumer<Buffer> received = bytes -> {};
    private Runnable drained = () -> {};
    private Runnable closed = () -> {};
    private boolean paused;
    private boolean full;
    private boolean closing;
    private boolean isClosed;

    /** @param client gets what the server writes */
    FuzzPipe(Executor loop, Consumer<byte[]> client) {
        this.loop = loop;
        this.client = client;
    }

    /** The client sends. */
    void arrive(byte[] bytes) {
        arrived.add(bytes);
        loop.execute(this::hand);
    }

    private void hand() {
        while (!paused && !isClosed && !arrived.isEmpty()) {
            received.accept(Buffer.buffer(arrived.remove()));
        }
    }

    /** The client reads no more, or again. */
    void full(boolean now) {
        full = now;
        if (!now) {
            loop.execute(() -> {
                if (!isClosed) {
                    drained.run();
                }
            });
            if (closing) {
                loop.execute(this::end);
            }
        }
    }

    /** The client is gone. */
    void hangUp() {
        loop.execute(this::end);
    }

    boolean isOpen() {
        return !closing && !isClosed;
    }

    private void end() {
        if (!isClosed) {
            isClosed = true;
            closed.run();
        }
    }

    @Override
    public String address() {
        return "192.0.2.1";
    }

    @Override
    public void open(Consumer<Buffer> onBytes, Runnable onDrained, Runnable onClosed) {
        received = onBytes;
        drained = onDrained;
        closed = onClosed;
    }

    @Override
    public Optional<X509Certificate> certificate() {
        return Optional.empty();
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
        loop.execute(this::hand);
    }

    @Override
    public boolean isFull() {
        return full;
    }

    @Override
    public void write(Buffer bytes) {
        that(!closing, "a closed connection writes nothing more");
        if (!isClosed) {
            client.accept(bytes.getBytes());
        }
    }

    @Override
    public void close() {
        closing = true;
        if (!full) {
            loop.execute(this::end);
        }
    }

    @Override
    public void kill() {
        closing = true;
        loop.execute(this::end);
    }
}
