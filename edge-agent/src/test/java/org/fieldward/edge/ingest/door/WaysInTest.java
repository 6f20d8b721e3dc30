package org.fieldward.edge.ingest.door;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.fieldward.edge.ingest.session.InMemoryJournal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MQTT over what browsers and local programs have, and the limits that hold before anybody logged in. */
class WaysInTest {

    private static final byte[] GOOD = "{\"values\":{\"heart-rate\":72}}".getBytes(UTF_8);

    @TempDir
    Path home;

    /** CONNECT (3.1.1) of monitor-07 and one QoS 1 publish with identifier 1. */
    private static byte[] connectAndPublish() {
        String connect = "102a" + "00044d51545404c2003c" + text("monitor-07") + text("monitor-07") + text("secret");
        String publish =
                text("devices/monitor-07/readings") + "0001" + HexFormat.of().formatHex(GOOD);
        return HexFormat.of().parseHex(connect + "32%02x".formatted(publish.length() / 2) + publish);
    }

    private static String text(String text) {
        return "%04x".formatted(text.length()) + HexFormat.of().formatHex(text.getBytes(UTF_8));
    }

    /** Collects what comes in binary frames, as hex. */
    private static final class Heard implements WebSocket.Listener {
        private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            frames.add(HexFormat.of().formatHex(bytes));
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            frames.add("closed " + code);
            return CompletableFuture.completedFuture(null);
        }

        private String next() throws InterruptedException {
            return String.valueOf(frames.poll(10, TimeUnit.SECONDS));
        }
    }

    private static WebSocket dial(HttpClient client, int port, String path, String protocol, Heard heard)
            throws Exception {
        return client.newWebSocketBuilder()
                .subprotocols(protocol)
                .buildAsync(URI.create("ws://127.0.0.1:" + port + path), heard)
                .get(10, TimeUnit.SECONDS);
    }

    @Test
    void a_browser_publishes_over_a_websocket_whatever_the_frames_are() throws Exception {
        try (var door = new TestDoor(home, Map.of("mqtt.websocket.port", "0"));
                var client = HttpClient.newHttpClient()) {
            var heard = new Heard();
            WebSocket socket = dial(client, door.webPort(), "/mqtt", "mqtt", heard);
            assertThat(socket.getSubprotocol()).isEqualTo("mqtt");
            byte[] all = connectAndPublish();
            socket.sendBinary(ByteBuffer.wrap(all, 0, 7), true).get(10, TimeUnit.SECONDS);
            socket.sendBinary(ByteBuffer.wrap(all, 7, 30), false).get(10, TimeUnit.SECONDS);
            socket.sendBinary(ByteBuffer.wrap(all, 37, all.length - 37), true).get(10, TimeUnit.SECONDS);
            assertThat(heard.next()).isEqualTo("20020000");
            assertThat(heard.next()).isEqualTo("40020001");
            assertThat(door.store.readings()).hasSize(1);

            socket.sendText("not MQTT", true).get(10, TimeUnit.SECONDS);
            assertThat(heard.next()).isEqualTo("closed 1003");
            Until.that("nobody is counted any more", () -> door.view().connections() == 0);
        }
    }

    @Test
    void a_websocket_that_does_not_speak_mqtt_or_asks_elsewhere_is_refused() throws Exception {
        try (var door = new TestDoor(home, Map.of("mqtt.websocket.port", "0"));
                var client = HttpClient.newHttpClient()) {
            for (String[] wrong : new String[][] {{"/mqtt", "chat"}, {"/other", "mqtt"}}) {
                assertThatThrownBy(() -> dial(client, door.webPort(), wrong[0], wrong[1], new Heard()))
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(WebSocketHandshakeException.class);
            }
        }
    }

    @Test
    void a_file_that_is_no_socket_is_not_deleted_to_make_room_for_one() throws Exception {
        Path file = Files.writeString(home.resolve("notes"), "precious");
        assertThatThrownBy(() -> new TestDoor(home, Map.of("mqtt.unix-socket", "notes")).close())
                .hasRootCauseMessage("mqtt.unix-socket must not be a file that is something else, was " + file);
        assertThat(file).hasContent("precious");
    }

    @Test
    void a_program_of_this_machine_comes_over_a_file_that_only_its_group_may_open() throws Exception {
        Path file = home.resolve("door.sock");
        try (var door = new TestDoor(home, Map.of("mqtt.unix-socket", "door.sock"));
                var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-rw----");
            channel.connect(UnixDomainSocketAddress.of(file));
            channel.write(ByteBuffer.wrap(connectAndPublish()));
            var answer = ByteBuffer.allocate(8);
            while (answer.hasRemaining() && channel.read(answer) >= 0) {
                // Until both answers are there, or the door has closed.
            }
            assertThat(HexFormat.of().formatHex(answer.array())).isEqualTo("2002000040020001");
            assertThat(door.store.readings()).hasSize(1);
        }
    }

    @Test
    void whoever_opens_more_connections_than_one_address_may_is_turned_away_before_tls_too() throws Exception {
        try (var door = new TestDoor(home, Map.of("mqtt.max-connections-per-address", "3"));
                var one = new Socket("127.0.0.1", door.tlsPort());
                var two = new Socket("127.0.0.1", door.tlsPort());
                var three = new Socket("127.0.0.1", door.plainPort())) {
            Until.that("three are in", () -> door.view().connections() == 3);
            try (var four = new Socket("127.0.0.1", door.tlsPort())) {
                four.setSoTimeout(10_000);
                assertThat(four.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(door.view().turnedAway()).isEqualTo(1);
            assertThat(one.isConnected() && two.isConnected() && three.isConnected())
                    .isTrue();
        }
    }

    @Test
    void whoever_finds_no_room_in_the_heap_is_turned_away_and_comes_in_when_another_left() throws Exception {
        try (var door = new TestDoor(home, Map.of(), new InMemoryJournal(), 60 << 10);
                var tls = new Socket("127.0.0.1", door.tlsPort())) {
            var plain = new Socket("127.0.0.1", door.plainPort());
            Until.that("two are in", () -> door.view().connections() == 2);
            try (var third = new Socket("127.0.0.1", door.plainPort())) {
                third.setSoTimeout(10_000);
                assertThat(third.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(door.view().turnedAway()).isEqualTo(1);

            plain.close();
            Until.that("one is in", () -> door.view().connections() == 1);
            try (var fourth = new Socket("127.0.0.1", door.plainPort())) {
                Until.that("two are in again", () -> door.view().connections() == 2);
                assertThat(tls.isConnected() && fourth.isConnected()).isTrue();
            }
        }
    }

    @Test
    void half_a_handshake_and_half_a_connect_end_with_the_deadline() throws Exception {
        try (var door = new TestDoor(home, Map.of("mqtt.connect-deadline-seconds", "1", "mqtt.websocket.port", "0"));
                var web = new Socket("127.0.0.1", door.webPort());
                var tls = new Socket("127.0.0.1", door.tlsPort());
                var plain = new Socket("127.0.0.1", door.plainPort())) {
            // The head of a TLS record that announces a ClientHello, and of a CONNECT.
            tls.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1, 0});
            plain.getOutputStream().write(new byte[] {0x10, 0x27, 0, 4, 'M'});
            web.getOutputStream().write("GET /mqtt HTTP/1.1\r\n".getBytes(UTF_8));
            for (Socket socket : new Socket[] {tls, plain, web}) {
                socket.setSoTimeout(10_000);
                int answer = socket.getInputStream().read();
                // TLS may say goodbye with an alert.
                assertThat(answer).isIn(-1, 21);
            }
            Until.that("nobody is counted any more", () -> door.view().connections() == 0);
        }
    }

    @Test
    void a_client_that_sends_more_than_it_may_is_read_more_slowly_and_loses_nothing() throws Exception {
        try (var door = new TestDoor(home, Map.of("mqtt.max-publishes-per-second", "20"));
                var client = new RawClient(door.plainPort()).connect(4, "monitor-07", 60)) {
            assertThat(client.receive()).isEqualTo("20020000");
            for (int i = 1; i <= 30; i++) {
                client.publish(4, 2, "devices/monitor-07/readings", i, GOOD);
            }
            for (int i = 1; i <= 30; i++) {
                assertThat(client.receive()).isEqualTo("400200%02x".formatted(i));
            }
            assertThat(door.store.readings()).hasSize(30);
        }
    }

    @Test
    void whoever_comes_from_where_much_trouble_came_from_waits_a_little_and_is_served() throws Exception {
        try (var door = new TestDoor(home, Map.of())) {
            door.sufferMuch();
            assertThat(door.waitMillis()).isPositive();
            try (var plain = new RawClient(door.plainPort());
                    Socket secure = Tls.factory(door.authority, Optional.empty())
                            .createSocket(InetAddress.getLoopbackAddress(), door.tlsPort())) {
                secure.setSoTimeout(5_000);
                plain.send(connectAndPublish());
                assertThat(plain.receive()).isEqualTo("20020000");
                assertThat(plain.receive()).isEqualTo("40020001");
                secure.getOutputStream().write(connectAndPublish());
                assertThat(HexFormat.of().formatHex(secure.getInputStream().readNBytes(8)))
                        .isEqualTo("2002000040020001");
            }
        }
    }

    @Test
    void keys_that_are_none_stop_the_start_and_not_only_the_first_client() throws Exception {
        Path broken = Files.writeString(home.resolve("broken.key"), "no key");

        assertThatThrownBy(() -> new TestDoor(home, Map.of("mqtt.tls.key", "broken.key")).close())
                .hasStackTraceContaining(broken.toString());
    }

    @Test
    void a_client_for_whom_no_tls_can_be_made_is_let_go_and_not_counted_any_more() throws Exception {
        try (var door = new TestDoor(home, Map.of())) {
            Files.delete(home.resolve("door.key"));
            var factory = Tls.factory(door.authority, Optional.empty());

            assertThatThrownBy(() -> factory.createSocket("127.0.0.1", door.tlsPort())
                            .getOutputStream()
                            .write(1))
                    .isInstanceOf(IOException.class);
            Until.that("nobody is counted any more", () -> door.view().connections() == 0);
        }
    }
}
