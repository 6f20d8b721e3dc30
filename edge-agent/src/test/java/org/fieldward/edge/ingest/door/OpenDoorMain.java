package org.fieldward.edge.ingest.door;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.fieldward.edge.decode.Decoder;
import org.fieldward.edge.ingest.Intake;
import org.fieldward.edge.ingest.Rejects;
import org.fieldward.edge.ingest.Stamper;
import org.fieldward.edge.ingest.topic.LocalTopics;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;

/** A door without a lock, for raw-packet conformance tools: one argument, the port. */
final class OpenDoorMain {

    private OpenDoorMain() {}

    public static void main(String[] args) throws Exception {
        MqttDoor door = door(Vertx.vertx(), args[0], new LocalTopics(10_000));
        System.out.println(door.start().toCompletableFuture().get(10, TimeUnit.SECONDS));
    }

    static MqttDoor door(Vertx vertx, String port, LocalTopics topics) {
        var stamper = new Stamper(
                InstantSource.system(), () -> System.nanoTime() / 1_000_000, 1, () -> ClockState.UNCONFIRMED);
        var intake = new Intake(new Decoder(Catalogue.standard()), new FakeStore(), stamper, new Rejects());
        var settings = DoorSettings.of(
                Map.of(
                        "mqtt.plain.port", port,
                        "mqtt.event-loops", "1",
                        "mqtt.receive-maximum", "20",
                        "mqtt.max-packet-bytes", "268435460"),
                Path.of("."));
        return new MqttDoor(vertx, settings, new OpenDoorkeeper(), intake, topics);
    }
}
