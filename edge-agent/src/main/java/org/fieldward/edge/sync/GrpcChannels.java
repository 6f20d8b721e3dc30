package org.fieldward.edge.sync;

import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509TrustManager;
import org.fieldward.proto.certificate.Credential;

/** Opens channels to the core: TLS with the certificate this gateway has at that moment, and short keepalives. */
public final class GrpcChannels implements AutoCloseable {

    /** More than any answer of a core; a batch goes the other way. */
    private static final int MAX_ANSWER_BYTES = 4 << 20;

    private final CoreAddress address;
    private final X509TrustManager trust;
    private final Supplier<Optional<Credential>> credential;
    private final EventLoopGroup loop;

    /**
     * @param serverName what the core's certificate must name; empty for the host itself
     */
    public record CoreAddress(String host, int port, String serverName) {
        public CoreAddress {
            if (host.isBlank() || port < 1 || port > 65535) {
                throw new IllegalArgumentException("core.address must be HOST:PORT, was '" + host + ":" + port + "'");
            }
        }

        /** @param text {@code HOST:PORT}; an IPv6 address stands in brackets */
        public static CoreAddress of(String text, String serverName) {
            int colon = text.lastIndexOf(':');
            try {
                String host = text.substring(0, Math.max(0, colon)).replaceAll("^\\[|\\]$", "");
                return new CoreAddress(host, Integer.parseInt(text.substring(colon + 1)), serverName);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("core.address must be HOST:PORT, was '" + text + "'", e);
            }
        }
    }

    /** @param credential empty while this gateway has none, as at enrolment */
    public GrpcChannels(CoreAddress address, X509TrustManager trust, Supplier<Optional<Credential>> credential) {
        this.address = address;
        this.trust = trust;
        this.credential = credential;
        loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    }

    /** Shows the gateway's certificate, if it has one. */
    ManagedChannel open() {
        return open(credential.get());
    }

    /** Shows no certificate: the core ends a connection with one that has expired before it is asked to renew it. */
    ManagedChannel openNameless() {
        return open(Optional.empty());
    }

    private ManagedChannel open(Optional<Credential> own) {
        try {
            SslContextBuilder tls = GrpcSslContexts.forClient().trustManager(trust);
            if (own.isPresent()) {
                tls.keyManager(own.get().key(), own.get().chain().toArray(X509Certificate[]::new));
            }
            NettyChannelBuilder builder = NettyChannelBuilder.forAddress(address.host(), address.port())
                    .eventLoopGroup(loop)
                    .channelType(NioSocketChannel.class)
                    .directExecutor()
                    .sslContext(tls.build())
                    .keepAliveTime(20, TimeUnit.SECONDS)
                    .keepAliveTimeout(10, TimeUnit.SECONDS)
                    .maxInboundMessageSize(MAX_ANSWER_BYTES);
            if (!address.serverName().isEmpty()) {
                builder.overrideAuthority(address.serverName() + ":" + address.port());
            }
            return builder.build();
        } catch (SSLException e) {
            throw new SyncException("the gateway's certificate cannot be used for TLS: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
