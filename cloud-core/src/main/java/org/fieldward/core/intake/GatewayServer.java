package org.fieldward.core.intake;

import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.fieldward.core.intake.enrolment.Authority;
import org.fieldward.core.intake.enrolment.EnrolmentService;
import org.fieldward.core.journal.Appender;
import org.fieldward.core.journal.Journal;
import org.fieldward.core.registry.Gateways;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.link.FromCore;
import org.fieldward.proto.link.FromGateway;
import org.fieldward.proto.link.LinkGrpc;

/**
 * The gateways' door: gRPC over TLS. {@code Link} needs a client certificate of ours; {@code Enrolment} does not, since
 * it is how a gateway comes to one.
 */
public final class GatewayServer implements AutoCloseable {

    private static final Duration SERVER_CERTIFICATE_LIFE = Duration.ofDays(3_650);
    private static final int THREADS = 8;

    /** What one gateway may send before anybody looks at it. */
    private static final int FLOW_CONTROL_BYTES = 256 << 10;

    private final ExecutorService executor = Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().name("intake-", 0).factory());
    private final Server server;
    private final Gateways gateways;

    public GatewayServer(
            IntakeSettings settings,
            Authority authority,
            Journal journal,
            Appender appender,
            Gateways gateways,
            Sessions sessions,
            InstantSource clock) {
        this.gateways = gateways;
        var admission = new Admission(
                settings.sessionsPerSecond(),
                settings.maxSessions(),
                clock.instant().toEpochMilli());
        var doors = new Session.Doors(journal, appender, gateways, sessions, admission, settings, clock);
        gateways.allDisconnected();
        try {
            server = NettyServerBuilder.forAddress(settings.address())
                    .sslContext(
                            tls(authority.server(settings.names(), SERVER_CERTIFICATE_LIFE), authority.certificate()))
                    .executor(executor)
                    .addService(ServerInterceptors.intercept(new LinkService(doors), Peer.interceptor()))
                    .addService(new EnrolmentService(gateways, authority, settings.certificateLife()))
                    // Content is compressed by us and bounded when opened; gRPC's own compression would be a second
                    // bomb.
                    .decompressorRegistry(DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false))
                    // Fixed, or it would grow with each fast gateway: what hundreds may have sent unread stays bounded.
                    .flowControlWindow(FLOW_CONTROL_BYTES)
                    .maxInboundMessageSize(settings.maxBatchBytes() + (1 << 20))
                    .maxInboundMetadataSize(8 << 10)
                    .maxConcurrentCallsPerConnection(100)
                    .maxRstFramesPerWindow(200, 30)
                    .handshakeTimeout(20, TimeUnit.SECONDS)
                    .keepAliveTime(20, TimeUnit.SECONDS)
                    .keepAliveTimeout(10, TimeUnit.SECONDS)
                    .permitKeepAliveTime(5, TimeUnit.SECONDS)
                    .permitKeepAliveWithoutCalls(true)
                    .build()
                    .start();
        } catch (IOException e) {
            executor.shutdown();
            throw new IntakeException("intake could not listen on " + settings.address(), e);
        }
    }

    private static SslContext tls(Credential own, X509Certificate authority) throws SSLException {
        SslContextBuilder builder =
                SslContextBuilder.forServer(own.key(), own.chain().toArray(X509Certificate[]::new));
        return GrpcSslContexts.configure(builder)
                .protocols("TLSv1.3", "TLSv1.2")
                .trustManager(authority)
                .clientAuth(ClientAuth.OPTIONAL)
                .build();
    }

    /** The port it listens on, also when 0 was asked for. */
    public int port() {
        return ((InetSocketAddress) server.getListenSockets().getFirst()).getPort();
    }

    /** Ends the sessions: what was not confirmed will be sent again. */
    @Override
    public void close() throws InterruptedException {
        server.shutdownNow();
        server.awaitTermination(10, TimeUnit.SECONDS);
        executor.shutdown();
        executor.awaitTermination(10, TimeUnit.SECONDS);
        gateways.allDisconnected();
    }

    private static final class LinkService extends LinkGrpc.LinkImplBase {
        private final Session.Doors doors;

        LinkService(Session.Doors doors) {
            this.doors = doors;
        }

        @Override
        public StreamObserver<FromGateway> session(StreamObserver<FromCore> out) {
            return Peer.present()
                    .<StreamObserver<FromGateway>>map(
                            peer -> new Session(doors, peer, (ServerCallStreamObserver<FromCore>) out))
                    .orElseGet(() -> {
                        out.onError(Status.UNAUTHENTICATED
                                .withDescription("a session needs a client certificate: enrol first")
                                .asRuntimeException());
                        return new Deaf();
                    });
        }
    }

    /** Hears out a caller that was sent away. */
    private static final class Deaf implements StreamObserver<FromGateway> {
        @Override
        public void onNext(FromGateway message) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
