package org.fieldward.edge.ingest.door;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.fieldward.edge.decode.Decoder;
import org.fieldward.edge.ingest.Intake;
import org.fieldward.edge.ingest.Rejects;
import org.fieldward.edge.ingest.Stamper;
import org.fieldward.edge.ingest.access.OpenDoorkeeper;
import org.fieldward.edge.ingest.session.InMemoryJournal;
import org.fieldward.edge.ingest.topic.LocalTopics;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;

/** A door without a lock, on a free port. */
final class OpenDoor {

    private OpenDoor() {}

    static MqttDoor on(Vertx vertx, LocalTopics topics) {
        var stamper = new Stamper(
                InstantSource.system(), () -> System.nanoTime() / 1_000_000, 1, () -> ClockState.UNCONFIRMED);
        var intake = new Intake(new Decoder(Catalogue.standard()), new FakeStore(), stamper, new Rejects());
        var settings = DoorSettings.of(
                Map.of(
                        "mqtt.plain.port", "0",
                        "mqtt.event-loops", "1",
                        "mqtt.receive-maximum", "20",
                        "mqtt.max-packet-bytes", "268435460"),
                Path.of("."));
        return new MqttDoor(
                vertx, settings, Long.MAX_VALUE, new OpenDoorkeeper(), intake, topics, new InMemoryJournal());
    }
}
