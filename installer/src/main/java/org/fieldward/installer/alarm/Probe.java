package org.fieldward.installer.alarm;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.fieldward.installer.part.PartException;

/** A device whose heart rate crosses its limit and comes back, again and again, and the screen that shows it. */
final class Probe implements AutoCloseable {

    private static final long LIMIT_SECONDS = 30;
    private static final int QOS = 1;

    /** So that alarms come at no fixed time within the gateway's own rhythms. */
    private static final long PAUSE_MILLIS = 7;

    private final String device;
    private final String screen;
    private final SynchronousQueue<Boolean> raised = new SynchronousQueue<>();
    private final List<MqttAsyncClient> clients = new ArrayList<>();

    Probe(String device, String screen) {
        this.device = device;
        this.screen = screen;
    }

    void connect(int port, String password, String screenPassword) {
        try {
            MqttAsyncClient watching = client(port, screen, screenPassword);
            watching.subscribe("alarms/" + device + "/#", QOS, (topic, message) -> {
                        if (topic.endsWith("/limit-high/heart-rate")) {
                            // An alarm that ended leaves an empty message.
                            raised.put(message.getPayload().length > 0);
                        }
                    })
                    .waitForCompletion();
            client(port, device, password);
        } catch (MqttException e) {
            throw new PartException("the probe cannot connect: " + e.getMessage(), e);
        }
    }

    private MqttAsyncClient client(int port, String name, String password) throws MqttException {
        var client = new MqttAsyncClient("tcp://127.0.0.1:" + port, name, new MemoryPersistence());
        clients.add(client);
        var options = new MqttConnectOptions();
        options.setUserName(name);
        options.setPassword(password.toCharArray());
        client.connect(options).waitForCompletion();
        return client;
    }

    /** Microseconds from before the publish until the screen has the alarm. */
    Histogram measure(Duration time) {
        var micros = new Histogram(3);
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            long sent = System.nanoTime();
            say(180, true);
            micros.recordValue((System.nanoTime() - sent) / 1_000);
            say(72, false);
            pause();
        }
        return micros;
    }

    private void say(int heartRate, boolean alarm) {
        byte[] payload = ("{\"values\":{\"heart-rate\":" + heartRate + "}}").getBytes(StandardCharsets.UTF_8);
        try {
            clients.getLast().publish("devices/" + device + "/readings", payload, QOS, false);
            Boolean shown = raised.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (shown == null || shown != alarm) {
                throw new PartException("the screen showed " + shown + " for a heart rate of " + heartRate);
            }
        } catch (MqttException e) {
            throw new PartException("the probe cannot publish: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartException("the probe was interrupted", e);
        }
    }

    private static void pause() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
    }

    @Override
    public void close() {
        for (MqttAsyncClient client : clients) {
            try {
                client.disconnectForcibly(0, 0, false);
                client.close(true);
            } catch (MqttException e) {
                System.err.println("alarms: a client could not be closed: " + e.getMessage());
            }
        }
    }
}
