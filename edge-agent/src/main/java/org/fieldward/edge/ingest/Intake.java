package org.fieldward.edge.ingest;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.decode.sparkplug.Heard;
import org.fieldward.edge.decode.sparkplug.Sparkplug;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Entry;
import org.jspecify.annotations.Nullable;
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
    private final Sparkplug sparkplug;
    private final Store store;
    private final Stamper stamper;
    private final Rejects rejects;
    private final Ward ward;
    private final Clocks clocks;

    /** What is known of the devices' clocks. */
    @FunctionalInterface
    public interface Clocks {

        /** Every device is believed. */
        Clocks BELIEVED = (entries, sentAt) -> List.copyOf(entries);

        /**
         * The same entries in the same order, the times of devices that are known to be wrong put right.
         *
         * @param entries of one message
         * @param sentAt what the device's clock showed while it sent the message, if it said so
         */
        List<Entry> putRight(List<? extends Entry> entries, Optional<Instant> sentAt);
    }

    /** Where the intake says something in the ward. */
    @FunctionalInterface
    public interface Ward {

        /** Nobody listens. */
        Ward NOBODY = (topic, payload, keep) -> {};

        /** @param keep whether it stays as the topic's last word */
        void say(String topic, ByteString payload, boolean keep);
    }

    /** Without an answer for nodes that need to be asked something. */
    public Intake(Decoder decoder, Store store, Stamper stamper, Rejects rejects) {
        this(
                decoder,
                new Sparkplug(new Normaliser(Catalogue.standard())),
                store,
                stamper,
                rejects,
                Ward.NOBODY,
                Clocks.BELIEVED);
    }

    /** @param ward for requests to Sparkplug nodes, and for the state of the devices behind them */
    public Intake(
            Decoder decoder,
            Sparkplug sparkplug,
            Store store,
            Stamper stamper,
            Rejects rejects,
            Ward ward,
            Clocks clocks) {
        this.decoder = decoder;
        this.sparkplug = sparkplug;
        this.store = store;
        this.stamper = stamper;
        this.rejects = rejects;
        this.ward = ward;
        this.clocks = clocks;
    }

    /**
     * Stores what the payload holds, or keeps the payload with the reason why not.
     *
     * @param format empty: no parser for this topic
     * @param settled called once, on any thread, when the outcome is certain; must be quick and must not throw
     */
    public void take(
            DeviceId device, Optional<Format> format, String topic, ByteString payload, Consumer<Outcome> settled) {
        if (format.isPresent() && format.get() instanceof Format.Sparkplug said) {
            hear(device, said, topic, payload, settled);
            return;
        }
        Decoded decoded = format.isPresent()
                ? decoder.decode(format.get(), device, payload, stamper)
                : new Decoded.Refused(RejectReason.UNKNOWN_FORMAT, "no format for this topic");
        switch (decoded) {
            case Decoded.Readings readings -> {
                List<Entry> entries = clocks.putRight(readings.entries(), readings.sentAt());
                if (readings.rest().isEmpty()) {
                    store.store(entries, (result, failure) -> settle(result, failure, ACCEPTED, settled));
                } else {
                    Decoded.Refused rest = readings.rest().get();
                    settle(
                            store.store(entries).thenCombine(quarantine(device, topic, payload, rest), Intake::worse),
                            ACCEPTED,
                            settled);
                }
            }
            case Decoded.Refused refused ->
                settle(
                        quarantine(device, topic, payload, refused),
                        new Outcome.Refused(refused.reason(), refused.detail()),
                        settled);
        }
    }

    private CompletionStage<AppendResult> quarantine(
            DeviceId device, String topic, ByteString payload, Decoded.Refused refused) {
        Arrival arrival = stamper.get();
        rejects.count(device, arrival.receivedAt(), refused.reason());
        return store.quarantine(
                new Rejected(device, topic, payload, arrival.receivedAt(), refused.reason(), refused.detail()));
    }

    /** A message may be used in part: then it is settled when the readings are stored and the payload is kept. */
    private void hear(
            DeviceId login, Format.Sparkplug said, String topic, ByteString payload, Consumer<Outcome> settled) {
        Heard heard = sparkplug.hear(login, said, payload, stamper);
        // Statuses go alone: their lane has room of its own when that of the readings is full.
        var stages = new ArrayList<CompletionStage<AppendResult>>();
        if (!heard.statuses().isEmpty()) {
            stages.add(store.store(heard.statuses()));
        }
        if (!heard.readings().isEmpty()) {
            stages.add(store.store(clocks.putRight(heard.readings(), Optional.empty())));
        }
        heard.refused().ifPresent(refused -> stages.add(quarantine(login, topic, payload, refused)));
        Outcome good = heard.readings().isEmpty()
                ? heard.refused()
                        .<Outcome>map(refused -> new Outcome.Refused(refused.reason(), refused.detail()))
                        .orElse(ACCEPTED)
                : ACCEPTED;
        stages.stream()
                .reduce((one, other) -> one.thenCombine(other, Intake::worse))
                .ifPresentOrElse(all -> settle(all, good, settled), () -> settled.accept(good));
        heard.request().ifPresent(request -> ward.say(request.topic(), request.payload(), false));
        heard.statuses().stream()
                .filter(status -> !status.device().equals(login))
                .forEach(this::show);
        if (said.verb() == Format.Sparkplug.Verb.NBIRTH) {
            LOG.info(
                    "The Sparkplug node {} was born: {} readings, {} metrics are no vital sign",
                    login,
                    heard.readings().size(),
                    heard.ignored());
        }
    }

    private static AppendResult worse(AppendResult one, AppendResult other) {
        return one instanceof AppendResult.Full ? one : other;
    }

    /** Devices behind a node have no connection whose state the door could show. */
    private void show(DeviceStatus status) {
        String word = status.status().name().toLowerCase(Locale.ROOT);
        String json =
                "{\"status\":\"" + word + "\",\"since\":\"" + status.stamp().receivedAt() + "\"}";
        ward.say("devices/" + status.device() + "/status", ByteString.copyFromUtf8(json), true);
    }

    /** For a packet so large that its payload was not even read: counted, so that the device is found. */
    public void tooLarge(DeviceId device) {
        rejects.count(device, stamper.get().receivedAt(), RejectReason.TOO_LARGE);
    }

    /** Nobody waits for it; if it cannot be stored, that is logged. */
    public DeviceStatus status(DeviceId device, DeviceStatus.Status status) {
        var entry = new DeviceStatus(device, stamper.get().stamp(Optional.empty()), status);
        List<DeviceStatus> behind = sparkplug.connection(entry);
        behind.forEach(this::show);
        var entries = new ArrayList<Entry>(behind);
        entries.addFirst(entry);
        settle(store.store(entries), ACCEPTED, outcome -> {
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
        stored.whenComplete((result, failure) -> settle(result, failure, good, settled));
    }

    private static void settle(
            AppendResult result, @Nullable Throwable failure, Outcome good, Consumer<Outcome> settled) {
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
    }
}
