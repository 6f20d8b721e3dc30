package org.fieldward.edge.ingest.door;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.edge.buffer.Rejected;
import org.fieldward.edge.ingest.access.AccountFile;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.DeviceStatus.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The door as a device and a screen meet it, with real clients and raw bytes. */
class MqttDoorTest {

    private static final byte[] GOOD = "{\"values\":{\"heart-rate\":72}}".getBytes(UTF_8);
    private static final String READINGS = "devices/monitor-07/readings";

    @TempDir
    Path home;

    private TestDoor door;

    @BeforeEach
    void open() throws Exception {
        door = new TestDoor(home, Map.of("mqtt.receive-maximum", "10"));
    }

    @AfterEach
    void close() throws Exception {
        door.close();
    }

    private RawClient device(int version, String name) throws Exception {
        var client = new RawClient(door.plainPort()).connect(version, name, 60);
        assertThat(client.receive()).startsWith("20").matches("20..0000.*");
        return client;
    }

    private MqttClient paho(String url, String id) throws MqttException {
        return new MqttClient(url, id, new MemoryPersistence());
    }

    private static MqttConnectOptions login(String name) {
        var options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setUserName(name);
        options.setPassword(TestDoor.PASSWORD.toCharArray());
        options.setHttpsHostnameVerificationEnabled(false);
        return options;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void what_a_stock_client_publishes_is_stored(int qos) throws Exception {
        try (MqttClient client = paho(door.plainUrl(), "monitor-07")) {
            client.connect(login("monitor-07"));
            client.publish(READINGS, GOOD, qos, false);
            client.disconnect();
        }
        Until.that("stored", () -> door.store.readings().size() == 1);
        assertThat(door.store.readings().getFirst().device()).isEqualTo(new DeviceId("monitor-07"));
    }

    @ParameterizedTest
    @CsvSource({"4, 1, 40020007", "5, 1, 40020007", "4, 2, 50020007", "5, 2, 50020007"})
    void nothing_is_acknowledged_before_the_store_has_it(int version, int qos, String ack) throws Exception {
        try (RawClient client = device(version, "monitor-07")) {
            door.store.hold();
            client.publish(version, qos << 1, READINGS, 7, GOOD);
            Until.that("it waits for the disk", () -> door.store.waiting() == 1);
            client.send(new byte[] {(byte) 0xC0, 0});
            assertThat(client.receive()).isEqualTo("d000");
            assertThat(client.hasNothingToRead()).isTrue();

            door.store.release();
            assertThat(client.receive()).isEqualTo(ack);
            assertThat(door.store.readings()).hasSize(1);
        }
    }

    @Test
    void acknowledgements_come_in_the_order_of_the_publishes() throws Exception {
        try (RawClient client = device(4, "monitor-07")) {
            door.store.hold();
            for (int id = 1; id <= 5; id++) {
                client.publish(4, 2, READINGS, id, GOOD);
            }
            Until.that("all wait", () -> door.store.waiting() == 5);
            door.store.release();
            for (int id = 1; id <= 5; id++) {
                assertThat(client.receive()).isEqualTo("4002000" + id);
            }
        }
    }

    @Test
    void a_repeated_qos_2_publish_is_stored_once() throws Exception {
        try (RawClient client = device(4, "monitor-07")) {
            client.publish(4, 4, READINGS, 9, GOOD);
            assertThat(client.receive()).isEqualTo("50020009");
            client.publish(4, 4 | 8, READINGS, 9, GOOD);
            assertThat(client.receive()).isEqualTo("50020009");
            client.send(new byte[] {0x62, 2, 0, 9});
            assertThat(client.receive()).isEqualTo("70020009");
            assertThat(door.store.readings()).hasSize(1);

            client.publish(4, 4, READINGS, 9, GOOD);
            assertThat(client.receive()).isEqualTo("50020009");
            assertThat(door.store.readings()).hasSize(2);
        }
    }

    @Test
    void what_cannot_be_read_is_kept_with_its_reason_and_acknowledged() throws Exception {
        try (RawClient client = device(5, "monitor-07")) {
            client.publish(
                    5, 2, READINGS, 1, "{\"values\":{\"spo2\":{\"value\":97,\"unit\":\"Cel\"}}}".getBytes(UTF_8));
            assertThat(client.receive()).isEqualTo("4003000199");
            client.publish(5, 2, READINGS, 2, "{\"time\":1}".getBytes(UTF_8));
            assertThat(client.receive()).isEqualTo("4003000299");
            client.publish(5, 2, "devices/monitor-07/video", 3, GOOD);
            assertThat(client.receive()).isEqualTo("4003000399");
            client.publish(5, 2, READINGS, 4, GOOD);
            assertThat(client.receive()).isEqualTo("40020004");
        }
        assertThat(door.store.rejected())
                .extracting(Rejected::reason)
                .containsExactly(RejectReason.WRONG_UNIT, RejectReason.MISSING_FIELD, RejectReason.UNKNOWN_FORMAT);
        assertThat(door.rejects.snapshot().values())
                .singleElement()
                .satisfies(one -> assertThat(one.last()).hasSize(3));
    }

    @Test
    void a_megabyte_of_garbage_ends_one_connection_and_hurts_nobody() throws Exception {
        byte[] garbage = new byte[1 << 20];
        new Random(5).nextBytes(garbage);
        try (RawClient good = device(5, "monitor-08");
                RawClient bad = device(5, "monitor-07")) {
            try {
                bad.publish(5, 2, READINGS, 1, garbage);
            } catch (java.io.IOException e) {
                assertThat(e).hasMessageMatching("(?i).*(reset|pipe|abort).*");
            }
            assertThat(bad.receive()).isIn("e00195", "closed");
            good.publish(5, 2, "devices/monitor-08/readings", 1, GOOD);
            assertThat(good.receive()).isEqualTo("40020001");
            assertThat(door.rejects.snapshot().values())
                    .singleElement()
                    .satisfies(one -> assertThat(one.counts()).containsEntry(RejectReason.TOO_LARGE, 1L));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "devices/monitor-08/readings",
                "devices/monitor-070/readings",
                "devices/monitor-0/readings",
                "devices",
                "devices//readings",
                "alarms/monitor-07",
                "readings"
            })
    void a_device_publishes_under_its_own_name_only(String topic) throws Exception {
        try (RawClient client = device(5, "monitor-07")) {
            client.publish(5, 2, topic, 1, GOOD);
            assertThat(client.receive()).isEqualTo("4003000187");
            client.publish(5, 4, topic, 2, GOOD);
            assertThat(client.receive()).isEqualTo("5003000287");
        }
        try (RawClient client = device(4, "monitor-07")) {
            client.publish(4, 2, topic, 1, GOOD);
            assertThat(client.receive()).isEqualTo("closed");
        }
        assertThat(door.store.readings()).isEmpty();
        assertThat(door.store.rejected()).isEmpty();
    }

    @Test
    void a_full_buffer_is_said_with_mqtt_5_and_closes_without() throws Exception {
        try (RawClient five = device(5, "monitor-07");
                RawClient four = device(4, "monitor-08")) {
            door.store.beFull(true);
            five.publish(5, 2, READINGS, 1, GOOD);
            assertThat(five.receive()).isEqualTo("4003000197");
            five.publish(5, 4, READINGS, 2, GOOD);
            assertThat(five.receive()).isEqualTo("5003000297");
            four.publish(4, 2, "devices/monitor-08/readings", 1, GOOD);
            assertThat(four.receive()).isEqualTo("closed");
        }
    }

    @Test
    void a_failed_disk_acknowledges_nothing_and_closes() throws Exception {
        try (RawClient five = device(5, "monitor-07");
                RawClient four = device(4, "monitor-08")) {
            door.store.beBroken(true);
            five.publish(5, 2, READINGS, 1, GOOD);
            assertThat(five.receive()).isEqualTo("e00180");
            assertThat(five.receive()).isEqualTo("closed");
            four.publish(4, 2, "devices/monitor-08/readings", 1, GOOD);
            assertThat(four.receive()).isEqualTo("closed");
        }
    }

    @Test
    void more_unacknowledged_than_announced_ends_an_mqtt_5_client_and_slows_an_older_one() throws Exception {
        try (RawClient five = device(5, "monitor-07");
                RawClient four = device(4, "monitor-08")) {
            door.store.hold();
            for (int id = 1; id <= 11; id++) {
                five.publish(5, 2, READINGS, id, GOOD);
            }
            assertThat(five.receive()).isEqualTo("e00193");
            int before = door.store.waiting();
            for (int id = 1; id <= 25; id++) {
                four.publish(4, 2, "devices/monitor-08/readings", id, GOOD);
            }
            Until.that("ten wait", () -> door.store.waiting() == before + 10);
            door.store.release();
            for (int id = 1; id <= 25; id++) {
                assertThat(four.receive()).isEqualTo("400200%02x".formatted(id));
            }
        }
    }

    @Test
    void a_wrong_password_an_unknown_name_and_a_foreign_client_id_stay_outside() throws Exception {
        for (String[] attempt : new String[][] {
            {"monitor-07", "monitor-07", "wrong"},
            {"nobody", "nobody", TestDoor.PASSWORD},
            {"monitor-08", "monitor-07", TestDoor.PASSWORD}
        }) {
            var options = login(attempt[1]);
            options.setPassword(attempt[2].toCharArray());
            try (MqttClient client = paho(door.plainUrl(), attempt[0])) {
                assertThatThrownBy(() -> client.connect(options)).isInstanceOf(MqttException.class);
            }
        }
        Until.that("all are gone", () -> door.view().connections() == 0);
        assertThat(door.view().refusedLogins()).isEqualTo(3);
    }

    @Test
    void a_device_without_a_client_id_is_given_its_own() throws Exception {
        try (RawClient client = new RawClient(door.plainPort())) {
            client.send(java.util.HexFormat.of()
                    .parseHex("1021" + "00044d51545405c2003c00" + "0000" + "000a6d6f6e69746f722d3037"
                            + "0006736563726574"));
            assertThat(client.receive()).contains("12000a6d6f6e69746f722d3037");
        }
    }

    @Test
    void the_newer_connection_takes_over_and_the_older_does_no_harm_by_leaving() throws Exception {
        try (RawClient older = device(5, "monitor-07");
                RawClient newer = device(5, "monitor-07")) {
            assertThat(older.receive()).isEqualTo("e0018e");
            assertThat(older.receive()).isEqualTo("closed");
            newer.publish(5, 2, READINGS, 1, GOOD);
            assertThat(newer.receive()).isEqualTo("40020001");
            Until.that("one is left", () -> door.view().connections() == 1);
            assertThat(door.store.statuses())
                    .extracting(DeviceStatus::status)
                    .containsExactly(Status.ONLINE, Status.ONLINE);
        }
    }

    @Test
    void a_goodbye_is_offline_and_a_break_is_lost() throws Exception {
        try (RawClient polite = device(4, "monitor-07")) {
            polite.send(new byte[] {(byte) 0xE0, 0});
            assertThat(polite.receive()).isEqualTo("closed");
        }
        device(4, "monitor-08").close();
        Until.that("four statuses", () -> door.store.statuses().size() == 4);
        assertThat(door.store.statuses().stream()
                        .filter(one -> one.device().name().equals("monitor-07"))
                        .map(DeviceStatus::status))
                .containsExactly(Status.ONLINE, Status.OFFLINE);
        assertThat(door.store.statuses().stream()
                        .filter(one -> one.device().name().equals("monitor-08"))
                        .map(DeviceStatus::status))
                .containsExactly(Status.ONLINE, Status.LOST);
    }

    @Test
    void a_device_that_falls_silent_is_lost_after_one_and_a_half_keepalives() throws Exception {
        try (RawClient client = new RawClient(door.plainPort()).connect(5, "monitor-07", 1)) {
            assertThat(client.receive()).startsWith("20");
            assertThat(client.receive()).isEqualTo("e0018d");
        }
        Until.that("lost", () -> door.store.statuses().getLast().status() == Status.LOST);
    }

    @Test
    void a_screen_learns_who_is_there_and_who_was_lost() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        RawClient device = device(4, "monitor-07");
        try (MqttClient screen = paho(door.plainUrl(), "screen-1")) {
            screen.connect(login("nurse"));
            screen.subscribe("devices/+/status", 1, (topic, message) -> heard.add(topic + " " + message));
            assertThat(heard.poll(5, TimeUnit.SECONDS)).startsWith("devices/monitor-07/status {\"status\":\"online\"");
            device.close();
            assertThat(heard.poll(5, TimeUnit.SECONDS)).startsWith("devices/monitor-07/status {\"status\":\"lost\"");
            screen.disconnect();
        }
    }

    @Test
    void the_will_of_a_lost_device_is_heard_and_that_of_one_who_said_goodbye_is_not() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (MqttClient screen = paho(door.plainUrl(), "screen-1");
                MqttClient polite = paho(door.plainUrl(), "monitor-07");
                MqttClient rude = paho(door.plainUrl(), "monitor-08")) {
            screen.connect(login("nurse"));
            screen.subscribe("devices/+/lwt", 1, (topic, message) -> heard.add(topic + " " + message));
            var first = login("monitor-07");
            first.setWill("devices/monitor-07/lwt", "gone".getBytes(UTF_8), 1, false);
            polite.connect(first);
            polite.disconnect();
            var second = login("monitor-08");
            second.setWill("devices/monitor-08/lwt", "gone".getBytes(UTF_8), 1, false);
            rude.connect(second);
            rude.disconnectForcibly(0, 1, false);

            assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("devices/monitor-08/lwt gone");
            assertThat(heard).isEmpty();
            screen.disconnect();
        }
    }

    @Test
    void a_will_on_a_foreign_topic_keeps_its_owner_outside() throws Exception {
        var options = login("monitor-07");
        options.setWill("devices/monitor-08/readings", GOOD, 1, false);
        try (MqttClient client = paho(door.plainUrl(), "monitor-07")) {
            assertThatThrownBy(() -> client.connect(options)).isInstanceOf(MqttException.class);
        }
        assertThat(door.store.readings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "monitor-07, commands/monitor-07/#, 9003000100",
        "monitor-07, commands/monitor-08/#, 9003000180",
        "monitor-07, commands/#, 9003000180",
        "monitor-07, #, 9003000180",
        "monitor-07, +/monitor-07/#, 9003000180",
        "monitor-07, $share/g/commands/monitor-08/#, 9003000180",
        "nurse, alarms/#, 9003000100",
        "nurse, devices/+/status, 9003000100",
        "nurse, #, 9003000180",
        "nurse, $SYS/#, 9003000180",
        "nurse, commands/#, 9003000180"
    })
    void subscriptions_are_granted_by_whole_levels(String who, String filter, String answer) throws Exception {
        try (RawClient client = device(4, who)) {
            byte[] text = filter.getBytes(UTF_8);
            byte[] body = new byte[text.length + 5];
            body[1] = 1;
            body[3] = (byte) text.length;
            System.arraycopy(text, 0, body, 4, text.length);
            client.packet(0x82, body);
            assertThat(client.receive()).isEqualTo(answer);
        }
    }

    @Test
    void a_subscriber_that_does_not_read_is_dropped_and_memory_does_not_grow() throws Exception {
        try (RawClient screen = device(4, "nurse")) {
            byte[] filter = "alarms/#".getBytes(UTF_8);
            byte[] body = new byte[filter.length + 5];
            body[1] = 1;
            body[3] = (byte) filter.length;
            System.arraycopy(filter, 0, body, 4, filter.length);
            client(screen, body);
            ByteString large = ByteString.copyFrom(new byte[100_000]);
            Until.that("dropped", () -> {
                door.topics.publish("alarms/monitor-07", large, false);
                return door.view().connections() == 0;
            });
        }
    }

    private static void client(RawClient screen, byte[] subscribe) throws Exception {
        screen.packet(0x82, subscribe);
        assertThat(screen.receive()).startsWith("90");
    }

    private static void sendUnlessTurnedAway(RawClient client, byte[] bytes) {
        try {
            client.send(bytes);
        } catch (IOException e) {
            assertThat(e).as("the door may close before it read all").isInstanceOf(SocketException.class);
        }
    }

    @Test
    void connects_that_never_end_share_an_allowance_of_memory_and_a_whole_one_needs_none_of_it() throws Exception {
        byte[] begun = new byte[200_000];
        // CONNECT, and a length of 262,000 bytes.
        System.arraycopy(new byte[] {0x10, (byte) 0xF0, (byte) 0xFE, 0x0F}, 0, begun, 0, 4);
        List<RawClient> bad = new ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                var client = new RawClient(door.plainPort());
                bad.add(client);
                sendUnlessTurnedAway(client, begun);
            }
            Until.that("those beyond it are sent away", () -> door.view().turnedAway() >= 35);
            try (RawClient good = device(5, "monitor-08")) {
                good.publish(5, 2, "devices/monitor-08/readings", 1, GOOD);
                assertThat(good.receive()).isEqualTo("40020001");
            }
            assertThat(door.view().connections()).isPositive();
        } finally {
            for (RawClient client : bad) {
                client.close();
            }
        }
        Until.that("gone", () -> door.view().connections() == 0);
        try (RawClient slow = new RawClient(door.plainPort())) {
            slow.send("\020\052\0\4MQTT\4\302\0\74\0\12".getBytes(ISO_8859_1));
            slow.send("monitor-07\0\12monitor-07\0\6secret".getBytes(ISO_8859_1));
            assertThat(slow.receive()).isEqualTo("20020000");
        }
    }

    @Test
    void packets_sent_behind_a_connect_wait_for_the_login() throws Exception {
        try (RawClient client = new RawClient(door.plainPort())) {
            client.connect(4, "monitor-07", 60);
            client.publish(4, 2, READINGS, 1, GOOD);
            client.publish(4, 2, READINGS, 2, GOOD);
            assertThat(List.of(client.receive(), client.receive(), client.receive()))
                    .containsExactly("20020000", "40020001", "40020002");
        }
    }

    @Test
    void an_account_that_is_removed_ends_its_connection() throws Exception {
        try (RawClient client = device(5, "monitor-07")) {
            assertThat(new AccountFile(home.resolve("accounts")).remove("monitor-07"))
                    .isTrue();
            Files.setLastModifiedTime(home.resolve("accounts"), java.nio.file.attribute.FileTime.fromMillis(1_000_000));
            Until.that("it is outside", () -> door.view().connections() == 0);
            assertThat(client.receive()).isEqualTo("e00187");
        }
    }

    @Test
    void a_client_certificate_names_the_device_and_no_password_is_asked() throws Exception {
        try (MqttClient client = paho(door.tlsUrl(), "pump-3")) {
            var options = new MqttConnectOptions();
            options.setHttpsHostnameVerificationEnabled(false);
            options.setSocketFactory(Tls.factory(door.authority, java.util.Optional.of(door.client("pump-3"))));
            client.connect(options);
            client.publish("devices/pump-3/readings", GOOD, 1, false);
            client.disconnect();
        }
        assertThat(door.store.readings().getFirst().device()).isEqualTo(new DeviceId("pump-3"));
    }

    @Test
    void a_password_over_tls_needs_no_certificate() throws Exception {
        try (MqttClient client = paho(door.tlsUrl(), "monitor-07")) {
            var options = login("monitor-07");
            options.setSocketFactory(Tls.factory(door.authority, java.util.Optional.empty()));
            client.connect(options);
            client.publish(READINGS, GOOD, 1, false);
            client.disconnect();
        }
        assertThat(door.store.readings()).hasSize(1);
    }

    @Test
    void an_mqtt_5_client_may_name_the_format_and_use_a_topic_alias() throws Exception {
        try (RawClient client = device(5, "monitor-07")) {
            // PUBLISH with topic alias 1 and content type application/senml+json on the topic of our own JSON.
            var head = java.util.HexFormat.of()
                    .parseHex("001b" + java.util.HexFormat.of().formatHex(READINGS.getBytes(UTF_8))
                            + "0001" + "1d" + "230001" + "030017"
                            + java.util.HexFormat.of().formatHex("application/senml+json;".getBytes(UTF_8)));
            var senml = "[{\"n\":\"spo2\",\"v\":97}]".getBytes(UTF_8);
            client.packet(0x32, concat(head, senml));
            assertThat(client.receive()).isEqualTo("40020001");
            client.packet(0x32, concat(java.util.HexFormat.of().parseHex("0000" + "0002" + "03" + "230001"), GOOD));
            assertThat(client.receive()).isEqualTo("40020002");
        }
        assertThat(door.store.readings()).hasSize(2);
    }

    private static byte[] concat(byte[] one, byte[] two) {
        byte[] both = java.util.Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        return both;
    }
}
