package org.fieldward.edge.app;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.fieldward.edge.buffer.AppendResult;
import org.fieldward.edge.buffer.Rejected;
import org.fieldward.edge.buffer.Store;
import org.fieldward.edge.decode.Decoder;
import org.fieldward.edge.ingest.Intake;
import org.fieldward.edge.ingest.Rejects;
import org.fieldward.edge.ingest.Stamper;
import org.fieldward.edge.ingest.access.OpenDoorkeeper;
import org.fieldward.edge.ingest.door.DoorSettings;
import org.fieldward.edge.ingest.door.MqttDoor;
import org.fieldward.edge.ingest.session.SessionJournal;
import org.fieldward.edge.ingest.session.sqlite.Moments;
import org.fieldward.edge.ingest.session.sqlite.SqliteSessionJournal;
import org.fieldward.edge.ingest.topic.LocalTopics;
import org.fieldward.edge.seal.SealKey;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Entry;

/**
 * The gateway's own MQTT server without its lock, on this machine only: for trying a device's MQTT client, or a conformance
 * suite. Everybody comes in and every topic goes from client to client; no reading is stored and no core is told.
 */
public final class PracticeDoor implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final SessionJournal sessions;
    private final MqttDoor door;

    /**
     * @param directory for the sessions
     * @param settings of the door; its addresses are this machine's whatever they say
     */
    public PracticeDoor(Path directory, Map<String, String> settings) {
        var random = new SecureRandom();
        Build build = Build.read();
        var wall = new Wall(random.nextLong(), build.built());
        InstantSource clock = wall::now;
        var stamper = new Stamper(wall::arrival, wall::tickMillis);
        var intake = new Intake(new Decoder(Catalogue.standard()), new Nowhere(), stamper, new Rejects());
        sessions = new SqliteSessionJournal(
                directory,
                SealKey.ensure(directory, random).seal("sessions", random),
                new Moments(clock, wall::tickMillis, build.built()));
        door = new MqttDoor(
                vertx,
                DoorSettings.of(settings, directory),
                Runtime.getRuntime().maxMemory(),
                new OpenDoorkeeper(),
                intake,
                new LocalTopics(10_000),
                sessions);
    }

    /** Returns when clients can connect. */
    public MqttDoor.Ports start() {
        return door.start()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        door.close().toCompletableFuture().join();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        sessions.close();
    }

    /** Nothing gets here: no topic of this door leads to a buffer. */
    private static final class Nowhere implements Store {

        @Override
        public CompletionStage<AppendResult> store(List<? extends Entry> entries) {
            return CompletableFuture.completedFuture(new AppendResult.Full(0, 0));
        }

        @Override
        public CompletionStage<AppendResult> quarantine(Rejected rejected) {
            return CompletableFuture.completedFuture(new AppendResult.Full(0, 0));
        }
    }
}
