package org.fieldward.edge.ingest.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.fieldward.edge.ingest.topic.LocalTopics;
import org.junit.jupiter.api.Test;

/**
 * Every raw-packet sequence of the shared data, by the lenient rule: where a DISCONNECT packet is expected before the close,
 * a bare close or another reason passes too.
 */
class RawSequencesTest {

    private static final int TIMEOUT_MILLIS = 2000;

    @Test
    void every_sequence_is_answered_as_the_standard_says() throws Exception {
        Path folder = Path.of(System.getProperty("fieldward.shared", "none"), "data", "mqtt-sequences");
        assumeTrue(Files.isDirectory(folder), "the raw-packet sequences are not here");
        Vertx vertx = Vertx.vertx();
        MqttDoor door = OpenDoor.on(vertx, new LocalTopics(1000));
        int port = door.start()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .plain()
                .orElseThrow();
        var failures = new ArrayList<String>();
        int count = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(one -> one.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                for (JsonNode group : new ObjectMapper().readTree(file.toFile())) {
                    for (JsonNode test :
                            group.path("disable").asBoolean() ? List.<JsonNode>of() : group.path("tests")) {
                        count++;
                        String failure = run(port, test);
                        if (!failure.isEmpty()) {
                            failures.add(group.path("group").asText() + " "
                                    + test.path("name").asText() + ": " + failure);
                        }
                    }
                }
            }
        } finally {
            door.close().toCompletableFuture().get(10, TimeUnit.SECONDS);
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
        assertThat(count).isPositive();
        assertThat(failures).isEmpty();
    }

    /** Empty if it went as expected. */
    private static String run(int port, JsonNode test) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            if (test.path("connect").asBoolean(true)) {
                send(
                        socket,
                        connect(test.path("name").asText(), test.path("ver").asInt(4)));
                byte[] head = receive(socket, 2);
                if (head.length < 2 || receive(socket, head[1]).length < 2) {
                    return "the default CONNECT was refused";
                }
            }
            return converse(socket, test);
        } catch (SocketTimeoutException e) {
            return "no answer or still connected";
        } catch (SocketException e) {
            return test.path("expect_disconnect").asBoolean(true) ? "" : e.toString();
        }
    }

    private static String converse(Socket socket, JsonNode test) throws IOException {
        for (JsonNode message : test.path("msgs")) {
            byte[] bytes =
                    HexFormat.of().parseHex(message.path("payload").asText().replace(" ", ""));
            if (message.path("type").asText().equals("send")) {
                send(socket, bytes);
                continue;
            }
            byte[] got = receive(socket, bytes.length);
            if (!java.util.Arrays.equals(got, bytes)) {
                boolean ended = got.length == 0 || got[0] == (byte) 0xE0;
                return ended && bytes[0] == (byte) 0xE0
                        ? ""
                        : "got " + HexFormat.of().formatHex(got) + " for "
                                + message.path("payload").asText();
            }
        }
        if (test.path("expect_disconnect").asBoolean(true)) {
            byte[] rest = receive(socket, 1);
            return rest.length == 0 || rest[0] == (byte) 0xE0 ? "" : "still connected";
        }
        send(socket, new byte[] {(byte) 0xC0, 0});
        return receive(socket, 2).length == 2 ? "" : "no answer to a ping";
    }

    private static byte[] connect(String clientId, int version) {
        byte[] id = clientId.getBytes(StandardCharsets.UTF_8);
        String name = version == 3 ? "00064d5149736470" : "00044d515454";
        String head = name + "0" + version + "02003c" + (version == 5 ? "00" : "") + "%04x".formatted(id.length);
        String body = head + HexFormat.of().formatHex(id);
        int length = body.length() / 2;
        String prefix =
                length < 128 ? "10%02x".formatted(length) : "10%02x%02x".formatted((length & 127) | 128, length >> 7);
        return HexFormat.of().parseHex(prefix + body);
    }

    private static void send(Socket socket, byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    private static byte[] receive(Socket socket, int length) throws IOException {
        InputStream in = socket.getInputStream();
        return in.readNBytes(length);
    }
}
