package org.fieldward.simulator.uplink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.BatchStream;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Enrolments;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.certificate.Subject;
import org.fieldward.proto.link.Batch;
import org.fieldward.proto.link.Confirm;
import org.fieldward.proto.link.EnrolRequest;
import org.fieldward.proto.link.EnrolResponse;
import org.fieldward.proto.link.EnrolmentGrpc;
import org.fieldward.proto.link.FromCore;
import org.fieldward.proto.link.FromGateway;
import org.fieldward.proto.link.LinkGrpc;
import org.fieldward.proto.link.Refusal;
import org.fieldward.proto.link.Welcome;
import org.fieldward.proto.reading.Reading;
import org.fieldward.simulator.load.Processes;
import org.fieldward.simulator.sample.Secret;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UplinksTest {

    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    private final CertificateMaker maker = new CertificateMaker(new SecureRandom());
    private final Credential authority = maker.authority(
            "core", Instant.now().minus(Duration.ofDays(1)), Instant.now().plus(Duration.ofDays(1)));
    private final ConcurrentLinkedQueue<Sequenced> arrived = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Integer> sizes = new ConcurrentLinkedQueue<>();
    private final AtomicInteger turnAway = new AtomicInteger();
    private final ConcurrentLinkedQueue<Long> sessions = new ConcurrentLinkedQueue<>();
    private boolean isRevoked;
    private Server server;

    /** Enrols whoever holds the key it shows, and confirms what it can read. */
    @BeforeEach
    void open() throws IOException {
        Credential own = maker.issue(
                authority,
                new Subject("core", Subject.Purpose.SERVER, List.of("127.0.0.1")),
                Instant.now().minus(Duration.ofDays(1)),
                Instant.now().plus(Duration.ofDays(1)));
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sslContext(GrpcSslContexts.configure(SslContextBuilder.forServer(
                                own.key(), own.chain().toArray(X509Certificate[]::new)))
                        .trustManager(authority.certificate())
                        .clientAuth(ClientAuth.OPTIONAL)
                        .build())
                .addService(new Enrolment())
                .addService(new Link())
                .build()
                .start();
    }

    @AfterEach
    void close() {
        server.shutdownNow();
    }

    private final class Enrolment extends EnrolmentGrpc.EnrolmentImplBase {
        @Override
        public void enrol(EnrolRequest request, StreamObserver<EnrolResponse> answer) {
            byte[] key = request.getPublicKey().toByteArray();
            assertThat(Enrolments.verify(
                            Pem.publicKey(key),
                            Enrolments.enrolProof(request.getGateway(), request.getToken(), key),
                            request.getProof().toByteArray()))
                    .isTrue();
            X509Certificate own = maker.issue(
                    authority,
                    new Subject(request.getGateway(), Subject.Purpose.CLIENT, List.of()),
                    Pem.publicKey(key),
                    Instant.now().minus(Duration.ofDays(1)),
                    Instant.now().plus(Duration.ofDays(1)));
            answer.onNext(EnrolResponse.newBuilder()
                    .addCertificates(ByteString.copyFrom(Pem.der(own)))
                    .addCertificates(ByteString.copyFrom(Pem.der(authority.certificate())))
                    .build());
            answer.onCompleted();
        }
    }

    private final class Link extends LinkGrpc.LinkImplBase {
        @Override
        public StreamObserver<FromGateway> session(StreamObserver<FromCore> answer) {
            var opener = new BatchStream.Opener();
            return new StreamObserver<>() {
                @Override
                public void onNext(FromGateway message) {
                    if (message.hasHello()) {
                        sessions.add(message.getHello().getSession());
                        answer.onNext(isRevoked ? refusal(Refusal.Reason.REASON_GATEWAY_REVOKED, 0) : welcome());
                    } else if (message.hasBatch() && turnAway.getAndDecrement() == 1) {
                        answer.onNext(refusal(Refusal.Reason.REASON_BUSY, 1));
                        answer.onCompleted();
                    } else if (message.hasBatch()) {
                        take(message.getBatch(), opener);
                        answer.onNext(FromCore.newBuilder()
                                .setConfirm(Confirm.newBuilder()
                                        .setEpoch(message.getBatch().getEpoch())
                                        .addBatches(message.getBatch().getNumber()))
                                .build());
                    }
                }

                @Override
                public void onError(Throwable failure) {
                    opener.close();
                }

                @Override
                public void onCompleted() {
                    opener.close();
                }
            };
        }
    }

    private static FromCore welcome() {
        return FromCore.newBuilder()
                .setWelcome(Welcome.newBuilder().setProtocol(6).setWindow(3).setHeartbeatSeconds(15))
                .build();
    }

    private static FromCore refusal(Refusal.Reason reason, int seconds) {
        return FromCore.newBuilder()
                .setRefusal(Refusal.newBuilder()
                        .setReason(reason)
                        .setRetryAfterSeconds(seconds)
                        .setDetail("not this one"))
                .build();
    }

    private void take(Batch batch, BatchStream.Opener opener) {
        ByteString content = batch.getPieceSize() == 0
                ? batch.getContent()
                : opener.open(new BatchStream.Piece(batch.getPiece(), batch.getPieceSize(), batch.getPieceCheck()));
        List<Sequenced> records = BatchCodec.decode(content.toByteArray());
        sizes.add(records.size());
        arrived.addAll(records);
    }

    private UplinkResult run(int gateways, UplinkPlan.Course course) {
        var plan = new UplinkPlan(
                new UplinkPlan.Core("127.0.0.1", server.getPort(), Pem.fingerprint(authority.certificate())),
                IntStream.rangeClosed(1, gateways)
                        .mapToObj(n -> new UplinkPlan.Admission("g-" + n, new Secret("token-" + n)))
                        .toList(),
                2,
                500,
                1,
                course);
        return new Uplinks(plan, new Processes(Map.of()), InstantSource.system(), System::nanoTime, () -> 0)
                .run((second, confirmed, p99) -> {});
    }

    @Test
    void every_reading_of_every_device_arrives_once_and_in_steps_of_a_second() {
        UplinkResult result = run(2, new UplinkPlan.Course(START, 0, 1_200, Duration.ZERO, Duration.ofMinutes(1)));

        assertThat(result.acked()).isEqualTo(2_400);
        assertThat(sizes).containsExactlyInAnyOrder(500, 500, 500, 500, 200, 200);
        Set<String> seen = new HashSet<>();
        for (Sequenced record : new ArrayList<>(arrived)) {
            Reading reading = (Reading) record.entry();
            assertThat(reading.values()).hasSize(6);
            seen.add(reading.device() + " " + reading.stamp().measuredAt());
        }
        assertThat(seen)
                .hasSize(2_400)
                .anyMatch(one -> one.endsWith("2026-03-01T00:00:00Z"))
                .anyMatch(one -> one.endsWith("2026-03-01T00:09:59Z"));
    }

    @Test
    void turned_away_by_a_busy_core_a_gateway_comes_back_with_what_was_not_confirmed() {
        turnAway.set(3);

        UplinkResult result = run(1, new UplinkPlan.Course(START, 0, 5_000, Duration.ZERO, Duration.ofMinutes(1)));

        assertThat(result.turnedAway()).isEqualTo(1);
        assertThat(result.acked()).isEqualTo(5_000);
        assertThat(arrived.stream().map(Sequenced::sequence).distinct().sorted())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 5_000).boxed().toList());
        assertThat(List.copyOf(sessions)).hasSize(2).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void at_a_rate_no_more_is_sent_than_is_due() {
        UplinkResult result = run(2, new UplinkPlan.Course(START, 1_000, 0, Duration.ZERO, Duration.ofSeconds(1)));

        assertThat(result.acked())
                .isBetween(
                        1L,
                        (long) (1_000 * result.setting().seconds())
                                + sizes.stream()
                                        .mapToInt(Integer::intValue)
                                        .max()
                                        .orElse(0));
        assertThat(result.setting().ratePerSecond()).isEqualTo(1_000);
    }

    @Test
    void a_core_that_will_not_have_a_gateway_is_quoted() {
        isRevoked = true;

        assertThatThrownBy(() -> run(1, new UplinkPlan.Course(START, 0, 10, Duration.ZERO, Duration.ofMinutes(1))))
                .isInstanceOf(UplinkException.class)
                .hasMessage("g-1: REASON_GATEWAY_REVOKED: not this one");
    }
}
