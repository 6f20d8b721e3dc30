package org.fieldward.edge.ingest.door.pipe;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** MQTT in the binary frames of a WebSocket (MQTT 5, section 6): packets need not keep to frames. */
public final class WebSocketPipe implements Pipe {

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketPipe.class);
    private static final short UNSUPPORTED_DATA = 1003;

    private final ServerWebSocket socket;

    public WebSocketPipe(ServerWebSocket socket) {
        this.socket = socket;
    }

    @Override
    public String address() {
        return socket.remoteAddress().hostAddress();
    }

    @Override
    public void open(Consumer<Buffer> received, Runnable drained, Runnable closed) {
        socket.setWriteQueueMaxSize(SocketPipe.WRITE_QUEUE_BYTES);
        socket.frameHandler(frame -> {
            if (frame.isText()) {
                LOG.info("A client from {} sends text where MQTT is binary and is disconnected", address());
                socket.close(UNSUPPORTED_DATA);
            } else if (frame.isBinary() || frame.isContinuation()) {
                received.accept(frame.binaryData());
            }
        });
        socket.drainHandler(nothing -> drained.run());
        socket.closeHandler(nothing -> closed.run());
        socket.exceptionHandler(failure -> LOG.debug("Connection from {} failed: {}", address(), failure.toString()));
    }

    @Override
    public Optional<X509Certificate> certificate() {
        if (!socket.isSsl()) {
            return Optional.empty();
        }
        try {
            return SocketPipe.first(socket.peerCertificates());
        } catch (SSLPeerUnverifiedException e) {
            LOG.trace("{} shows no certificate", address(), e);
            return Optional.empty();
        }
    }

    @Override
    public void pause() {
        socket.pause();
    }

    @Override
    public void resume() {
        socket.resume();
    }

    @Override
    public boolean isFull() {
        return socket.writeQueueFull();
    }

    @Override
    public void write(Buffer bytes) {
        socket.writeBinaryMessage(bytes);
    }

    @Override
    public void close() {
        socket.close();
    }

    /** The closing handshake needs the client; its own deadline ends it. */
    @Override
    public void kill() {
        socket.shutdown(java.time.Duration.ZERO, (short) 1001);
    }
}
