package org.fieldward.installer.cut;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/**
 * One device: publishes with QoS 1 as fast as it is acknowledged, and after a power cut first says again what was not. Its
 * readings are told apart by their device time. It stands outside the machine whose power is cut, so it may remember.
 */
final class Bedside {

    static final String PASSWORD = "secret";

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final String name;
    private final Map<Instant, Long> acknowledged = new HashMap<>();
    private final Deque<Instant> unanswered = new ArrayDeque<>();
    private long said;
    private Optional<MqttException> ended = Optional.empty();

    Bedside(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** To be asked when {@link #talk} is over. */
    long acknowledged() {
        return acknowledged.size();
    }

    /** Takes the others for lost, and says when each of them was acknowledged, by the monotonic clock. */
    List<Long> forgetAllBut(Set<Instant> there) {
        var lost = new ArrayList<Long>();
        acknowledged.forEach((time, at) -> {
            if (!there.contains(time)) {
                lost.add(at);
            }
        });
        acknowledged.keySet().retainAll(there);
        return lost;
    }

    /** How the connection ended last, for a round in which nothing was acknowledged. */
    Optional<MqttException> ended() {
        return ended;
    }

    /** The gateway begins with an empty data directory; what was acknowledged before was looked for before. */
    void forget() {
        acknowledged.clear();
        unanswered.clear();
    }

    /**
     * Publishes until the gateway is gone.
     *
     * @param window how many publishes may be unacknowledged
     * @param firstAnswer hears of each acknowledgement
     */
    void talk(int port, int window, Runnable firstAnswer) throws InterruptedException {
        var answered = new ConcurrentHashMap<Instant, Long>();
        var sent = new ArrayList<Instant>();
        try (var client = new MqttAsyncClient("tcp://127.0.0.1:" + port, name, new MemoryPersistence())) {
            var options = new MqttConnectOptions();
            options.setUserName(name);
            options.setPassword(PASSWORD.toCharArray());
            options.setMaxInflight(window + 10);
            client.connect(options).waitForCompletion(20_000);
            var room = new Semaphore(window);
            List<Instant> again = List.copyOf(unanswered);
            for (int i = 0; client.isConnected(); i++) {
                if (!room.tryAcquire(20, TimeUnit.MILLISECONDS)) {
                    i--;
                    continue;
                }
                Instant time = i < again.size() ? again.get(i) : BEGIN.plusMillis(++said * 250);
                if (i >= again.size()) {
                    sent.add(time);
                }
                publish(client, time, () -> {
                    answered.put(time, System.nanoTime());
                    room.release();
                    firstAnswer.run();
                });
            }
            client.disconnectForcibly(0, 10, false);
        } catch (MqttException gone) {
            ended = Optional.of(gone);
        }
        unanswered.addAll(sent);
        unanswered.removeAll(answered.keySet());
        acknowledged.putAll(answered);
    }

    private void publish(MqttAsyncClient client, Instant time, Runnable onAnswer) throws MqttException {
        byte[] payload = ("{\"time\":\"" + time + "\",\"values\":{\"heart-rate\":72,\"spo2\":97}}")
                .getBytes(StandardCharsets.UTF_8);
        client.publish("devices/" + name + "/readings", payload, 1, false, null, new IMqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
                onAnswer.run();
            }

            @Override
            public void onFailure(IMqttToken token, Throwable failure) {}
        });
    }
}
