package org.fieldward.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.fieldward.edge.buffer.BufferSettings;
import org.fieldward.edge.buffer.BufferWriter;
import org.fieldward.edge.buffer.CommitListener;
import org.fieldward.edge.buffer.InMemoryBuffer;
import org.fieldward.edge.buffer.Readings;
import org.fieldward.edge.buffer.document.Ruling;
import org.fieldward.edge.buffer.quota.Loss;
import org.fieldward.edge.identity.GatewayIdentity;
import org.fieldward.edge.identity.PinnedTrust;
import org.fieldward.edge.pace.PaceSettings;
import org.fieldward.edge.sync.GrpcChannels.CoreAddress;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.link.Configuration;
import org.fieldward.proto.link.DocumentVerdict;
import org.fieldward.proto.link.DocumentVerdicts;
import org.fieldward.proto.link.FromCore;
import org.fieldward.proto.link.FromGateway.MessageCase;
import org.fieldward.proto.link.Roster;
import org.fieldward.proto.link.RosterEntry;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way up, over real gRPC and real mutual TLS on the loopback. */
class UplinkTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final AtomicLong sessions = new AtomicLong();
    private final GatewayClock clock = new GatewayClock(NOON);
    private InMemoryBuffer buffer = new InMemoryBuffer(1_000_000);
    private FakeCore core;
    private GatewayIdentity identity;
    private final Heard heard = new Heard();

    @BeforeEach
    void start() throws Exception {
        core = new FakeCore("localhost", NOON);
        identity = new GatewayIdentity(directory, new CertificateMaker(new SecureRandom()));
        identity.enrol(new GrpcEnrolment(channels(trust(core.fingerprint()))), "ward-7", FakeCore.TOKEN);
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        core.close();
    }

    @Test
    void what_is_stored_reaches_the_core_and_is_forgotten_when_it_confirmed() throws Exception {
        var relay = new Relay();
        var writer = opened(new BufferWriter(buffer, BufferSettings.DEFAULT, relay, failure -> {}));
        store(writer, 2500);
        Uplink uplink = uplink(writer);
        relay.to = uplink;
        uplink.start();

        store(writer, 100);
        writer.store(List.of(Readings.alarm(1))).toCompletableFuture().get(10, TimeUnit.SECONDS);

        var hello = core.hear(MessageCase.HELLO).getHello();
        assertThat(hello.getGateway()).isEqualTo("ward-7");
        assertThat(hello.getFirstUnconfirmed()).isEqualTo(1);
        awaitEmpty();
        assertThat(core.journal()).hasSize(2601);
        assertThat(core.journal().get(2601L)).isEqualTo(Readings.alarm(1));
        assertThat(core.hear(MessageCase.HEARTBEAT).getHeartbeat().getDevicesConnected())
                .isEqualTo(3);
        assertThat(clock.tell(Instant.EPOCH, 0).state()).isEqualTo(ClockState.SYNCHRONISED);
    }

    @Test
    void a_gateway_that_a_busy_core_turns_away_in_the_middle_comes_back_by_itself_and_loses_nothing() throws Exception {
        core.busy(2, 1);
        var writer = opened(new BufferWriter(buffer, BufferSettings.DEFAULT, new Relay(), failure -> {}));
        store(writer, 2500);
        Uplink uplink = uplink(writer);

        long began = System.nanoTime();
        uplink.start();
        awaitEmpty();

        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .as("twice the second that the core asked for, and half as long again at the middle of chance")
                .isGreaterThanOrEqualTo(Duration.ofMillis(2_500));
        assertThat(sessions).hasValue(3);
        assertThat(core.journal().keySet())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 2500).boxed().toList());
    }

    @Test
    void what_the_centre_wants_is_heard_with_each_session_and_answered_on_it() throws Exception {
        core.greetings(
                FromCore.newBuilder()
                        .setConfiguration(
                                Configuration.newBuilder().setVersion(7).putSettings("alarm.silent-seconds", "60"))
                        .build(),
                FromCore.newBuilder()
                        .setRoster(Roster.newBuilder()
                                .setVersion(9)
                                .addEntries(RosterEntry.newBuilder()
                                        .setDevice("monitor-1")
                                        .setBed("Bed 3")
                                        .setLabel("A. B.")))
                        .build());
        var writer = opened(new BufferWriter(buffer, BufferSettings.DEFAULT, entries -> {}, failure -> {}));

        uplink(writer).start();

        var settled = core.hear(MessageCase.CONFIGURATION).getConfiguration();
        assertThat(settled.getVersion()).isEqualTo(7);
        assertThat(settled.getDetail()).isEqualTo("{alarm.silent-seconds=60}");
        assertThat(heard.places.poll(10, TimeUnit.SECONDS))
                .containsExactly(new GrpcCloudLink.Place("monitor-1", "Bed 3", "A. B."));
    }

    @Test
    void what_the_core_did_not_confirm_is_sent_again_in_the_next_session() throws Exception {
        var writer = opened(new BufferWriter(buffer, BufferSettings.DEFAULT, entries -> {}, failure -> {}));
        store(writer, 10);
        core.confirming(false);
        uplink(writer).start();

        long first = core.hear(MessageCase.HELLO).getHello().getSession();
        core.hear(MessageCase.BATCH);
        assertThat(buffer.hasBacklog()).isTrue();
        core.confirming(true);

        // The watchdog ends the silent session after its second without progress.
        assertThat(core.hear(MessageCase.HELLO).getHello().getSession()).isGreaterThan(first);
        awaitEmpty();
        assertThat(core.journal()).hasSize(10);
    }

    @Test
    void what_the_core_already_holds_is_forgotten_and_not_sent() throws Exception {
        var writer = opened(new BufferWriter(buffer, BufferSettings.DEFAULT, entries -> {}, failure -> {}));
        store(writer, 100);
        core.covered(90);
        uplink(writer).start();

        awaitEmpty();
        assertThat(core.journal()).hasSize(10).containsKeys(91L, 100L);
    }

    @Test
    void a_run_whose_epoch_another_one_used_too_sends_everything_under_a_new_epoch_and_says_so() throws Exception {
        var writer = opened(new BufferWriter(buffer, BufferSettings.DEFAULT, entries -> {}, failure -> {}));
        store(writer, 10);
        core.covered(15);
        Uplink uplink = uplink(writer);
        store(writer, 20);
        uplink.start();

        long shared = core.hear(MessageCase.HELLO).getHello().getEpoch();
        core.covered(0);
        long own = core.hear(MessageCase.HELLO).getHello().getEpoch();
        awaitEmpty();

        assertThat(own).isNotEqualTo(shared);
        assertThat(core.journal()).hasSize(30);
        assertThat(core.hear(MessageCase.BATCH).getBatch().getEpoch()).isEqualTo(own);
        assertThat(uplink.status().copyAt()).contains(NOON);
    }

    @Test
    void a_core_that_holds_what_a_stick_carried_is_no_sign_of_an_older_copy() throws Exception {
        var relay = new Relay();
        var writer = opened(new BufferWriter(buffer, BufferSettings.DEFAULT, relay, failure -> {}));
        Uplink uplink = uplink(writer);
        relay.to = uplink;
        store(writer, 10);
        assertThat(uplink.carried(buffer.nextSequence())).isEqualTo(11);
        core.covered(10);
        store(writer, 5);
        uplink.start();

        awaitEmpty();

        assertThat(core.journal()).containsOnlyKeys(11L, 12L, 13L, 14L, 15L);
    }

    @Test
    void a_core_that_knows_gaps_is_told_what_was_lost() throws Exception {
        buffer = new InMemoryBuffer(10);
        core.protocol(3);
        var relay = new Relay();
        var writer = opened(new BufferWriter(buffer, BufferSettings.DEFAULT, relay, failure -> {}));
        store(writer, 24);
        Uplink uplink = uplink(writer);
        relay.to = uplink;
        uplink.start();

        core.hear(MessageCase.BATCH);
        awaitEmpty();

        assertThat(core.journal().values()).hasSize(12).allSatisfy(entry -> {
            var gap = (Gap) entry;
            assertThat(gap.lost()).isEqualTo(Lane.VITAL);
            assertThat(gap.count()).isEqualTo(2);
            assertThat(gap.stamp().receivedAt()).isEqualTo(NOON);
        });
    }

    @Test
    void a_core_that_does_not_know_gaps_gets_what_is_beside_them_and_the_rest_waits() throws Exception {
        core.protocol(2);
        var writer = opened(new BufferWriter(buffer, BufferSettings.DEFAULT, entries -> {}, failure -> {}));
        writer.store(List.of(
                        Readings.alarm(1),
                        Readings.diskAlarm(2),
                        Readings.alarm(3),
                        Loss.of(Readings.reading(4), Gap.Reason.REFUSED).gap(Readings.stamp(5)),
                        Readings.status(6)))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        uplink(writer).start();

        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (core.journal().size() < 3 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        core.hear(MessageCase.HEARTBEAT);

        assertThat(core.journal()).containsOnlyKeys(1L, 3L, 5L);
        assertThat(buffer.hasBacklog()).isTrue();
    }

    @Test
    void a_core_that_reads_no_corrected_times_gets_the_other_readings_and_those_wait() throws Exception {
        core.protocol(3);
        var writer = opened(new BufferWriter(buffer, BufferSettings.DEFAULT, entries -> {}, failure -> {}));
        var believed = Readings.reading(1);
        var corrected = new Reading(
                believed.device(),
                new Stamp(
                        Optional.of(NOON.minusSeconds(3_600)),
                        NOON,
                        5,
                        7,
                        ClockState.SYNCHRONISED,
                        Duration.ofHours(1)),
                believed.values());
        writer.store(List.of(believed, corrected, Readings.reading(3)))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        uplink(writer).start();

        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (core.journal().size() < 2 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        core.hear(MessageCase.HEARTBEAT);

        assertThat(core.journal()).containsOnlyKeys(1L, 3L);
        assertThat(buffer.hasBacklog()).isTrue();
    }

    @Test
    void a_core_that_takes_no_documents_gets_what_is_beside_them_and_those_wait_until_it_is_updated() throws Exception {
        core.protocol(3);
        var writer = opened(new BufferWriter(buffer, BufferSettings.DEFAULT, entries -> {}, failure -> {}));
        writer.store(List.of(Readings.status(1), Readings.document(2, 300), Readings.status(3)))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        Uplink uplink = uplink(writer);
        uplink.start();

        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (core.journal().size() < 2 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        core.hear(MessageCase.HEARTBEAT);

        // The uplink says how it is after it has spoken.
        while (!uplink.status().isTooOldForDocuments() && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(core.journal()).containsOnlyKeys(1L, 3L);
        assertThat(buffer.hasBacklog()).isTrue();
        assertThat(uplink.status().isTooOldForDocuments()).isTrue();
    }

    @Test
    void what_became_of_documents_is_kept_and_the_core_hears_how_far_that_is() throws Exception {
        core.greetings(FromCore.newBuilder()
                .setDocuments(DocumentVerdicts.newBuilder()
                        .addVerdicts(DocumentVerdict.newBuilder()
                                .setEpoch(5)
                                .setSequence(9)
                                .setMark(18)
                                .setDetail("patient must be known")))
                .build());
        var writer = opened(new BufferWriter(buffer, BufferSettings.DEFAULT, entries -> {}, failure -> {}));
        uplink(writer).start();

        assertThat(core.hear(MessageCase.HELLO).getHello().getDocumentsMark()).isEqualTo(17);
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (buffer.rulings().isEmpty() && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(buffer.rulings()).containsExactly(new Ruling(5, 9, 18, false, "patient must be known"));
    }

    @Test
    void a_core_with_another_fingerprint_is_not_told_the_token() {
        var stranger = new GatewayIdentity(directory.resolve("other"), new CertificateMaker(new SecureRandom()));

        assertThatThrownBy(() ->
                        stranger.enrol(new GrpcEnrolment(channels(trust("00".repeat(32)))), "ward-8", FakeCore.TOKEN))
                .isInstanceOf(SyncException.class)
                .hasMessageContaining("not of the CA");
        assertThat(stranger.credential()).isEmpty();
    }

    @Test
    void a_core_whose_certificate_names_another_host_is_refused() throws Exception {
        try (var elsewhere = new FakeCore("core.example", NOON)) {
            var channels = opened(new GrpcChannels(
                    new CoreAddress("localhost", elsewhere.port(), ""),
                    trust(elsewhere.fingerprint()),
                    Optional::empty));
            var stranger = new GatewayIdentity(directory.resolve("other"), new CertificateMaker(new SecureRandom()));

            assertThatThrownBy(() -> stranger.enrol(new GrpcEnrolment(channels), "ward-8", FakeCore.TOKEN))
                    .isInstanceOf(SyncException.class);
        }
    }

    @Test
    void a_wrong_token_is_refused_with_the_cores_reason() {
        var stranger = new GatewayIdentity(directory.resolve("other"), new CertificateMaker(new SecureRandom()));

        assertThatThrownBy(() ->
                        stranger.enrol(new GrpcEnrolment(channels(trust(core.fingerprint()))), "ward-8", "guessed"))
                .hasMessageContaining("token or proof does not hold")
                .hasMessageNotContaining("guessed");
    }

    @Test
    void a_certificate_is_renewed_after_two_thirds_of_its_life_and_survives_a_restart() {
        var before = identity.credential().orElseThrow().certificate();
        assertThat(identity.isRenewalDue(NOON.plus(Duration.ofDays(18)))).isFalse();
        assertThat(identity.isRenewalDue(NOON.plus(Duration.ofDays(20)))).isTrue();
        assertThat(identity.isRenewalDue(NOON.plus(Duration.ofDays(200)))).isTrue();

        identity.renew(new GrpcEnrolment(
                channels(PinnedTrust.authority(identity.authority().orElseThrow(), () -> Optional.of(NOON)))));

        var again = new GatewayIdentity(directory, new CertificateMaker(new SecureRandom()));
        assertThat(again.gateway()).contains("ward-7");
        assertThat(again.credential().orElseThrow().certificate()).isNotEqualTo(before);
        assertThat(again.authority()).contains(core.authority());
    }

    @Test
    void an_expired_certificate_is_renewed_at_a_core_that_lets_nobody_in_with_it() throws Exception {
        FakeCore longAgo = opened(new FakeCore("localhost", NOON.minus(Duration.ofDays(60))));
        Path folder = directory.resolve("long-ago");
        var sleeper = new GatewayIdentity(folder, new CertificateMaker(new SecureRandom()));
        GrpcChannels channels = opened(new GrpcChannels(
                new CoreAddress("localhost", longAgo.port(), ""), trust(longAgo.fingerprint()), sleeper::credential));
        sleeper.enrol(new GrpcEnrolment(channels), "ward-7", FakeCore.TOKEN);
        var expired = sleeper.credential().orElseThrow().certificate();
        assertThat(sleeper.isExpired(NOON)).isTrue();

        sleeper.renew(new GrpcEnrolment(channels));

        assertThat(sleeper.credential().orElseThrow().certificate()).isNotEqualTo(expired);
    }

    private Uplink uplink(BufferWriter writer) {
        var settings = new SyncSettings(
                1000,
                Duration.ofMillis(20),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                new SyncSettings.Backoff(Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofSeconds(60)),
                PaceSettings.DEFAULT);
        long start = System.nanoTime();
        var about = new Uplink.About(
                "ward-7",
                "test",
                sessions::incrementAndGet,
                () -> new CloudLink.ClockReading(
                        NOON, (System.nanoTime() - start) / 1_000_000, 7, ClockState.UNCONFIRMED),
                clock,
                () -> new Uplink.Health(3, 0),
                () -> 17);
        var link = opened(new GrpcCloudLink(
                new GrpcChannels(
                        new CoreAddress("localhost", core.port(), ""),
                        PinnedTrust.authority(identity.authority().orElseThrow(), Optional::empty),
                        identity::credential),
                heard));
        return opened(new Uplink(settings, buffer, writer, link, about, () -> 0.5));
    }

    private static PinnedTrust trust(String fingerprint) {
        return PinnedTrust.fingerprint(fingerprint, Optional::empty);
    }

    private GrpcChannels channels(PinnedTrust trust) {
        return opened(new GrpcChannels(new CoreAddress("localhost", core.port(), ""), trust, identity::credential));
    }

    private static void store(BufferWriter writer, int count) throws Exception {
        writer.store(Readings.readings(count)).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private void awaitEmpty() {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (buffer.hasBacklog()) {
            assertThat(System.nanoTime()).as("the backlog drains within 20 s").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.add(resource);
        return resource;
    }

    private static final class Relay implements CommitListener {
        private volatile CommitListener to = entries -> {};

        @Override
        public void committed(List<org.fieldward.proto.batch.Sequenced> entries) {
            to.committed(entries);
        }
    }

    /** Answers each configuration with what it says. */
    private static final class Heard implements GrpcCloudLink.Centre {
        final LinkedBlockingQueue<List<GrpcCloudLink.Place>> places = new LinkedBlockingQueue<>();
        private volatile Consumer<GrpcCloudLink.Settled> answer = settled -> {};

        @Override
        public void opened(Consumer<GrpcCloudLink.Settled> teller) {
            answer = teller;
        }

        @Override
        public void configured(long version, Map<String, String> settings) {
            answer.accept(new GrpcCloudLink.Settled(version, true, settings.toString()));
        }

        @Override
        public void placed(long version, List<GrpcCloudLink.Place> said) {
            places.add(said);
        }
    }
}
