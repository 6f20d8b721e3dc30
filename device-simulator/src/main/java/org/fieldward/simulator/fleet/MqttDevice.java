package org.fieldward.simulator.fleet;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.device.Backoff;
import org.fieldward.simulator.device.Outbox;
import org.fieldward.simulator.device.Outbox.Item;
import org.fieldward.simulator.evidence.Evidence;
import org.fieldward.simulator.payload.Payloads;
import org.fieldward.simulator.sample.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rim of one device: does over MQTT 3.1.1 what its {@link Outbox} decides. Lives on one event loop. */
final class MqttDevice {

    private static final Logger LOG = LoggerFactory.getLogger(MqttDevice.class);

    private final Vertx vertx;
    private final DeviceId device;
    private final FleetSettings settings;
    private final Outbox outbox;
    private final Backoff backoff;
    private final Evidence evidence;
    private final LongSupplier elapsedNanos;
    private final Payloads payloads;
    private final Promise<Void> done = Promise.promise();
    private final Map<Long, Long> numbers = new HashMap<>();
    private Optional<Link> link = Optional.empty();
    private Optional<Long> timer = Optional.empty();
    private String complaint = "";
    private boolean stopped;
    private boolean hushed;
    private long sent;
    private long resent;
    private long acked;
    private long connects;

    MqttDevice(
            Vertx vertx,
            DeviceId device,
            FleetSettings settings,
            Outbox outbox,
            Backoff backoff,
            Evidence evidence,
            LongSupplier elapsedNanos) {
        this.vertx = vertx;
        this.device = device;
        this.settings = settings;
        this.outbox = outbox;
        this.backoff = backoff;
        this.evidence = evidence;
        this.elapsedNanos = elapsedNanos;
        payloads = new Payloads(settings.format());
    }

    /** One connection and the tickets in flight on it. An event of an old link must not touch a newer one. */
    private final class Link {
        private final MqttClient client;
        private final Map<Integer, Long> tickets = new HashMap<>();
        private boolean open = true;
        private boolean welcomed;
        private long progressAt = elapsedNanos.getAsLong();

        Link(MqttClient client) {
            this.client = client;
        }
    }

    void start() {
        long check = Math.max(1, settings.patience().toMillis() / 4);
        vertx.setPeriodic(check, tick -> hangUpIfDead());
        connect();
    }

    Future<Void> done() {
        return done.future();
    }

    FleetProgress progress() {
        return new FleetProgress(
                sent,
                resent,
                acked,
                outbox.unacknowledged(),
                link.isPresent() ? 1 : 0,
                done.future().isComplete() ? 1 : 0,
                connects);
    }

    void hush() {
        hushed = true;
    }

    Future<Void> stop() {
        stopped = true;
        hushed = true;
        return link.map(present -> present.client.disconnect().otherwiseEmpty()).orElseGet(Future::succeededFuture);
    }

    private void connect() {
        if (stopped) {
            return;
        }
        MqttClient client = MqttClient.create(vertx, options());
        var candidate = new Link(client);
        client.closeHandler(closed -> lost(candidate, "closed by the gateway"));
        client.exceptionHandler(failure -> lost(candidate, String.valueOf(failure.getMessage())));
        client.publishCompletionHandler(packet -> completed(candidate, packet));
        // A gateway may take the connection and never say a word.
        vertx.setTimer(settings.patience().toMillis(), late -> giveUpUnless(candidate));
        client.connect(settings.gateway().port(), settings.gateway().host())
                .onSuccess(connack -> {
                    if (!candidate.open) {
                        return;
                    }
                    connects++;
                    complaint = "";
                    candidate.welcomed = true;
                    link = Optional.of(candidate);
                    candidate.progressAt = elapsedNanos.getAsLong();
                    pump();
                })
                .onFailure(failure -> lost(candidate, String.valueOf(failure.getMessage())));
    }

    private void giveUpUnless(Link candidate) {
        if (candidate.open && !candidate.welcomed) {
            lost(candidate, "no welcome for " + settings.patience());
            candidate.client.disconnect();
        }
    }

    private MqttClientOptions options() {
        var options = new MqttClientOptions()
                .setClientId(device.name())
                .setUsername(device.name())
                .setCleanSession(true)
                .setMaxInflightQueue(settings.window() + 1)
                .setKeepAliveInterval(30)
                .setAckTimeout(-1);
        options.setConnectTimeout(5_000);
        settings.logins().password(device).ifPresent(password -> options.setPassword(password.reveal()));
        settings.gateway()
                .authority()
                .ifPresent(file -> options.setSsl(true)
                        .setHostnameVerificationAlgorithm("HTTPS")
                        .setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
        return options;
    }

    private void lost(Link which, String why) {
        if (!which.open) {
            return;
        }
        which.open = false;
        if (link.filter(present -> present == which).isPresent()) {
            link = Optional.empty();
            outbox.disconnected();
        }
        if (!stopped && !done.future().isComplete()) {
            Duration wait = backoff.next();
            if (!why.equals(complaint)) {
                complaint = why;
                LOG.warn("{} has no gateway: {}; it tries again until it has", device, why);
            }
            vertx.setTimer(wait.toMillis(), go -> connect());
        }
    }

    /** Half-open links look connected, so only an answer counts as progress. */
    private void hangUpIfDead() {
        link.filter(present -> !present.tickets.isEmpty()
                        && elapsedNanos.getAsLong() - present.progressAt
                                > settings.patience().toNanos())
                .ifPresent(present -> {
                    lost(present, "no answer for " + settings.patience());
                    present.client.disconnect();
                });
    }

    private void pump() {
        timer.ifPresent(vertx::cancelTimer);
        timer = Optional.empty();
        while (link.isPresent() && !hushed) {
            Outbox.Step step = outbox.next(Duration.ofNanos(elapsedNanos.getAsLong()));
            switch (step) {
                case Outbox.Send send -> publish(link.get(), send.item());
                case Outbox.WaitUntil wait -> {
                    long millis = Math.max(1, wait.due().toMillis() - elapsedNanos.getAsLong() / 1_000_000);
                    timer = Optional.of(vertx.setTimer(millis, go -> pump()));
                    return;
                }
                case Outbox.WaitForAck wait -> {
                    return;
                }
                case Outbox.Done over -> {
                    done.tryComplete();
                    return;
                }
            }
        }
    }

    private void publish(Link on, Item item) {
        record(item);
        if (on.tickets.isEmpty()) {
            on.progressAt = elapsedNanos.getAsLong();
        }
        Message message = item.message();
        MqttQoS qos = MqttQoS.valueOf(settings.qos());
        boolean again = item.attempt() > 1 && settings.qos() > 0;
        on.client
                .publish(topic(message), bytes(message), qos, again, false)
                .onSuccess(packet -> published(on, item, packet))
                .onFailure(failure -> {
                    lost(on, String.valueOf(failure.getMessage()));
                    on.client.disconnect();
                });
    }

    private void published(Link on, Item item, int packet) {
        if (settings.qos() == 0) {
            // Nobody answers at QoS 0: said is done, and nothing is proven.
            forget(item.ticket());
            vertx.runOnContext(go -> pump());
        } else if (on.open) {
            on.tickets.put(packet, item.ticket());
        }
    }

    private void completed(Link on, int packet) {
        Long ticket = on.tickets.remove(packet);
        if (ticket == null || !on.open) {
            return;
        }
        on.progressAt = elapsedNanos.getAsLong();
        backoff.succeeded();
        Long number = numbers.get(ticket);
        if (number != null) {
            evidence.acked(number);
        }
        acked++;
        forget(ticket);
        pump();
    }

    private void forget(long ticket) {
        numbers.remove(ticket);
        outbox.acknowledged(ticket);
    }

    private void record(Item item) {
        if (item.attempt() == 1) {
            numbers.put(item.ticket(), evidence.sending(item.message(), settings.qos()));
            sent++;
        } else {
            Long number = numbers.get(item.ticket());
            if (number != null) {
                evidence.resending(number, item.attempt());
            }
            resent++;
        }
    }

    private String topic(Message message) {
        return message.content() instanceof Message.Waveform
                ? Payloads.waveformTopic(device)
                : settings.format().topic(device);
    }

    private Buffer bytes(Message message) {
        return Buffer.buffer(
                switch (message.content()) {
                    case Message.Reading reading ->
                        payloads.encode(reading.sample()).toByteArray();
                    case Message.Waveform wave -> wave.bytes().toByteArray();
                    case Message.Malformed malformed -> malformed.bytes().toByteArray();
                });
    }
}
