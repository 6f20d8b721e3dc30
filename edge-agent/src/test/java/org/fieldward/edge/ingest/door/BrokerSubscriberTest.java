package org.fieldward.edge.ingest.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.edge.buffer.Rejected;
import org.fieldward.edge.decode.Decoder;
import org.fieldward.edge.ingest.Intake;
import org.fieldward.edge.ingest.Rejects;
import org.fieldward.edge.ingest.Stamper;
import org.fieldward.edge.ingest.broker.BrokerSettings;
import org.fieldward.edge.ingest.broker.BrokerSubscriber;
import org.fieldward.edge.ingest.topic.LocalTopics;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The subscriber against a broker: a door without a lock plays its part. */
class BrokerSubscriberTest {

    /** How many messages the door sends before it wants an acknowledgement. */
    private static final int WINDOW = 64;

    private static final ByteString GOOD = ByteString.copyFromUtf8("{\"values\":{\"heart-rate\":72}}");

    private final Vertx vertx = Vertx.vertx();
    private final LocalTopics broker = new LocalTopics(10);
    private final FakeStore store = new FakeStore();
    private final MqttDoor door = OpenDoor.on(vertx, broker);
    private int port;

    @BeforeEach
    void open() throws Exception {
        port = door.start()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .plain()
                .orElseThrow();
    }

    @AfterEach
    void close() throws Exception {
        door.close().toCompletableFuture().get(10, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private BrokerSubscriber subscriber() throws Exception {
        var settings = BrokerSettings.of(
                        Map.of("broker.url", "tcp://127.0.0.1:" + port, "broker.topics", "ward7/{device}/vitals=json"),
                        Path.of("."))
                .orElseThrow();
        var stamper = new Stamper(
                InstantSource.system(), () -> System.nanoTime() / 1_000_000, 1, () -> ClockState.UNCONFIRMED);
        var intake = new Intake(new Decoder(Catalogue.standard()), store, stamper, new Rejects());
        var subscriber = new BrokerSubscriber(settings, intake, new Random(1));
        subscriber.start();
        Until.that("connected", subscriber::isConnected);
        return subscriber;
    }

    @Test
    void the_broker_hears_an_acknowledgement_only_after_the_store() throws Exception {
        try (BrokerSubscriber subscriber = subscriber()) {
            store.hold();
            for (int i = 0; i < WINDOW + 10; i++) {
                broker.publish("ward7/bed3/vitals", GOOD, false);
            }
            Until.that("the window is full", () -> store.waiting() == WINDOW);
            assertThat(store.readings()).isEmpty();

            store.release();
            Until.that("all are stored", () -> store.readings().size() == WINDOW + 10);
            assertThat(subscriber.isConnected()).isTrue();
            assertThat(store.readings().getFirst().device()).isEqualTo(new DeviceId("bed3"));
        }
    }

    @Test
    void what_cannot_be_read_or_has_no_device_goes_to_quarantine() throws Exception {
        try (BrokerSubscriber subscriber = subscriber()) {
            broker.publish("ward7/bed3/vitals", ByteString.copyFromUtf8("garbage"), false);
            broker.publish("ward7/bed 3/vitals", GOOD, false);
            Until.that("both are kept", () -> store.rejected().size() == 2);
            assertThat(List.of(store.rejected().get(0), store.rejected().get(1)))
                    .extracting(Rejected::reason)
                    .containsExactly(RejectReason.UNREADABLE, RejectReason.UNKNOWN_FORMAT);
            assertThat(subscriber.isConnected()).isTrue();
        }
    }

    @Test
    void what_a_failed_disk_did_not_take_comes_again_with_the_connection() throws Exception {
        try (BrokerSubscriber subscriber = subscriber()) {
            store.beBroken(true);
            broker.publish("ward7/bed3/vitals", GOOD, false);
            Until.that("disconnected", () -> !subscriber.isConnected());
            store.beBroken(false);
            Until.that("connected again", subscriber::isConnected);
            Until.that("stored", () -> store.readings().size() == 1);
        }
    }
}
