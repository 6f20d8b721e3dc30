package org.fieldward.edge.ingest.door.pipe;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts TLS in front of a socket that was accepted without it. Vert.x's own listener would do the handshake before anybody
 * could count the client, and its way to upgrade a server's socket works on one event loop only (5.1.1).
 */
public final class TlsShield {

    private static final Logger LOG = LoggerFactory.getLogger(TlsShield.class);

    /** Bytes; those with post-quantum keys have some 2,000. */
    private static final int LARGEST_HELLO = 16 * 1024;

    /** Thousands that came together must not end together: the others would have to wait. */
    private static final long SPREAD_MILLIS = 1_000;

    private final Path certificate;
    private final Path key;
    private final Optional<Path> clientCa;
    private final boolean clientRequired;
    private final Executor beside;
    private final AtomicLong raised = new AtomicLong();
    private final long deadlineMillis;
    private Optional<CompletableFuture<SslContext>> context = Optional.empty();

    /**
     * Reads nothing yet.
     *
     * @param certificate the door's chain, PEM
     * @param key of the certificate, PEM (PKCS #8)
     * @param clientCa whose client certificates are believed; empty: none is asked for
     * @param deadline for the whole handshake, to which up to a second is added
     * @param beside runs what would hold an event loop up
     */
    public TlsShield(
            Path certificate,
            Path key,
            Optional<Path> clientCa,
            boolean clientRequired,
            Duration deadline,
            Executor beside) {
        this.certificate = certificate;
        this.key = key;
        this.clientCa = clientCa;
        this.clientRequired = clientRequired;
        this.beside = beside;
        deadlineMillis = deadline.toMillis();
    }

    /**
     * Reads the files, so that it is said at the start what is wrong with them.
     *
     * @throws IllegalArgumentException if one of them holds no certificate or no key
     */
    public void check() {
        read();
    }

    private SslContextBuilder read() {
        SslContextBuilder keys = SslContextBuilder.forServer(certificate.toFile(), key.toFile())
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.2", "TLSv1.3");
        return clientCa.map(authorities -> keys.trustManager(authorities.toFile())
                        .clientAuth(clientRequired ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL))
                .orElseGet(() -> keys.trustManager(new TrustNobody()));
    }

    /** Made for the first client: a gateway without such clients need not hold the JDK's TLS. */
    private synchronized CompletableFuture<SslContext> context() {
        CompletableFuture<SslContext> made =
                context.orElseGet(() -> CompletableFuture.supplyAsync(this::build, beside));
        context = Optional.of(made);
        return made;
    }

    private SslContext build() {
        try {
            return read().build();
        } catch (IllegalArgumentException | SSLException e) {
            LOG.error("TLS clients are turned away until the agent starts again: {}", e.getMessage());
            throw new CompletionException(e);
        }
    }

    /** Who cannot be served is not left waiting: nobody else would end it, and it counts. */
    private Future<SslContext> give(Promise<SslContext> promise, NetSocket socket) {
        context().whenComplete((made, failure) -> {
            if (failure == null) {
                promise.setSuccess(made);
            } else {
                socket.close();
                promise.setFailure(failure);
            }
        });
        return promise;
    }

    /**
     * Calls back, on the channel's thread, when the handshake is done; closes the socket if it cannot be. An engine costs tens
     * of kilobytes, and is made only for a client that sent its whole ClientHello.
     */
    public void raise(NetSocket socket, Runnable done) {
        Channel channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
        long patience = deadlineMillis + raised.getAndIncrement() % SPREAD_MILLIS;
        var greeter = new SniHandler((name, promise) -> give(promise, socket), LARGEST_HELLO, patience) {
            @Override
            protected SslHandler newSslHandler(SslContext context, ByteBufAllocator allocator) {
                SslHandler handler = super.newSslHandler(context, allocator);
                handler.handshakeFuture().addListener(shaken -> {
                    if (shaken.isSuccess()) {
                        done.run();
                    } else {
                        LOG.debug("A TLS handshake failed: {}", String.valueOf(shaken.cause()));
                        socket.close();
                    }
                });
                return handler;
            }
        };
        channel.pipeline().addFirst("hello", greeter);
    }

    /** For a door that asks for no client certificate. Without it the JDK reads the authorities of the whole web at the start. */
    private static final class TrustNobody implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("this door asks for no client certificates");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("this door is no client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
