package org.fieldward.edge.ingest.broker;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.ingest.Intake;
import org.fieldward.edge.ingest.Outcome;
import org.fieldward.proto.certificate.CertificateException;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.reading.DeviceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from a broker that is already there. The broker keeps each message until we acknowledge it, which we do when the
 * buffer stored it; whatever was not acknowledged comes again after a reconnect. All state is touched by one thread.
 */
public final class BrokerSubscriber implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerSubscriber.class);

    /** For what a topic does not name: the quarantine needs somebody to hold it for. */
    private static final DeviceId UNNAMED = new DeviceId("unnamed");

    /** With QoS 2 the library answers PUBREC before we stored anything, so the broker is asked for no more than 1. */
    private static final int QOS = 1;

    private static final int MAX_UNSTORED = 1000;
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final Duration STABLE = Duration.ofMinutes(1);
    private static final long QUIET_MILLIS = 2_000;

    private final BrokerSettings settings;
    private final Intake intake;
    private final RandomGenerator random;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            run -> Thread.ofPlatform().name("broker-subscriber").daemon(true).unstarted(run));

    private Optional<Link> link = Optional.empty();
    private int failures;
    private volatile boolean connected;

    public BrokerSubscriber(BrokerSettings settings, Intake intake, RandomGenerator random) {
        this.settings = settings;
        this.intake = intake;
        this.random = random;
    }

    public void start() {
        thread.execute(this::connect);
    }

    public boolean isConnected() {
        return connected;
    }

    /** Waits until the connection is closed, a few seconds at most. */
    @Override
    public void close() {
        onThread(() -> link.ifPresent(Link::drop));
        thread.shutdown();
        try {
            if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One connection, with a client of its own so that nothing of an older one is left in it. */
    private final class Link implements MqttCallback {
        private final MqttAsyncClient client;
        private final Semaphore unstored = new Semaphore(MAX_UNSTORED);
        private long openedTick;

        Link() throws MqttException {
            client = new MqttAsyncClient(settings.url(), settings.clientId(), new MemoryPersistence());
            client.setManualAcks(true);
            client.setCallback(this);
        }

        void open(MqttConnectOptions options) throws MqttException {
            client.connect(options).waitForCompletion(TimeUnit.SECONDS.toMillis(KEEP_ALIVE_SECONDS));
            for (TopicTemplate topic : settings.topics()) {
                client.subscribe(topic.filter().toString(), QOS)
                        .waitForCompletion(TimeUnit.SECONDS.toMillis(KEEP_ALIVE_SECONDS));
            }
            openedTick = intake.tickMillis();
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) throws InterruptedException {
            // Blocks the library's own thread, which then reads no further: its buffer must not become ours.
            unstored.acquire();
            Optional<TopicTemplate> template =
                    settings.topics().stream().filter(one -> one.matches(topic)).findFirst();
            Optional<DeviceId> device = template.flatMap(one -> one.device(topic));
            Optional<Format> format = device.flatMap(known -> template.map(TopicTemplate::format));
            intake.take(
                    device.orElse(UNNAMED),
                    format,
                    topic,
                    ByteString.copyFrom(message.getPayload()),
                    outcome -> onThread(() -> settled(message, outcome)));
        }

        private void settled(MqttMessage message, Outcome outcome) {
            unstored.release();
            if (link.orElse(null) != this) {
                return;
            }
            switch (outcome) {
                case Outcome.Accepted accepted -> acknowledge(message);
                case Outcome.Refused refused -> acknowledge(message);
                case Outcome.Full full -> fail("the buffer is full");
                case Outcome.Failed failed -> fail("the buffer could not store");
                case Outcome.Delivered delivered -> acknowledge(message);
                case Outcome.Denied denied -> acknowledge(message);
            }
        }

        private void acknowledge(MqttMessage message) {
            try {
                if (message.getQos() > 0) {
                    client.messageArrivedComplete(message.getId(), message.getQos());
                }
            } catch (MqttException e) {
                fail("an acknowledgement could not be sent: " + e.getMessage());
            }
        }

        @Override
        public void connectionLost(Throwable cause) {
            onThread(() -> fail("the connection broke: " + cause.getMessage()));
        }

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {
            // We publish nothing.
        }

        private void fail(String why) {
            if (link.orElse(null) != this) {
                return;
            }
            LOG.warn("Broker {}: {}", settings.url(), why);
            boolean stable = intake.tickMillis() - openedTick > STABLE.toMillis();
            drop();
            failures = stable ? 1 : failures + 1;
            retryLater();
        }

        void drop() {
            connected = false;
            link = Optional.empty();
            try {
                client.disconnectForcibly(QUIET_MILLIS, QUIET_MILLIS, false);
            } catch (MqttException e) {
                LOG.debug("Broker {}: was already disconnected", settings.url(), e);
            }
            try {
                client.close(true);
            } catch (MqttException e) {
                LOG.debug("Broker {}: the client was already closed", settings.url(), e);
            }
        }
    }

    private void connect() {
        Optional<Link> fresh = Optional.empty();
        try {
            fresh = Optional.of(new Link());
            link = fresh;
            fresh.get().open(options());
            connected = true;
            LOG.info(
                    "Broker {}: connected, {} topics",
                    settings.url(),
                    settings.topics().size());
        } catch (MqttException | IOException | GeneralSecurityException | CertificateException e) {
            LOG.warn("Broker {}: no connection: {}", settings.url(), e.getMessage());
            fresh.ifPresent(Link::drop);
            failures++;
            retryLater();
        }
    }

    /** Full jitter: any time up to a bound that doubles, so that many gateways do not come back at once. */
    private void retryLater() {
        long bound =
                Math.min(settings.retryMax().toMillis(), settings.retryMin().toMillis() << Math.min(failures - 1, 20));
        long wait = random.nextLong(bound + 1);
        try {
            var unused = thread.schedule(this::connect, wait, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Broker {}: closing, no further attempt", settings.url(), e);
        }
    }

    private void onThread(Runnable work) {
        try {
            thread.execute(work);
        } catch (RejectedExecutionException e) {
            LOG.debug("Broker {}: closing, what comes now stays unacknowledged", settings.url(), e);
        }
    }

    private MqttConnectOptions options() throws IOException, GeneralSecurityException {
        var options = new MqttConnectOptions();
        options.setCleanSession(false);
        options.setAutomaticReconnect(false);
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
        options.setConnectionTimeout(KEEP_ALIVE_SECONDS);
        options.setHttpsHostnameVerificationEnabled(true);
        if (settings.login().isPresent()) {
            BrokerSettings.Login login = settings.login().get();
            options.setUserName(login.username());
            options.setPassword(Files.readAllLines(login.passwordFile()).stream()
                    .findFirst()
                    .orElse("")
                    .toCharArray());
        }
        if (settings.authorities().isPresent()) {
            options.setSocketFactory(
                    trusting(Files.readString(settings.authorities().get())));
        }
        return options;
    }

    private static SSLSocketFactory trusting(String pem) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (X509Certificate authority : Pem.certificates(pem)) {
            store.setCertificateEntry("authority-" + number++, authority);
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context.getSocketFactory();
    }
}
