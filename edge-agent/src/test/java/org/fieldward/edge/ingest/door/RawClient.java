package org.fieldward.edge.ingest.door;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Speaks MQTT byte by byte, also wrongly. Reads block for at most five seconds. */
final class RawClient implements AutoCloseable {

    private final Socket socket;

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(5000);
        socket.setTcpNoDelay(true);
    }

    /** A CONNECT with a login; keepalive in seconds. */
    RawClient connect(int version, String name, int keepAlive) throws IOException {
        var body = new ByteArrayOutputStream();
        text(body, "MQTT");
        body.write(version);
        body.write(0xC2);
        body.write(keepAlive >> 8);
        body.write(keepAlive);
        if (version == 5) {
            // Request problem information: none, so that answers are as short as can be.
            body.writeBytes(new byte[] {2, 0x17, 0});
        }
        text(body, name);
        text(body, name);
        text(body, TestDoor.PASSWORD);
        packet(0x10, body.toByteArray());
        return this;
    }

    /**
     * A CONNECT of MQTT 5 with a login.
     *
     * @param properties in hex, without their length
     * @param willProperties in hex, with their length, of a will on {@code devices/NAME/lwt}; empty for no will
     */
    RawClient connect(String name, boolean cleanStart, String properties, String willProperties) throws IOException {
        var body = new ByteArrayOutputStream();
        text(body, "MQTT");
        body.write(5);
        body.write(0xC0 | (cleanStart ? 2 : 0) | (willProperties.isEmpty() ? 0 : 4));
        body.write(0);
        body.write(60);
        body.write(properties.length() / 2);
        body.writeBytes(HexFormat.of().parseHex(properties));
        text(body, name);
        if (!willProperties.isEmpty()) {
            body.writeBytes(HexFormat.of().parseHex(willProperties));
            text(body, "devices/" + name + "/lwt");
            text(body, "gone");
        }
        text(body, name);
        text(body, TestDoor.PASSWORD);
        packet(0x10, body.toByteArray());
        return this;
    }

    /** Subscribes to one filter and returns the answer. */
    String subscribe(int version, int packetId, String filter, int qos) throws IOException {
        var body = new ByteArrayOutputStream();
        body.write(0);
        body.write(packetId);
        if (version == 5) {
            body.write(0);
        }
        text(body, filter);
        body.write(qos);
        packet(0x82, body.toByteArray());
        return receive();
    }

    /** A PUBLISH of MQTT 5 with QoS 1 and properties in hex, without their length. */
    void publish(String topic, int packetId, String properties, byte[] payload) throws IOException {
        var body = new ByteArrayOutputStream();
        text(body, topic);
        body.write(0);
        body.write(packetId);
        body.write(properties.length() / 2);
        body.writeBytes(HexFormat.of().parseHex(properties));
        body.writeBytes(payload);
        packet(0x32, body.toByteArray());
    }

    /** A PUBLISH for MQTT 3.1.1 or, without properties, 5. */
    void publish(int version, int flags, String topic, int packetId, byte[] payload) throws IOException {
        var body = new ByteArrayOutputStream();
        text(body, topic);
        if ((flags & 6) != 0) {
            body.write(packetId >> 8);
            body.write(packetId);
        }
        if (version == 5) {
            body.write(0);
        }
        body.writeBytes(payload);
        packet(0x30 | flags, body.toByteArray());
    }

    void packet(int header, byte[] body) throws IOException {
        var packet = new ByteArrayOutputStream();
        packet.write(header);
        int rest = body.length;
        do {
            packet.write(rest > 127 ? (rest & 127) | 128 : rest);
            rest >>= 7;
        } while (rest > 0);
        packet.writeBytes(body);
        send(packet.toByteArray());
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** The next packet in hex, or "closed". */
    String receive() throws IOException {
        InputStream in = socket.getInputStream();
        try {
            int header = in.read();
            int length = in.read();
            if (header < 0 || length < 0) {
                return "closed";
            }
            var packet = new ByteArrayOutputStream();
            packet.write(header);
            packet.write(length);
            packet.writeBytes(in.readNBytes(length));
            return HexFormat.of().formatHex(packet.toByteArray());
        } catch (java.net.SocketException e) {
            // A reset is a close, too.
            return "closed";
        }
    }

    /** The body of the next packet in hex; its length takes two bytes. */
    String receiveLong() throws IOException {
        InputStream in = socket.getInputStream();
        in.skipNBytes(1);
        int length = (in.read() & 0x7F) | in.read() << 7;
        return HexFormat.of().formatHex(in.readNBytes(length));
    }

    boolean hasNothingToRead() throws IOException {
        return socket.getInputStream().available() == 0;
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes.length >> 8);
        out.write(bytes.length);
        out.writeBytes(bytes);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
