package org.fieldward.core.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.zaxxer.hikari.HikariDataSource;
import io.grpc.stub.ServerCallStreamObserver;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.fieldward.core.app.database.TestDatabase;
import org.fieldward.core.intake.instruction.Instructions;
import org.fieldward.core.intake.instruction.InstructionsTest;
import org.fieldward.core.journal.Appender;
import org.fieldward.core.journal.MemoryJournal;
import org.fieldward.core.registry.Configurations;
import org.fieldward.core.registry.MemoryConfigurations;
import org.fieldward.core.registry.SqlGateways;
import org.fieldward.proto.clock.Coincidence;
import org.fieldward.proto.link.Batch;
import org.fieldward.proto.link.Clock;
import org.fieldward.proto.link.ConfigurationState;
import org.fieldward.proto.link.FromCore;
import org.fieldward.proto.link.FromGateway;
import org.fieldward.proto.link.Heartbeat;
import org.fieldward.proto.link.Hello;
import org.fieldward.proto.link.Lane;
import org.fieldward.proto.link.Range;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One session on a stream that the test holds in its hand. */
final class SessionTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final int WINDOW = 4;

    private final HikariDataSource database = TestDatabase.fresh();
    private final SqlGateways gateways = new SqlGateways(database, () -> NOON);
    private final Appender appender = new Appender(new MemoryJournal(), 100, 10 << 20, () -> {});
    private final Stream stream = new Stream();

    @AfterEach
    void close() throws InterruptedException {
        appender.close();
        database.close();
    }

    private Session session() {
        return session(new Sessions());
    }

    private Session session(Sessions sessions) {
        gateways.admit("g1", new byte[32], NOON);
        gateways.certified("g1", "f1", NOON.plusSeconds(60));
        var settings = new IntakeSettings(
                new InetSocketAddress("127.0.0.1", 0),
                List.of("localhost"),
                WINDOW,
                1 << 20,
                100,
                100,
                Duration.ofSeconds(5),
                Duration.ofDays(30));
        var doors = new Session.Doors(
                new MemoryJournal(), appender, gateways, sessions, new Admission(100, 100, 0), settings, () -> NOON);
        return new Session(doors, new Peer("g1", "f1"), stream);
    }

    @Test
    void a_gateway_is_told_its_settings_after_the_welcome_and_again_when_they_change() throws Exception {
        var configurations = new MemoryConfigurations(() -> List.of("g1"));
        configurations.set("g1", Map.of("alarm.silent-seconds", "60"));
        Session session = session(new Sessions(new Instructions(
                configurations,
                () -> InstructionsTest.SNAPSHOT,
                (gateway, mark, limit) -> List.of(),
                Instructions.Label.BED,
                () -> NOON)));
        session.onNext(hello());

        assertThat(stream.next().hasWelcome()).isTrue();
        assertThat(stream.next().getConfiguration().getSettingsMap()).containsEntry("alarm.silent-seconds", "60");
        assertThat(stream.next().getRoster().getEntriesList()).hasSize(1);

        session.onNext(FromGateway.newBuilder()
                .setConfiguration(ConfigurationState.newBuilder().setVersion(1).setDetail("no"))
                .build());
        assertThat(configurations.settled().get("g1")).isEqualTo(new Configurations.Settled(1, false, "no", NOON));

        configurations.set("g1", Map.of());
        session.onNext(FromGateway.newBuilder()
                .setHeartbeat(Heartbeat.getDefaultInstance())
                .build());
        assertThat(stream.next().hasHeartbeat()).isTrue();
        assertThat(stream.next().getConfiguration().getVersion()).isEqualTo(2);
        session.instruct();
        session.onNext(FromGateway.newBuilder()
                .setHeartbeat(Heartbeat.getDefaultInstance())
                .build());
        assertThat(stream.next().hasHeartbeat()).as("and nothing twice").isTrue();
    }

    private static FromGateway hello() {
        return FromGateway.newBuilder()
                .setHello(Hello.newBuilder()
                        .setGateway("g1")
                        .setSession(1)
                        .setEpoch(1)
                        .setOldestProtocol(1)
                        .setNewestProtocol(1))
                .build();
    }

    private static FromGateway helloWithClock(long tickMillis) {
        FromGateway.Builder hello = hello().toBuilder();
        hello.getHelloBuilder()
                .setBoot(7)
                .setClock(Clock.newBuilder().setNowMicros(1).setTickMillis(tickMillis));
        return hello.build();
    }

    @Test
    void what_a_gateways_monotonic_clock_said_at_first_is_remembered_for_the_boot() {
        session().onNext(helloWithClock(5_000));
        gateways.heardClock("g1", 7, new Coincidence(9_000, NOON.plusSeconds(9)));
        assertThat(gateways.coincidence("g1", 7)).contains(new Coincidence(5_000, NOON));
        assertThat(gateways.coincidence("g1", 8)).isEmpty();
        assertThat(gateways.coincidence("g2", 7)).isEmpty();
    }

    private static FromGateway batch(long number) {
        return FromGateway.newBuilder()
                .setBatch(Batch.newBuilder()
                        .setNumber(number)
                        .setEpoch(1)
                        .setLane(Lane.LANE_VITAL)
                        .addRanges(Range.newBuilder().setFirst(number).setLast(number))
                        .setContent(ByteString.copyFromUtf8("content")))
                .build();
    }

    @Test
    void a_gateway_that_does_not_read_is_asked_for_nothing_more_until_it_does() throws Exception {
        Session session = session();
        session.onNext(hello());
        assertThat(stream.next().hasWelcome()).isTrue();
        assertThat(stream.requested.getAndSet(0)).isEqualTo(1 + WINDOW);

        stream.ready = false;
        session.onNext(batch(1));
        assertThat(stream.next().hasConfirm()).isTrue();
        session.onNext(FromGateway.newBuilder()
                .setHeartbeat(Heartbeat.getDefaultInstance())
                .build());
        assertThat(stream.next().hasHeartbeat()).isTrue();
        appender.close();
        assertThat(stream.requested).hasValue(0);

        stream.ready = true;
        stream.onReady.run();
        assertThat(stream.requested).hasValue(2);
        stream.onReady.run();
        assertThat(stream.requested).hasValue(2);
    }

    /** Takes what the core says and counts what it asks for. */
    private static final class Stream extends ServerCallStreamObserver<FromCore> {
        private final BlockingQueue<FromCore> said = new LinkedBlockingQueue<>();
        private final AtomicInteger requested = new AtomicInteger();
        private volatile boolean ready = true;
        private Runnable onReady = () -> {};

        FromCore next() throws InterruptedException {
            FromCore message = said.poll(20, TimeUnit.SECONDS);
            assertThat(message).as("what the core says next").isNotNull();
            return message;
        }

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {
            onReady = handler;
        }

        @Override
        public void request(int count) {
            requested.addAndGet(count);
        }

        @Override
        public void onNext(FromCore message) {
            said.add(message);
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void disableAutoRequest() {}
    }
}
