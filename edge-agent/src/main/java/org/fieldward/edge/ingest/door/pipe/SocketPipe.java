package org.fieldward.edge.ingest.door.pipe;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** MQTT straight over TCP, TLS or a unix socket. */
public final class SocketPipe implements Pipe {

    private static final Logger LOG = LoggerFactory.getLogger(SocketPipe.class);
    static final int WRITE_QUEUE_BYTES = 256 * 1024;

    /** Bytes read at once: what is read of one client that has to wait then, times all clients, must fit into memory. */
    private static final int LARGEST_READ = 16 * 1024;

    private static final int FIRST_READ = 1024;
    private static final int SMALLEST_READ = 256;

    private final NetSocket socket;
    private final ChannelConfig channel;
    private final String address;

    public SocketPipe(NetSocket socket, String address) {
        this.socket = socket;
        this.address = address;
        channel = ((NetSocketInternal) socket).channelHandlerContext().channel().config();
        channel.setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(SMALLEST_READ, FIRST_READ, LARGEST_READ));
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public void open(Consumer<Buffer> received, Runnable drained, Runnable closed) {
        socket.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        socket.handler(received::accept);
        socket.drainHandler(nothing -> drained.run());
        socket.closeHandler(nothing -> closed.run());
        socket.exceptionHandler(failure -> LOG.debug("Connection from {} failed: {}", address, failure.toString()));
    }

    @Override
    public Optional<X509Certificate> certificate() {
        if (!socket.isSsl()) {
            return Optional.empty();
        }
        try {
            return first(socket.peerCertificates());
        } catch (SSLPeerUnverifiedException e) {
            LOG.trace("{} shows no certificate", address, e);
            return Optional.empty();
        }
    }

    static Optional<X509Certificate> first(Iterable<Certificate> chain) {
        for (Certificate certificate : chain) {
            return certificate instanceof X509Certificate x509 ? Optional.of(x509) : Optional.empty();
        }
        return Optional.empty();
    }

    /** Vert.x's own pause goes on reading for some packets and keeps them. */
    @Override
    public void pause() {
        channel.setAutoRead(false);
        socket.pause();
    }

    @Override
    public void resume() {
        socket.resume();
        channel.setAutoRead(true);
    }

    @Override
    public boolean isFull() {
        return socket.writeQueueFull();
    }

    @Override
    public void write(Buffer bytes) {
        socket.write(bytes);
    }

    @Override
    public void close() {
        socket.close();
    }

    @Override
    public void kill() {
        var unused = ((NetSocketInternal) socket).channelHandlerContext().close();
    }
}
