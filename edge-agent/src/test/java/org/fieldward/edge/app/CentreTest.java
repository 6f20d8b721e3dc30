package org.fieldward.edge.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.fieldward.edge.buffer.BufferSettings;
import org.fieldward.edge.buffer.ReadingBuffer;
import org.fieldward.edge.buffer.Readings;
import org.fieldward.edge.buffer.sqlite.BufferCheck;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.edge.identity.GatewayIdentity;
import org.fieldward.edge.identity.PinnedTrust;
import org.fieldward.edge.sync.FakeCore;
import org.fieldward.edge.sync.GrpcChannels;
import org.fieldward.edge.sync.GrpcChannels.CoreAddress;
import org.fieldward.edge.sync.GrpcEnrolment;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.link.Configuration;
import org.fieldward.proto.link.ConfigurationState;
import org.fieldward.proto.link.FromCore;
import org.fieldward.proto.link.FromGateway.MessageCase;
import org.fieldward.proto.link.Hello;
import org.fieldward.proto.sequence.SequenceSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole agent under a centre that has much to say, with a backlog that nobody confirms. */
class CentreTest {

    private static final int BACKLOG = 100;

    @TempDir
    Path home;

    private final Map<String, String> own = new HashMap<>();
    private FakeCore core;
    private Optional<EdgeAgent> running = Optional.empty();
    private long epoch;

    @BeforeEach
    void aBacklog() throws Exception {
        core = new FakeCore("localhost", Instant.now());
        core.confirming(false);
        own.putAll(Map.of(
                "core.address", "localhost:" + core.port(),
                "mqtt.plain.port", "0",
                "mqtt.tls.local-names", "off",
                "clinic.port", "off",
                "alarm.lost-seconds", "20"));
        enrol("ward-7");
        try (SqliteReadingBuffer buffer = buffer()) {
            epoch = buffer.lives().all().getFirst().epoch();
            buffer.commit(new ReadingBuffer.Group(
                    List.of(new ReadingBuffer.Append(Readings.readings(BACKLOG), OptionalLong.empty())),
                    List.of(),
                    SequenceSet.EMPTY,
                    List.of()));
        }
    }

    @AfterEach
    void stop() {
        running.ifPresent(EdgeAgent::close);
        core.close();
    }

    private SqliteReadingBuffer buffer() {
        return SqliteReadingBuffer.open(
                home.resolve("data"), BufferSettings.DEFAULT, new SecureRandom(), InstantSource.system());
    }

    private void enrol(String gateway) {
        var identity = new GatewayIdentity(home.resolve("data/identity"), new CertificateMaker(new SecureRandom()));
        var trust = PinnedTrust.fingerprint(core.fingerprint(), Optional::empty);
        try (var channels = new GrpcChannels(new CoreAddress("localhost", core.port(), ""), trust, Optional::empty)) {
            identity.enrol(new GrpcEnrolment(channels), gateway, FakeCore.TOKEN);
        }
    }

    /** Ends the agent that runs, if one does. */
    private Hello begin(Settings settings) throws Exception {
        running.ifPresent(EdgeAgent::close);
        running = Optional.empty();
        running = Optional.of(EdgeAgent.begin(settings));
        Hello hello = core.hear(MessageCase.HELLO).getHello();
        assertThat(hello.getEpoch()).isEqualTo(epoch);
        assertThat(hello.getFirstUnconfirmed()).isEqualTo(1);
        assertThat(hello.getNextSequence()).isGreaterThan(BACKLOG);
        return hello;
    }

    private void says(long version, Map<String, String> settings) {
        core.greetings(FromCore.newBuilder()
                .setConfiguration(Configuration.newBuilder().setVersion(version).putAllSettings(settings))
                .build());
    }

    /** The first answer about this version that begins so; those before it were said more than once. */
    private String answer(long version, String beginning) throws InterruptedException {
        while (true) {
            ConfigurationState state = core.hear(MessageCase.CONFIGURATION).getConfiguration();
            assertThat(state.getApplied()).as("nothing has proved itself here").isFalse();
            if (state.getVersion() == version && state.getDetail().startsWith(beginning)) {
                return state.getDetail();
            }
        }
    }

    @Test
    void whatever_the_centre_sets_and_whoever_the_gateway_is_its_backlog_stays() throws Exception {
        says(1, Map.of("core.max-batch", "0"));
        begin(Settings.of(own, home));
        assertThat(answer(1, "core.max-batch"))
                .contains("1 to 10000")
                .contains("'0'")
                .contains("own file alone holds");

        says(2, Map.of("mqtt.plain.port", "1883"));
        begin(Settings.of(own, home));
        assertThat(answer(2, "mqtt.plain.port")).doesNotContain("1883");

        says(3, Map.of("buffer.max-bytes", "1000000", "buffer.waveform-percent", "0"));
        begin(Settings.of(own, home));
        assertThat(answer(3, "buffer.waveform-percent")).contains("bytes in use");

        says(4, Map.of("buffer.linger-millis", "5", "alarm.lost-seconds", "90"));
        begin(Settings.of(own, home));
        assertThat(answer(4, "on trial")).isNotEmpty();
        EdgeAgent agent = running.orElseThrow();
        agent.ended().toCompletableFuture().get(20, TimeUnit.SECONDS);
        begin(agent.again());
        assertThat(Files.readString(home.resolve("data/configuration/word"))).contains("trial=A", "starts=2");

        enrol("ward-8");
        assertThat(begin(Settings.of(own, home)).getGateway()).isEqualTo("ward-8");
        begin(Settings.of(own, home));
        assertThat(answer(4, "rolled back")).contains("3 times");

        running.ifPresent(EdgeAgent::close);
        running = Optional.empty();
        try (SqliteReadingBuffer buffer = buffer()) {
            assertThat(buffer.lives().all().getFirst().epoch()).isEqualTo(epoch);
            assertThat(buffer.damage()).isEmpty();
        }
        assertThat(BufferCheck.check(home.resolve("data")).records()).isGreaterThanOrEqualTo(BACKLOG);
        assertThat(BufferCheck.check(home.resolve("data")).findings()).isEmpty();
    }
}
