package org.fieldward.edge.ingest;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.fieldward.edge.buffer.AppendResult;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.edge.buffer.Rejected;
import org.fieldward.edge.buffer.Store;
import org.fieldward.edge.decode.Arrival;
import org.fieldward.edge.decode.Decoded;
import org.fieldward.edge.decode.Decoder;
import org.fieldward.edge.decode.Format;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a payload to durable readings, whichever door it came through. What one thread hands in first is stored first.
 * Thread-safe.
 */
public final class Intake {

    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    private static final Outcome ACCEPTED = new Outcome.Accepted();
    private static final Outcome FULL = new Outcome.Full();
    private static final Outcome FAILED = new Outcome.Failed();

    private final Decoder decoder;
    private final Store store;
    private final Stamper stamper;
    private final Rejects rejects;

    public Intake(Decoder decoder, Store store, Stamper stamper, Rejects rejects) {
        this.decoder = decoder;
        this.store = store;
        this.stamper = stamper;
        this.rejects = rejects;
    }

    /**
     * Stores what the payload holds, or keeps the payload with the reason why not.
     *
     * @param format empty: no parser for this topic
     * @param settled called once, on any thread, when the outcome is certain; must be quick and must not throw
     */
    public void take(
            DeviceId device, Optional<Format> format, String topic, ByteString payload, Consumer<Outcome> settled) {
        Decoded decoded = format.map(known -> decoder.decode(known, device, payload, stamper))
                .orElseGet(() -> new Decoded.Refused(RejectReason.UNKNOWN_FORMAT, "no format for this topic"));
        switch (decoded) {
            case Decoded.Readings readings -> settle(store.store(readings.entries()), ACCEPTED, settled);
            case Decoded.Refused refused -> {
                Arrival arrival = stamper.get();
                rejects.count(device, arrival.receivedAt(), refused.reason());
                var rejected =
                        new Rejected(device, topic, payload, arrival.receivedAt(), refused.reason(), refused.detail());
                settle(store.quarantine(rejected), new Outcome.Refused(refused.reason()), settled);
            }
        }
    }

    /** For a packet so large that its payload was not even read: counted, so that the device is found. */
    public void tooLarge(DeviceId device) {
        rejects.count(device, stamper.get().receivedAt(), RejectReason.TOO_LARGE);
    }

    /** Nobody waits for it; if it cannot be stored, that is logged. */
    public DeviceStatus status(DeviceId device, DeviceStatus.Status status) {
        var entry = new DeviceStatus(device, stamper.get().stamp(Optional.empty()), status);
        settle(store.store(List.of(entry)), ACCEPTED, outcome -> {
            if (!(outcome instanceof Outcome.Accepted)) {
                LOG.warn("The status {} of {} could not be stored: {}", status, device, outcome);
            }
        });
        return entry;
    }

    public long tickMillis() {
        return stamper.tickMillis();
    }

    private static void settle(CompletionStage<AppendResult> stored, Outcome good, Consumer<Outcome> settled) {
        stored.whenComplete((result, failure) -> {
            if (failure != null) {
                LOG.error("The buffer could not store: {}", failure.toString());
                settled.accept(FAILED);
                return;
            }
            settled.accept(
                    switch (result) {
                        case AppendResult.Stored done -> good;
                        case AppendResult.Full full -> FULL;
                    });
        });
    }
}
