package org.fieldward.simulator.uplink;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509TrustManager;
import org.fieldward.proto.certificate.CertificateException;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Enrolments;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.link.EnrolRequest;
import org.fieldward.proto.link.EnrolmentGrpc;
import org.fieldward.simulator.uplink.UplinkPlan.Admission;

/** The gateways' door of a core: gives a certificate for a token, and a channel of its own to each who has one. */
final class Door implements AutoCloseable {

    private static final int MAX_ANSWER_BYTES = 4 << 20;

    private final UplinkPlan.Core core;
    private final EventLoopGroup loop;
    private final CertificateMaker maker = new CertificateMaker(new SecureRandom());

    Door(UplinkPlan.Core core, int threads) {
        this.core = core;
        loop = new MultiThreadIoEventLoopGroup(threads, NioIoHandler.newFactory());
    }

    /** In the order of the admissions; each token is used up. */
    List<Credential> enrol(List<Admission> admissions) {
        ManagedChannel channel = open(Optional.empty());
        try {
            var credentials = new ArrayList<Credential>();
            for (Admission admission : admissions) {
                credentials.add(enrol(EnrolmentGrpc.newBlockingStub(channel), admission));
            }
            return credentials;
        } finally {
            channel.shutdownNow();
        }
    }

    private Credential enrol(EnrolmentGrpc.EnrolmentBlockingStub stub, Admission admission) {
        KeyPair keys = maker.keyPair();
        byte[] publicKey = keys.getPublic().getEncoded();
        String token = admission.token().reveal();
        byte[] proof = Enrolments.sign(keys.getPrivate(), Enrolments.enrolProof(admission.gateway(), token, publicKey));
        try {
            var answer = stub.withDeadlineAfter(30, TimeUnit.SECONDS)
                    .enrol(EnrolRequest.newBuilder()
                            .setGateway(admission.gateway())
                            .setToken(token)
                            .setPublicKey(ByteString.copyFrom(publicKey))
                            .setProof(ByteString.copyFrom(proof))
                            .build());
            List<X509Certificate> chain = answer.getCertificatesList().stream()
                    .map(der -> Pem.certificate(der.toByteArray()))
                    .toList();
            return new Credential(keys.getPrivate(), chain);
        } catch (StatusRuntimeException | CertificateException e) {
            throw new UplinkException("the core did not enrol " + admission.gateway(), e);
        }
    }

    /** Of one gateway alone, as a real one has it. */
    ManagedChannel open(Optional<Credential> own) {
        try {
            SslContextBuilder tls = GrpcSslContexts.forClient().trustManager(new Pinned(core.authority()));
            // The JDK's default kind would stretch a password 20,000 times for each gateway.
            tls.keyStoreType("JKS");
            own.ifPresent(one -> tls.keyManager(one.key(), one.chain().toArray(X509Certificate[]::new)));
            return NettyChannelBuilder.forAddress(core.host(), core.port())
                    .eventLoopGroup(loop)
                    .channelType(NioSocketChannel.class)
                    .directExecutor()
                    .sslContext(tls.build())
                    .maxInboundMessageSize(MAX_ANSWER_BYTES)
                    .build();
        } catch (SSLException e) {
            throw new UplinkException("a simulated gateway's certificate cannot be used for TLS", e);
        }
    }

    void later(Runnable work, long millis) {
        var unused = loop.schedule(work, millis, TimeUnit.MILLISECONDS);
    }

    ScheduledFuture<?> everyMillis(Runnable work, long millis) {
        return loop.scheduleAtFixedRate(work, millis, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    /** Trusts what one authority signed, and nothing else; the name is checked by TLS itself. */
    private record Pinned(String authority) implements X509TrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType)
                throws java.security.cert.CertificateException {
            X509Certificate anchor = Arrays.stream(chain)
                    .filter(one -> Pem.fingerprint(one).equals(authority))
                    .findFirst()
                    .orElseThrow(() -> new java.security.cert.CertificateException(
                            "the core's certificate is not of the authority that was named"));
            try {
                chain[0].verify(anchor.getPublicKey());
                chain[0].checkValidity();
            } catch (GeneralSecurityException e) {
                throw new java.security.cert.CertificateException("the core's certificate does not hold", e);
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType)
                throws java.security.cert.CertificateException {
            throw new java.security.cert.CertificateException("this trusts servers only");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
