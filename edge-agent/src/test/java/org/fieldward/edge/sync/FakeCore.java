package org.fieldward.edge.sync;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetSocketAddress;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Enrolments;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.certificate.Subject;
import org.fieldward.proto.link.Confirm;
import org.fieldward.proto.link.EnrolRequest;
import org.fieldward.proto.link.EnrolResponse;
import org.fieldward.proto.link.EnrolmentGrpc;
import org.fieldward.proto.link.FromCore;
import org.fieldward.proto.link.FromGateway;
import org.fieldward.proto.link.LinkGrpc;
import org.fieldward.proto.link.Range;
import org.fieldward.proto.link.Refusal;
import org.fieldward.proto.link.RenewRequest;
import org.fieldward.proto.link.Welcome;
import org.fieldward.proto.reading.Entry;

/** A core with a real gRPC server and real TLS, and a map for a journal. */
public final class FakeCore implements AutoCloseable {

    public static final String TOKEN = "one-time-token";

    private static final Context.Key<String> CALLER = Context.key("caller");

    private final CertificateMaker maker = new CertificateMaker(new SecureRandom());
    private final Instant now;
    private final Credential authority;
    private final Server server;
    private final Map<Long, Entry> journal = new ConcurrentSkipListMap<>();
    private final BlockingQueue<FromGateway> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<Refusal> refusals = new LinkedBlockingQueue<>();
    private volatile boolean confirming = true;
    private volatile long covered;
    private volatile int protocol = 1;
    private volatile List<FromCore> greetings = List.of();

    /** @param now when the core thinks it is */
    public FakeCore(String name, Instant now) throws Exception {
        this.now = now;
        authority = maker.authority("Test core CA", now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(365)));
        Credential own = maker.issue(
                authority,
                new Subject(name, Subject.Purpose.SERVER, List.of(name)),
                now.minus(Duration.ofDays(1)),
                now.plus(Duration.ofDays(30)));
        server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .sslContext(GrpcSslContexts.configure(SslContextBuilder.forServer(
                                own.key(), own.chain().toArray(X509Certificate[]::new)))
                        .trustManager(authority.certificate())
                        .clientAuth(ClientAuth.OPTIONAL)
                        .build())
                .permitKeepAliveTime(10, TimeUnit.SECONDS)
                .intercept(new WhoCalls())
                .addService(new LinkService())
                .addService(new EnrolmentService())
                .build()
                .start();
    }

    public int port() {
        return server.getPort();
    }

    public String fingerprint() {
        return Pem.fingerprint(authority.certificate());
    }

    public X509Certificate authority() {
        return authority.certificate();
    }

    public Map<Long, Entry> journal() {
        return journal;
    }

    public void confirming(boolean on) {
        confirming = on;
    }

    /** So many of the next batches are not taken: each ends its session, with these seconds to stay away. */
    public void busy(int batches, int seconds) {
        for (int i = 0; i < batches; i++) {
            refusals.add(Refusal.newBuilder()
                    .setReason(Refusal.Reason.REASON_BUSY)
                    .setDetail("this core has no room for this gateway now")
                    .setRetryAfterSeconds(seconds)
                    .build());
        }
    }

    /** Speaks this version. */
    public void protocol(int version) {
        protocol = version;
    }

    /** What it says after each welcome. */
    public void greetings(FromCore... messages) {
        greetings = List.of(messages);
    }

    /** Claims to hold all sequences up to this one. */
    public void covered(long last) {
        covered = last;
    }

    /** The next message of this kind. */
    public FromGateway hear(FromGateway.MessageCase kind) throws InterruptedException {
        while (true) {
            FromGateway message = heard.poll(20, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("no " + kind + " within 20 s");
            }
            if (message.getMessageCase() == kind) {
                return message;
            }
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class LinkService extends LinkGrpc.LinkImplBase {
        @Override
        public StreamObserver<FromGateway> session(StreamObserver<FromCore> answers) {
            String caller = CALLER.get();
            return new StreamObserver<>() {
                private boolean over;

                @Override
                public void onNext(FromGateway message) {
                    if (!over) {
                        answer(message);
                    }
                    heard.add(message);
                }

                private void answer(FromGateway message) {
                    switch (message.getMessageCase()) {
                        case HELLO -> {
                            if (!message.getHello().getGateway().equals(caller)) {
                                answers.onError(Status.PERMISSION_DENIED.asRuntimeException());
                                return;
                            }
                            var claims = covered == 0
                                    ? List.<Range>of()
                                    : List.of(Range.newBuilder()
                                            .setFirst(1)
                                            .setLast(covered)
                                            .build());
                            answers.onNext(FromCore.newBuilder()
                                    .setWelcome(Welcome.newBuilder()
                                            .addAllCovered(claims)
                                            .setProtocol(protocol)
                                            .setSession(message.getHello().getSession())
                                            .setCoreNowMicros(now.toEpochMilli() * 1000)
                                            .setHeartbeatSeconds(1)
                                            .setWindow(4))
                                    .build());
                            greetings.forEach(answers::onNext);
                        }
                        case BATCH -> {
                            Refusal refusal = refusals.poll();
                            if (refusal != null) {
                                over = true;
                                answers.onNext(FromCore.newBuilder()
                                        .setRefusal(refusal)
                                        .build());
                                answers.onCompleted();
                                return;
                            }
                            BatchCodec.decode(message.getBatch().getContent().toByteArray())
                                    .forEach(one -> journal.put(one.sequence(), one.entry()));
                            if (confirming) {
                                answers.onNext(FromCore.newBuilder()
                                        .setConfirm(Confirm.newBuilder()
                                                .setEpoch(message.getBatch().getEpoch())
                                                .addAllRanges(message.getBatch().getRangesList())
                                                .addBatches(message.getBatch().getNumber()))
                                        .build());
                            }
                        }
                        default -> {}
                    }
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {
                    if (!over) {
                        answers.onCompleted();
                    }
                }
            };
        }
    }

    private final class EnrolmentService extends EnrolmentGrpc.EnrolmentImplBase {
        @Override
        public void enrol(EnrolRequest request, StreamObserver<EnrolResponse> answer) {
            byte[] key = request.getPublicKey().toByteArray();
            byte[] proof = Enrolments.enrolProof(request.getGateway(), request.getToken(), key);
            boolean good = request.getToken().equals(TOKEN)
                    && Enrolments.verify(
                            Pem.publicKey(key), proof, request.getProof().toByteArray());
            answer(request.getGateway(), Pem.publicKey(key), good, answer);
        }

        @Override
        public void renew(RenewRequest request, StreamObserver<EnrolResponse> answer) {
            byte[] key = request.getPublicKey().toByteArray();
            PublicKey present =
                    Pem.certificate(request.getCertificate().toByteArray()).getPublicKey();
            byte[] proof = Enrolments.renewProof(request.getGateway(), key);
            boolean good = Enrolments.verify(present, proof, request.getProof().toByteArray());
            answer(request.getGateway(), Pem.publicKey(key), good, answer);
        }

        private void answer(String gateway, PublicKey key, boolean good, StreamObserver<EnrolResponse> answer) {
            if (!good) {
                answer.onError(Status.PERMISSION_DENIED
                        .withDescription("token or proof does not hold")
                        .asRuntimeException());
                return;
            }
            X509Certificate issued = maker.issue(
                    authority,
                    new Subject(gateway, Subject.Purpose.CLIENT, List.of()),
                    key,
                    now.minus(Duration.ofDays(1)),
                    now.plus(Duration.ofDays(29)));
            answer.onNext(EnrolResponse.newBuilder()
                    .addCertificates(ByteString.copyFrom(Pem.der(issued)))
                    .addCertificates(ByteString.copyFrom(Pem.der(authority.certificate())))
                    .build());
            answer.onCompleted();
        }
    }

    private static final class WhoCalls implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            SSLSession tls = Objects.requireNonNull(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
            String caller = "";
            try {
                caller = Pem.commonName((X509Certificate) tls.getPeerCertificates()[0]);
            } catch (SSLPeerUnverifiedException e) {
                caller = "nobody";
            }
            return Contexts.interceptCall(Context.current().withValue(CALLER, caller), call, headers, next);
        }
    }
}
