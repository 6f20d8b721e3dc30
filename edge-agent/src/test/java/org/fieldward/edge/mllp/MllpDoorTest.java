package org.fieldward.edge.mllp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.fieldward.edge.buffer.BufferSettings;
import org.fieldward.edge.buffer.RecordingWard;
import org.fieldward.edge.buffer.document.Remembered;
import org.fieldward.proto.mllp.FrameReader;
import org.fieldward.proto.mllp.FrameReader.Frame;
import org.fieldward.proto.reading.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages over MLLP into a real buffer. */
class MllpDoorTest {

    private static final String HEADER = "MSH|^~\\&|LAB|WEST|FW|WARD|20260301080000||ORU^R01|%s|P|2.5.1\r";

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private Optional<RecordingWard> ward = Optional.empty();
    private Optional<MllpDoor> door = Optional.empty();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        ward.ifPresent(RecordingWard::close);
    }

    private Socket open(Map<String, String> more, BufferSettings settings) throws Exception {
        var values = new HashMap<>(more);
        values.put("mllp.port", "0");
        ward = Optional.of(new RecordingWard(folder, settings));
        door = Optional.of(new MllpDoor(
                vertx,
                MllpSettings.of(values).orElseThrow(),
                Optional.empty(),
                ward.get().recorder(),
                () -> Instant.parse("2026-11-21T12:00:00Z")));
        int port = door.get().start().toCompletableFuture().get(10, TimeUnit.SECONDS);
        var socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private Socket open() throws Exception {
        return open(Map.of(), BufferSettings.DEFAULT);
    }

    private static void send(Socket socket, byte[]... parts) throws IOException {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.write(part);
        }
        socket.getOutputStream().write(all.toByteArray());
    }

    private static byte[] message(String id) {
        return FrameReader.frame((HEADER.formatted(id) + "PID|1||77\r").getBytes(StandardCharsets.ISO_8859_1));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The next answers' lines of MSA and ERR. */
    private static List<String> hear(Socket socket, int count) throws IOException {
        var frames = new FrameReader(10_000);
        var heard = new ArrayList<String>();
        InputStream in = socket.getInputStream();
        byte[] piece = new byte[1_000];
        while (heard.size() < count) {
            int length = in.read(piece);
            assertThat(length).as("the door stays open").isPositive();
            for (Frame frame : frames.feed(piece, length)) {
                String text = ((Frame.Whole) frame).bytes().toString(StandardCharsets.ISO_8859_1);
                heard.add(text.substring(text.indexOf("MSA")).replace('\r', ' ').strip());
            }
        }
        return heard;
    }

    @Test
    void a_message_is_acknowledged_when_it_is_stored_with_its_bytes_and_its_senders_names() throws Exception {
        try (Socket socket = open()) {
            String text = HEADER.formatted("M-1") + "PID|1||77||M\u00fcller\r";
            send(socket, FrameReader.frame(bytes(text)));

            assertThat(hear(socket, 1)).containsExactly("MSA|AA|M-1");
        }
        Remembered stored = ward.orElseThrow().documents().newest(9).getFirst();
        assertThat(stored.purpose()).isEqualTo(Document.Purpose.HL7V2);
        assertThat(stored.id()).isEqualTo("M-1");
        assertThat(stored.recorder()).isEqualTo("LAB^WEST");
        assertThat(stored.kind()).isEqualTo("ORU^R01");
    }

    @Test
    void messages_that_come_joined_split_or_between_garbage_are_answered_one_after_the_other() throws Exception {
        try (Socket socket = open()) {
            byte[] third = message("M-3");
            send(socket, bytes("garbage"), message("M-1"), message("M-2"), Arrays.copyOf(third, 17));
            assertThat(hear(socket, 2)).containsExactly("MSA|AA|M-1", "MSA|AA|M-2");

            send(socket, Arrays.copyOfRange(third, 17, third.length), FrameReader.frame(bytes("PID|1")));
            assertThat(hear(socket, 2).getFirst()).isEqualTo("MSA|AA|M-3");
        }
        assertThat(ward.orElseThrow().stored()).hasSize(3);
        assertThat(door.orElseThrow().counts()).isEqualTo(new MllpDoor.Counts(3, 1));
    }

    @Test
    void a_message_whose_acknowledgement_was_lost_is_stored_once() throws Exception {
        try (Socket socket = open()) {
            send(socket, message("M-1"));
            hear(socket, 1);
            send(socket, message("M-1"));

            assertThat(hear(socket, 1)).containsExactly("MSA|AA|M-1");
        }
        assertThat(ward.orElseThrow().stored()).hasSize(1);
    }

    @Test
    void what_cannot_be_taken_is_rejected_with_the_reason_and_the_line_stays_open() throws Exception {
        try (Socket socket = open()) {
            send(socket, FrameReader.frame(bytes("x".repeat(Document.MAX_BYTES + 1))));
            assertThat(hear(socket, 1).getFirst())
                    .startsWith("MSA|AR|")
                    .endsWith("message must be at most 1048576 bytes");
            send(socket, FrameReader.frame(bytes("MSH")));
            assertThat(hear(socket, 1).getFirst()).endsWith("message must begin with MSH and its separators");
            send(socket, FrameReader.frame("MSH|^~\\&|LAB".getBytes(StandardCharsets.UTF_16LE)));
            assertThat(hear(socket, 1).getFirst())
                    .endsWith("message must be in a character set that begins with ASCII");
            send(socket, message("M-1"));
            assertThat(hear(socket, 1)).containsExactly("MSA|AA|M-1");
        }
        assertThat(ward.orElseThrow().stored()).hasSize(1);
    }

    @Test
    void where_there_is_no_room_the_sender_hears_that_nothing_was_stored() throws Exception {
        var small = new BufferSettings(1_000_000, 40, 0, 10_000, Duration.ZERO, 8192);
        try (Socket socket = open(Map.of(), small)) {
            send(socket, FrameReader.frame(bytes(HEADER.formatted("M-1") + "OBX|".repeat(200_000))));
            send(socket, FrameReader.frame(bytes(HEADER.formatted("M-2") + "OBX|".repeat(200_000))));

            assertThat(hear(socket, 2).getLast())
                    .startsWith("MSA|AR|M-2")
                    .endsWith("the gateway has no room on its disk, send it again later");
        }
        assertThat(ward.orElseThrow().stored()).hasSize(1);
    }

    @Test
    void other_separators_are_answered_in_kind() throws Exception {
        try (Socket socket = open()) {
            send(socket, FrameReader.frame(bytes("MSH#*~\\&#LAB#WEST#FW#WARD#2026##ADT*A01#M-7#T#2.3\r")));

            assertThat(hear(socket, 1)).containsExactly("MSA#AA#M-7");
        }
        assertThat(ward.orElseThrow().documents().newest(1).getFirst().kind()).isEqualTo("ADT^A01");
    }

    @Test
    void an_address_that_is_not_on_the_list_gets_no_word() throws Exception {
        try (Socket socket = open(Map.of("mllp.addresses", "10.9.9.9"), BufferSettings.DEFAULT)) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void beyond_this_machine_there_is_no_door_that_is_open_to_everybody() {
        assertThatThrownBy(() -> MllpSettings.of(Map.of("mllp.port", "0", "mllp.host", "0.0.0.0")))
                .hasMessage(
                        "mllp.host must be 127.0.0.1, ::1 or localhost unless mllp.addresses is given or mllp.tls is"
                                + " client-certificate, was '0.0.0.0'");
        assertThat(MllpSettings.of(Map.of("mllp.host", "0.0.0.0")))
                .as("it is off")
                .isEmpty();
        assertThat(MllpSettings.of(Map.of("mllp.port", "0", "mllp.host", "0.0.0.0", "mllp.addresses", "10.1.1.1")))
                .isPresent();
    }
}
