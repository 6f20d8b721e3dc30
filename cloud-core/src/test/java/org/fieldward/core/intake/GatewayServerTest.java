package org.fieldward.core.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.zaxxer.hikari.HikariDataSource;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.fieldward.core.app.database.TestDatabase;
import org.fieldward.core.intake.enrolment.Authority;
import org.fieldward.core.intake.enrolment.EnrolmentService;
import org.fieldward.core.intake.state.GatewayStates;
import org.fieldward.core.intake.state.RegisteredStates;
import org.fieldward.core.journal.Appender;
import org.fieldward.core.journal.MemoryJournal;
import org.fieldward.core.journal.SqlStanding;
import org.fieldward.core.registry.SqlGateways;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.BatchStream;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Enrolments;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.certificate.Subject;
import org.fieldward.proto.link.Batch;
import org.fieldward.proto.link.EnrolRequest;
import org.fieldward.proto.link.EnrolResponse;
import org.fieldward.proto.link.EnrolmentGrpc;
import org.fieldward.proto.link.FromCore;
import org.fieldward.proto.link.FromGateway;
import org.fieldward.proto.link.Heartbeat;
import org.fieldward.proto.link.Hello;
import org.fieldward.proto.link.Lane;
import org.fieldward.proto.link.LaneBacklog;
import org.fieldward.proto.link.Life;
import org.fieldward.proto.link.LinkGrpc;
import org.fieldward.proto.link.Range;
import org.fieldward.proto.link.Refusal;
import org.fieldward.proto.link.Refusal.Reason;
import org.fieldward.proto.link.RenewRequest;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Stamp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The gateways' door over real TLS, with a gateway that does what the test says. */
final class GatewayServerTest {

    private static final InstantSource CLOCK = InstantSource.system();

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private final HikariDataSource database = TestDatabase.fresh();
    private final CertificateMaker maker = new CertificateMaker(new SecureRandom());
    private final Authority authority = new Authority(
            maker.authority(
                    "test", CLOCK.instant().minusSeconds(60), CLOCK.instant().plus(Duration.ofDays(9))),
            maker,
            CLOCK);
    private final SqlGateways gateways = new SqlGateways(database, CLOCK);
    private final MemoryJournal journal = new MemoryJournal();
    private final Appender appender = new Appender(journal, 100, 10 << 20, () -> {});
    private final Sessions sessions = new Sessions();
    private final GatewayServer server = new GatewayServer(
            new IntakeSettings(
                    new InetSocketAddress("127.0.0.1", 0),
                    List.of("localhost", "127.0.0.1"),
                    4,
                    1 << 20,
                    100,
                    100,
                    Duration.ofSeconds(5),
                    Duration.ofDays(30)),
            authority,
            journal,
            appender,
            gateways,
            sessions,
            () -> CLOCK.instant().plus(ahead.get()));
    private final List<ManagedChannel> channels = new ArrayList<>();

    @AfterEach
    void close() throws InterruptedException {
        channels.forEach(ManagedChannel::shutdownNow);
        server.close();
        appender.close();
        database.close();
    }

    private ManagedChannel channel(Optional<Credential> own) {
        try {
            SslContextBuilder tls = GrpcSslContexts.forClient().trustManager(authority.certificate());
            own.ifPresent(credential ->
                    tls.keyManager(credential.key(), credential.chain().toArray(X509Certificate[]::new)));
            ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", server.port())
                    .sslContext(tls.build())
                    .build();
            channels.add(channel);
            return channel;
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    private EnrolmentGrpc.EnrolmentBlockingStub enrolment() {
        return EnrolmentGrpc.newBlockingStub(channel(Optional.empty())).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    private static EnrolRequest request(String gateway, String token, KeyPair keys) {
        byte[] encoded = keys.getPublic().getEncoded();
        return EnrolRequest.newBuilder()
                .setGateway(gateway)
                .setToken(token)
                .setPublicKey(ByteString.copyFrom(encoded))
                .setProof(ByteString.copyFrom(
                        Enrolments.sign(keys.getPrivate(), Enrolments.enrolProof(gateway, token, encoded))))
                .build();
    }

    private static Credential credential(KeyPair keys, EnrolResponse response) {
        return new Credential(
                keys.getPrivate(),
                response.getCertificatesList().stream()
                        .map(der -> Pem.certificate(der.toByteArray()))
                        .toList());
    }

    private Credential enrolled(String gateway) {
        gateways.admit(
                gateway,
                EnrolmentService.digest("t-" + gateway),
                CLOCK.instant().plusSeconds(60));
        KeyPair keys = maker.keyPair();
        return credential(keys, enrolment().enrol(request(gateway, "t-" + gateway, keys)));
    }

    /** One session as a gateway sees it. */
    private final class Line implements StreamObserver<FromCore> {
        private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        private final StreamObserver<FromGateway> out;

        Line(Optional<Credential> own) {
            out = LinkGrpc.newStub(channel(own)).session(this);
        }

        Line hello(String gateway, long session) {
            return hello(gateway, session, 1, 1);
        }

        /** Of a file whose present life grew from life 3 at sequence 10. */
        Line copy(String gateway, long session, long epoch) {
            out.onNext(FromGateway.newBuilder()
                    .setHello(Hello.newBuilder()
                            .setGateway(gateway)
                            .setSession(session)
                            .setEpoch(epoch)
                            .setNextSequence(20)
                            .addLives(Life.newBuilder().setEpoch(3).setFirst(1))
                            .addLives(Life.newBuilder()
                                    .setEpoch(epoch)
                                    .setParent(3)
                                    .setFirst(10))
                            .setOldestProtocol(1)
                            .setNewestProtocol(4))
                    .build());
            return this;
        }

        Line hello(String gateway, long session, int oldest, int newest) {
            out.onNext(FromGateway.newBuilder()
                    .setHello(Hello.newBuilder()
                            .setGateway(gateway)
                            .setSession(session)
                            .setEpoch(3)
                            .setOldestProtocol(oldest)
                            .setNewestProtocol(newest)
                            .setSoftware("test"))
                    .build());
            return this;
        }

        void batch(long number, long first, long last, String content) {
            out.onNext(FromGateway.newBuilder()
                    .setBatch(Batch.newBuilder()
                            .setNumber(number)
                            .setEpoch(3)
                            .setLane(Lane.LANE_VITAL)
                            .addRanges(Range.newBuilder().setFirst(first).setLast(last))
                            .setContent(ByteString.copyFromUtf8(content)))
                    .build());
        }

        void piece(long number, BatchStream.Piece piece) {
            out.onNext(FromGateway.newBuilder()
                    .setBatch(Batch.newBuilder()
                            .setNumber(number)
                            .setEpoch(3)
                            .setLane(Lane.LANE_VITAL)
                            .addRanges(Range.newBuilder().setFirst(number).setLast(number))
                            .setPiece(piece.bytes())
                            .setPieceSize(piece.size())
                            .setPieceCheck(piece.check()))
                    .build());
        }

        FromCore next() throws InterruptedException {
            Object said = heard.poll(20, TimeUnit.SECONDS);
            assertThat(said).as("the core's answer").isInstanceOf(FromCore.class);
            return (FromCore) said;
        }

        @Override
        public void onNext(FromCore message) {
            heard.add(message);
        }

        @Override
        public void onError(Throwable failure) {
            heard.add(failure);
        }

        @Override
        public void onCompleted() {
            heard.add("end");
        }
    }

    @Test
    void a_batch_is_confirmed_after_the_journal_has_it_and_confirmed_again_when_it_comes_twice() throws Exception {
        Line line = new Line(Optional.of(enrolled("g1"))).hello("g1", 1);
        assertThat(line.next().getWelcome().getWindow()).isEqualTo(4);

        line.batch(1, 1, 10, "content");
        assertThat(line.next().getConfirm().getBatchesList()).containsExactly(1L);
        assertThat(journal.after(0, 9))
                .singleElement()
                .satisfies(entry -> assertThat(entry.arrival().gateway()).isEqualTo("g1"));
        line.batch(2, 1, 10, "content");
        assertThat(line.next().getConfirm().getRangesList())
                .containsExactly(Range.newBuilder().setFirst(1).setLast(10).build());
        assertThat(journal.after(0, 9)).hasSize(1);
    }

    @Test
    void the_pieces_of_a_stream_are_journalled_as_batches_that_stand_for_themselves() throws Exception {
        Line line = new Line(Optional.of(enrolled("g1"))).hello("g1", 1, 1, 4);
        assertThat(line.next().getWelcome().getProtocol()).isEqualTo(4);
        try (var packer = new BatchStream.Packer()) {
            for (int i = 1; i <= 3; i++) {
                line.piece(i, packer.pack(ByteString.copyFrom(BatchCodec.encode(List.of(status(i))))));
                assertThat(line.next().getConfirm().getBatchesList()).containsExactly((long) i);
            }
        }

        assertThat(journal.after(0, 9))
                .extracting(entry -> BatchCodec.decode(entry.arrival().content().toByteArray()))
                .containsExactly(List.of(status(1)), List.of(status(2)), List.of(status(3)));
    }

    @Test
    void a_piece_without_what_came_before_it_is_refused_and_never_journalled() throws Exception {
        Line line = new Line(Optional.of(enrolled("g1"))).hello("g1", 1, 1, 4);
        line.next();
        try (var packer = new BatchStream.Packer()) {
            packer.pack(ByteString.copyFrom(BatchCodec.encode(List.of(status(1)))));
            line.piece(2, packer.pack(ByteString.copyFrom(BatchCodec.encode(List.of(status(2))))));
        }

        assertThat(line.next().getRefusal().getReason()).isEqualTo(Refusal.Reason.REASON_MALFORMED);
        assertThat(journal.after(0, 9)).isEmpty();
    }

    private static Sequenced status(int second) {
        var stamp = new Stamp(Optional.empty(), Instant.EPOCH.plusSeconds(second), second, 7, ClockState.SYNCHRONISED);
        return new Sequenced(second, new DeviceStatus(new DeviceId("monitor-1"), stamp, DeviceStatus.Status.ONLINE));
    }

    @Test
    void more_batches_than_the_window_are_all_confirmed_in_turn() throws Exception {
        Line line = new Line(Optional.of(enrolled("g1"))).hello("g1", 1);
        line.next();
        for (int i = 1; i <= 50; i++) {
            line.batch(i, i, i, "content");
        }
        for (long i = 1; i <= 50; i++) {
            assertThat(line.next().getConfirm().getBatchesList()).containsExactly(i);
        }
    }

    @Test
    void the_welcome_says_what_the_core_already_holds() throws Exception {
        Credential own = enrolled("g1");
        Line line = new Line(Optional.of(own)).hello("g1", 1);
        line.next();
        line.batch(1, 1, 10, "content");
        line.next();

        assertThat(new Line(Optional.of(own)).hello("g1", 2).next().getWelcome().getCoveredList())
                .containsExactly(Range.newBuilder().setFirst(1).setLast(10).build());
    }

    @Test
    void a_newer_session_replaces_the_older_whose_end_does_not_hurt_it() throws Exception {
        Credential own = enrolled("g1");
        Line old = new Line(Optional.of(own)).hello("g1", 1);
        old.next();
        Line young = new Line(Optional.of(own)).hello("g1", 2);
        assertThat(young.next().hasWelcome()).isTrue();
        assertThat(old.next().getRefusal().getReason()).isEqualTo(Reason.REASON_REPLACED_BY_NEWER_SESSION);

        assertThat(new Line(Optional.of(own)).hello("g1", 1).next().getRefusal().getReason())
                .isEqualTo(Reason.REASON_REPLACED_BY_NEWER_SESSION);
        young.batch(1, 1, 1, "content");
        assertThat(young.next().hasConfirm()).isTrue();
    }

    @Test
    void a_gateway_that_calls_itself_by_another_name_is_refused() throws Exception {
        enrolled("g2");
        assertThat(new Line(Optional.of(enrolled("g1")))
                        .hello("g2", 1)
                        .next()
                        .getRefusal()
                        .getReason())
                .isEqualTo(Reason.REASON_GATEWAY_UNKNOWN);
    }

    @Test
    void a_certificate_of_ours_that_the_registry_does_not_know_is_refused() throws Exception {
        KeyPair keys = maker.keyPair();
        Credential forgotten =
                new Credential(keys.getPrivate(), authority.gateway("g1", keys.getPublic(), Duration.ofDays(1)));
        assertThat(new Line(Optional.of(forgotten))
                        .hello("g1", 1)
                        .next()
                        .getRefusal()
                        .getReason())
                .isEqualTo(Reason.REASON_GATEWAY_UNKNOWN);
    }

    @Test
    void a_certificate_of_another_authority_does_not_get_through_the_handshake() throws Exception {
        Instant now = CLOCK.instant();
        Credential foreign = maker.authority("foreign", now.minusSeconds(60), now.plusSeconds(600));
        Credential stranger = maker.issue(
                foreign,
                new Subject("g1", Subject.Purpose.CLIENT, List.of()),
                now.minusSeconds(60),
                now.plusSeconds(600));
        assertThat(new Line(Optional.of(stranger)).hello("g1", 1).heard.poll(20, TimeUnit.SECONDS))
                .isInstanceOf(StatusRuntimeException.class);
    }

    @Test
    void without_a_certificate_there_is_no_session() throws Exception {
        Object said = new Line(Optional.empty()).hello("g1", 1).heard.poll(20, TimeUnit.SECONDS);
        assertThat(Status.fromThrowable((Throwable) said).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void a_revoked_gateway_is_out_at_its_next_heartbeat_and_at_the_door() throws Exception {
        Credential own = enrolled("g1");
        Line line = new Line(Optional.of(own)).hello("g1", 1);
        line.next();
        gateways.revoke("g1");

        line.out.onNext(FromGateway.newBuilder()
                .setHeartbeat(Heartbeat.getDefaultInstance())
                .build());
        assertThat(line.next().getRefusal().getReason()).isEqualTo(Reason.REASON_GATEWAY_REVOKED);
        assertThat(new Line(Optional.of(own)).hello("g1", 2).next().getRefusal().getReason())
                .isEqualTo(Reason.REASON_GATEWAY_REVOKED);
        Credential again = enrolled("g1");
        assertThat(new Line(Optional.of(again)).hello("g1", 3).next().hasWelcome())
                .isTrue();
        assertThat(new Line(Optional.of(own)).hello("g1", 4).next().getRefusal().getReason())
                .isEqualTo(Reason.REASON_GATEWAY_REVOKED);
    }

    @Test
    void a_revoked_gateway_that_sends_no_heartbeat_is_out_all_the_same() throws Exception {
        Line line = new Line(Optional.of(enrolled("g1"))).hello("g1", 1);
        line.next();
        gateways.revoke("g1");
        ahead.set(Duration.ofSeconds(5));

        line.batch(1, 1, 1, "content");
        assertThat(line.next().getRefusal().getReason()).isEqualTo(Reason.REASON_GATEWAY_REVOKED);
        assertThat(journal.after(0, 9)).isEmpty();
    }

    @Test
    void a_sequence_that_leaves_no_room_for_the_next_is_refused() throws Exception {
        Line line = new Line(Optional.of(enrolled("g1"))).hello("g1", 1);
        line.next();
        line.batch(1, Long.MAX_VALUE, Long.MAX_VALUE, "content");
        assertThat(line.next().getRefusal().getReason()).isEqualTo(Reason.REASON_MALFORMED);
    }

    @Test
    void the_clock_offset_of_a_gateway_that_is_gone_is_what_it_was_when_it_spoke() throws Exception {
        Line line = new Line(Optional.of(enrolled("g1"))).hello("g1", 1);
        line.next();
        line.out.onNext(FromGateway.newBuilder()
                .setHeartbeat(Heartbeat.newBuilder()
                        .setClock(org.fieldward.proto.link.Clock.newBuilder().setNowMicros(CLOCK.millis() * 1_000)))
                .build());
        line.next();
        ahead.set(Duration.ofHours(1));
        sessions.hangUp("g1");

        assertThat(gateways.states()).singleElement().satisfies(state -> {
            assertThat(state.connected()).isFalse();
            assertThat(state.clockOffset()).isBetween(Duration.ofSeconds(-60), Duration.ofSeconds(60));
        });
    }

    @Test
    void a_protocol_that_is_not_spoken_here_is_refused_with_the_versions() throws Exception {
        assertThat(new Line(Optional.of(enrolled("g1")))
                        .hello("g1", 1, 7, 9)
                        .next()
                        .getRefusal())
                .satisfies(refusal -> {
                    assertThat(refusal.getReason()).isEqualTo(Reason.REASON_PROTOCOL);
                    assertThat(refusal.getDetail()).contains("1 to 6").contains("7 to 9");
                });
    }

    @Test
    void a_heartbeat_is_answered_and_remembered() throws Exception {
        Line line = new Line(Optional.of(enrolled("g1"))).hello("g1", 1);
        line.next();
        line.out.onNext(FromGateway.newBuilder()
                .setHeartbeat(Heartbeat.newBuilder()
                        .addBacklog(LaneBacklog.newBuilder()
                                .setLane(Lane.LANE_VITAL)
                                .setRecords(42))
                        .setOldestUnconfirmedAgeSeconds(7))
                .build());
        assertThat(line.next().getHeartbeat().getClock().getNowMicros()).isPositive();

        assertThat(gateways.states()).singleElement().satisfies(state -> {
            assertThat(state.connected()).isTrue();
            assertThat(state.backlog()).containsEntry(org.fieldward.proto.reading.Lane.VITAL, 42L);
            assertThat(state.oldestUnconfirmedAge()).isEqualTo(Duration.ofSeconds(7));
        });
        gateways.admit("g0", EnrolmentService.digest("x"), CLOCK.instant());
        assertThat(new RegisteredStates(gateways, new SqlStanding(database)).all())
                .extracting(GatewayStates.GatewayState::gateway)
                .containsExactly("g0", "g1");
    }

    @Test
    void two_copies_of_a_gateway_are_heard_in_turns_whatever_their_clocks_say_and_both_are_told() throws Exception {
        Credential own = enrolled("g1");
        Line first = new Line(Optional.of(own)).copy("g1", 1_000, 8);
        assertThat(first.next().getWelcome().getCopy()).isFalse();
        first.batch(1, 1, 9, "content");
        first.next();

        Line second = new Line(Optional.of(own)).copy("g1", 7, 9);

        assertThat(second.next().getWelcome()).satisfies(welcome -> {
            assertThat(welcome.getCopy()).isTrue();
            assertThat(welcome.getCoveredList()).isEmpty();
            assertThat(welcome.getHeldList()).singleElement().satisfies(held -> {
                assertThat(held.getEpoch()).isEqualTo(3);
                assertThat(held.getRanges(0).getLast()).isEqualTo(9);
            });
        });
        assertThat(first.next().getRefusal()).satisfies(refusal -> {
            assertThat(refusal.getDetail()).contains("a copy of this gateway's buffer");
            assertThat(refusal.getRetryAfterSeconds()).isEqualTo(60);
        });
        Line again = new Line(Optional.of(own)).copy("g1", 1_001, 8);
        assertThat(again.next().getWelcome().getCopy()).isTrue();
    }

    @Test
    void a_batch_without_sequences_ends_the_session_and_names_the_field() throws Exception {
        Line line = new Line(Optional.of(enrolled("g1"))).hello("g1", 1);
        line.next();
        line.batch(1, 0, 0, "content");
        assertThat(line.next().getRefusal()).satisfies(refusal -> {
            assertThat(refusal.getReason()).isEqualTo(Reason.REASON_MALFORMED);
            assertThat(refusal.getDetail()).contains("range");
        });
    }

    @Test
    void a_token_admits_once_and_only_its_own_gateway() {
        gateways.admit("g1", EnrolmentService.digest("secret"), CLOCK.instant().plusSeconds(60));
        KeyPair keys = maker.keyPair();
        assertDenied(request("g2", "secret", keys));
        assertDenied(request("g1", "guess", keys));
        enrolment().enrol(request("g1", "secret", keys));
        assertDenied(request("g1", "secret", keys));
    }

    @Test
    void a_token_that_is_too_old_admits_nobody() {
        gateways.admit("g1", EnrolmentService.digest("secret"), CLOCK.instant().minusSeconds(1));
        assertDenied(request("g1", "secret", maker.keyPair()));
    }

    private void assertDenied(EnrolRequest request) {
        assertThatThrownBy(() -> enrolment().enrol(request))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED));
    }

    @Test
    void an_expired_certificate_is_good_for_renewal_and_the_renewed_one_for_a_session() throws Exception {
        enrolled("g1");
        KeyPair old = maker.keyPair();
        X509Certificate expired =
                authority.gateway("g1", old.getPublic(), Duration.ofMinutes(-1)).getFirst();
        gateways.certified("g1", Pem.fingerprint(expired), expired.getNotAfter().toInstant());
        KeyPair fresh = maker.keyPair();

        EnrolResponse renewed = enrolment().renew(renewal("g1", expired, old, fresh));

        Credential own = credential(fresh, renewed);
        assertThat(new Line(Optional.of(own)).hello("g1", 1).next().hasWelcome())
                .isTrue();
        Credential outdated = new Credential(old.getPrivate(), List.of(expired, authority.certificate()));
        assertThat(new Line(Optional.of(outdated)).hello("g1", 2).heard.poll(20, TimeUnit.SECONDS))
                .isInstanceOf(StatusRuntimeException.class);
    }

    @Test
    void a_renewal_needs_the_key_of_the_present_certificate() {
        Credential own = enrolled("g1");
        KeyPair thief = maker.keyPair();
        assertThatThrownBy(() -> enrolment().renew(renewal("g1", own.certificate(), thief, thief)))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("proof");
    }

    private static RenewRequest renewal(String gateway, X509Certificate present, KeyPair old, KeyPair fresh) {
        byte[] encoded = fresh.getPublic().getEncoded();
        return RenewRequest.newBuilder()
                .setGateway(gateway)
                .setPublicKey(ByteString.copyFrom(encoded))
                .setCertificate(ByteString.copyFrom(Pem.der(present)))
                .setProof(
                        ByteString.copyFrom(Enrolments.sign(old.getPrivate(), Enrolments.renewProof(gateway, encoded))))
                .build();
    }
}
