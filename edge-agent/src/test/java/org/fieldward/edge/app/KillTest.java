package org.fieldward.edge.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.fieldward.edge.buffer.BufferSettings;
import org.fieldward.edge.buffer.sqlite.BufferCheck;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.edge.ingest.access.Account;
import org.fieldward.edge.ingest.access.AccountFile;
import org.fieldward.edge.ingest.access.Role;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.password.PasswordHash;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent as its own process, devices that publish as fast as they are acknowledged, and SIGKILL in the middle. */
class KillTest {

    private static final int DEVICES = 4;
    private static final int ROUNDS = 3;
    private static final int ENOUGH = 2_000;

    @TempDir
    Path home;

    private final Set<Instant> acknowledged = ConcurrentHashMap.newKeySet();

    @Test
    void nothing_that_was_acknowledged_is_lost_when_the_agent_is_killed() throws Exception {
        Path config = home.resolve("edge-agent.properties");
        Files.writeString(config, "mqtt.plain.port=0\nmqtt.tls.local-names=off\nclinic.port=off\n");
        var random = new SecureRandom();
        PasswordHash hash = PasswordHash.of("secret".getBytes(StandardCharsets.UTF_8), 1000, random);
        var accounts = new AccountFile(home.resolve("accounts"));
        for (int i = 0; i < DEVICES; i++) {
            accounts.put(new Account("bed-" + i, Role.DEVICE, hash));
        }

        for (int round = 0; round < ROUNDS; round++) {
            Process agent = agent(config);
            try {
                publishUntilKilled(agent, awaitPort(agent), round);
            } finally {
                agent.destroyForcibly().waitFor();
            }
        }

        assertThat(BufferCheck.check(home.resolve("data")).findings()).isEmpty();
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ROUNDS * ENOUGH);
        var lost = new HashSet<>(acknowledged);
        lost.removeAll(stored());
        assertThat(lost).isEmpty();
        assertThat(home.resolve("temporary")).isEmptyDirectory();
    }

    private Process agent(Path config) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Djava.io.tmpdir=" + Files.createDirectories(home.resolve("temporary")),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "run",
                        "--config",
                        config.toString())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("log").toFile())
                .start();
    }

    private int awaitPort(Process agent) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (System.nanoTime() < end && agent.isAlive()) {
            Optional<JsonNode> status = new StatusFile(home.resolve("data")).read();
            long pid = status.map(json -> json.path("pid").asLong()).orElse(0L);
            if (pid == agent.pid()) {
                return status.get().path("devices").path("plainPort").asInt();
            }
            agent.waitFor(20, TimeUnit.MILLISECONDS);
        }
        throw new AssertionError("the agent did not start: " + Files.readString(home.resolve("log")));
    }

    private void publishUntilKilled(Process agent, int port, int round) throws Exception {
        int before = acknowledged.size();
        List<Thread> devices = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            int device = i;
            devices.add(Thread.ofPlatform().start(() -> publish(device, port, round)));
        }
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (acknowledged.size() < before + ENOUGH && System.nanoTime() < end) {
            agent.waitFor(10, TimeUnit.MILLISECONDS);
        }
        agent.destroyForcibly().waitFor();
        for (Thread device : devices) {
            device.join();
        }
    }

    private void publish(int device, int port, int round) {
        // Each reading has a device time of its own, by which it is found again.
        Instant time = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(1_000_000L * (round * DEVICES + device));
        try (var client = new MqttAsyncClient("tcp://127.0.0.1:" + port, "bed-" + device, new MemoryPersistence())) {
            var options = new MqttConnectOptions();
            options.setUserName("bed-" + device);
            options.setPassword("secret".toCharArray());
            options.setMaxInflight(100);
            client.connect(options).waitForCompletion(10_000);
            while (client.isConnected()) {
                time = time.plusMillis(250);
                byte[] payload =
                        ("{\"time\":\"" + time + "\",\"values\":{\"heart-rate\":72}}").getBytes(StandardCharsets.UTF_8);
                publish(client, device, payload, time);
            }
            client.disconnectForcibly(0, 10, false);
        } catch (MqttException e) {
            // The agent was killed: that is the point.
            assertThat(e).isNotNull();
        }
    }

    private void publish(MqttAsyncClient client, int device, byte[] payload, Instant time) throws MqttException {
        try {
            client.publish("devices/bed-" + device + "/readings", payload, 1, false, null, new IMqttActionListener() {
                @Override
                public void onSuccess(IMqttToken token) {
                    acknowledged.add(time);
                }

                @Override
                public void onFailure(IMqttToken token, Throwable failure) {}
            });
        } catch (MqttException e) {
            if (e.getReasonCode() != MqttException.REASON_CODE_MAX_INFLIGHT) {
                throw e;
            }
            Thread.onSpinWait();
        }
    }

    private Set<Instant> stored() {
        var found = new HashSet<Instant>();
        try (var buffer = SqliteReadingBuffer.open(
                home.resolve("data"), BufferSettings.DEFAULT, new SecureRandom(), InstantSource.system())) {
            SequenceSet seen = SequenceSet.EMPTY;
            while (true) {
                var slice = buffer.read(Lane.VITAL, new SequenceRange(1, Long.MAX_VALUE / 2), seen, 1000);
                if (slice.isEmpty()) {
                    return found;
                }
                for (Sequenced one : BatchCodec.decode(slice.get().content().toByteArray())) {
                    found.add(one.entry().stamp().deviceTime().orElseThrow());
                }
                seen = seen.plus(slice.get().sequences());
            }
        }
    }
}
