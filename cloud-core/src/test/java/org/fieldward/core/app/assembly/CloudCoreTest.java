package org.fieldward.core.app.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContextBuilder;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.fieldward.core.app.database.TestDatabase;
import org.fieldward.core.app.file.AuthorityFiles;
import org.fieldward.core.app.file.SharedKey;
import org.fieldward.core.app.settings.AppException;
import org.fieldward.core.app.settings.Key;
import org.fieldward.core.app.settings.Settings;
import org.fieldward.core.intake.enrolment.EnrolmentService;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.ReadingQuery;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.certificate.Enrolments;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.link.Batch;
import org.fieldward.proto.link.EnrolRequest;
import org.fieldward.proto.link.EnrolResponse;
import org.fieldward.proto.link.EnrolmentGrpc;
import org.fieldward.proto.link.FromCore;
import org.fieldward.proto.link.FromGateway;
import org.fieldward.proto.link.Hello;
import org.fieldward.proto.link.Lane;
import org.fieldward.proto.link.LinkGrpc;
import org.fieldward.proto.link.Range;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole core, on its own certificates, as an operator and a gateway meet it. */
final class CloudCoreTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final DeviceId BED = new DeviceId("bed-1");

    @TempDir
    private Path folder;

    @Test
    void it_does_not_open_to_a_network_while_nobody_can_show_who_they_are() {
        Settings settings = TestDatabase.settings(folder).with(Key.HTTP_ADDRESS, "0.0.0.0");

        assertThatThrownBy(() -> new CloudCore(settings))
                .isInstanceOf(AppException.class)
                .hasMessageContaining("http.address")
                .hasMessageContaining("person add");
    }

    @Test
    void a_batch_of_an_enrolled_gateway_is_confirmed_stored_told_and_still_there_after_a_restart() throws Exception {
        Settings settings = TestDatabase.settings(folder);
        ReadingQuery ann = new ReadingQuery(
                Optional.of("ann"),
                Optional.empty(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.empty(),
                10);
        try (var core = new CloudCore(settings)) {
            core.registry().putPatient(new Patient("ann", "1", "Doe", "Ann", Optional.empty(), "female", NOON));
            core.registry().putDevice(new Device(BED, "monitor", Optional.empty(), Optional.empty(), NOON));
            core.registry().bind(BED, "ann", NOON, Optional.empty());
            var live = new LinkedBlockingQueue<List<Observed>>();
            core.readings().listen(live::add);

            List<FromCore> heard = session(core);

            assertThat(heard).anyMatch(FromCore::hasWelcome).anyMatch(FromCore::hasConfirm);
            assertThat(heard)
                    .anyMatch(message -> message.hasVerdicts()
                            && message.getVerdicts().getAcceptedList().equals(List.of(range())));
            assertThat(live.poll(20, TimeUnit.SECONDS)).hasSize(1);
        }
        try (var core = new CloudCore(settings)) {
            assertThat(core.readings().find(ann))
                    .singleElement()
                    .satisfies(one -> assertThat(core.commitments().after(one.commitmentBatch() - 1, 1))
                            .hasSize(1));
        }
    }

    @Test
    void the_authority_is_made_once_and_only_its_owner_may_read_the_key() throws Exception {
        Settings settings = TestDatabase.settings(folder);
        var random = new SecureRandom();
        String first = Pem.fingerprint(
                AuthorityFiles.open(settings.dataDir(), random, Instant::now).certificate());
        String second = Pem.fingerprint(
                AuthorityFiles.open(settings.dataDir(), random, Instant::now).certificate());

        assertThat(second).isEqualTo(first);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("authority.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void the_key_of_secrets_is_made_once_and_only_its_owner_may_read_it() throws Exception {
        var random = new SecureRandom();
        byte[] first = SharedKey.ofSecrets(folder, random);

        assertThat(SharedKey.ofSecrets(folder, random)).isEqualTo(first).hasSize(32);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("secrets.key"))))
                .isEqualTo("rw-------");
        Files.writeString(folder.resolve("secrets.key"), "abcd");
        assertThatThrownBy(() -> SharedKey.ofSecrets(folder, random)).hasMessageContaining("64 hexadecimal digits");
    }

    private static Range range() {
        return Range.newBuilder().setFirst(1).setLast(1).build();
    }

    /** Enrols, sends one reading and hears the core out until it has said hello, confirm and verdict. */
    private static List<FromCore> session(CloudCore core) throws Exception {
        var random = new SecureRandom();
        String token = "known to the gateway alone";
        core.gateways()
                .admit("g1", EnrolmentService.digest(token), Instant.now().plusSeconds(60));
        KeyPair keys = new CertificateMaker(random).keyPair();
        X509Certificate authority = core.authority().certificate();
        ManagedChannel open = NettyChannelBuilder.forAddress("localhost", core.grpcPort())
                .sslContext(GrpcSslContexts.forClient().trustManager(authority).build())
                .build();
        byte[] encoded = keys.getPublic().getEncoded();
        EnrolResponse response = EnrolmentGrpc.newBlockingStub(open)
                .enrol(EnrolRequest.newBuilder()
                        .setGateway("g1")
                        .setToken(token)
                        .setPublicKey(ByteString.copyFrom(encoded))
                        .setProof(ByteString.copyFrom(
                                Enrolments.sign(keys.getPrivate(), Enrolments.enrolProof("g1", token, encoded))))
                        .build());
        open.shutdownNow();
        SslContextBuilder tls = GrpcSslContexts.forClient()
                .trustManager(authority)
                .keyManager(
                        keys.getPrivate(),
                        response.getCertificatesList().stream()
                                .map(der -> Pem.certificate(der.toByteArray()))
                                .toArray(X509Certificate[]::new));
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", core.grpcPort())
                .sslContext(tls.build())
                .build();
        BlockingQueue<FromCore> heard = new LinkedBlockingQueue<>();
        StreamObserver<FromGateway> out = LinkGrpc.newStub(channel).session(into(heard));
        out.onNext(FromGateway.newBuilder()
                .setHello(Hello.newBuilder()
                        .setGateway("g1")
                        .setSession(1)
                        .setEpoch(1)
                        .setOldestProtocol(1)
                        .setNewestProtocol(1))
                .build());
        out.onNext(FromGateway.newBuilder()
                .setBatch(Batch.newBuilder()
                        .setNumber(1)
                        .setEpoch(1)
                        .setLane(Lane.LANE_VITAL)
                        .addRanges(range())
                        .setContent(ByteString.copyFrom(BatchCodec.encode(List.of(new Sequenced(1, reading()))))))
                .build());
        var all = new ArrayList<FromCore>();
        while (all.stream().noneMatch(FromCore::hasVerdicts)) {
            FromCore next = heard.poll(20, TimeUnit.SECONDS);
            assertThat(next).as("what the core says next").isNotNull();
            all.add(next);
        }
        channel.shutdownNow();
        return all;
    }

    private static Reading reading() {
        return new Reading(
                BED,
                new Stamp(Optional.empty(), NOON.plusSeconds(1), 1, 1, ClockState.SYNCHRONISED),
                List.of(new Value.Quantity(
                        Catalogue.standard().key("heart-rate"), new BigDecimal("72"), Unit.PER_MINUTE)));
    }

    private static StreamObserver<FromCore> into(BlockingQueue<FromCore> heard) {
        return new StreamObserver<>() {
            @Override
            public void onNext(FromCore message) {
                heard.add(message);
            }

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onCompleted() {}
        };
    }
}
