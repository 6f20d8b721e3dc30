package org.fieldward.edge.app;

import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.fieldward.edge.buffer.Store;
import org.fieldward.edge.buffer.document.Documents;
import org.fieldward.edge.buffer.document.Recorder;
import org.fieldward.edge.clinic.page.EventDesk;
import org.fieldward.edge.ingest.door.DoorSettings;
import org.fieldward.edge.mllp.MllpDoor;
import org.fieldward.edge.mllp.MllpSettings;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Stamp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What people and hospital systems tell this gateway: the desk of the ward's page, and the door for MLLP. */
final class Recording {

    private static final Logger LOG = LoggerFactory.getLogger(Recording.class);

    private final EventDesk desk;
    private final Optional<MllpDoor> line;

    /** @param own the gateway's own name */
    record Parts(Store store, Documents documents, Supplier<Stamp> stamps, DeviceId own, InstantSource clock) {}

    Recording(Settings settings, DoorSettings door, Vertx vertx, Parts parts, BooleanSupplier coreTooOld) {
        var recorder = new Recorder(parts.store(), parts.documents(), parts.stamps(), parts.own());
        desk = new EventDesk(recorder, parts.documents(), settings.clinic().patientSystem(), coreTooOld);
        Optional<MllpSettings.Certificate> certificate = door.tls()
                .map(tls -> new MllpSettings.Certificate(
                        tls.keys().certificate(), tls.keys().key(), tls.clientCa(), tls.clientCrl()));
        line = MllpSettings.of(settings.values())
                .map(mllp -> new MllpDoor(vertx, mllp, certificate, recorder, parts.clock()));
    }

    EventDesk desk() {
        return desk;
    }

    /** Completes with the port for MLLP, if it is open. */
    CompletionStage<Optional<Integer>> start() {
        return line.map(door -> door.start().thenApply(Optional::of).exceptionally(failure -> {
                    // Readings matter more: that its port is taken does not stop the gateway.
                    LOG.error("the door for MLLP could not be opened: {}", failure.getMessage());
                    return Optional.empty();
                }))
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
    }

    Optional<MllpDoor.Counts> counts() {
        return line.map(MllpDoor::counts);
    }

    CompletionStage<Void> close() {
        return line.map(MllpDoor::close).orElseGet(() -> CompletableFuture.completedFuture(null));
    }
}
