package org.fieldward.installer.start;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.fieldward.installer.part.PartException;

/** A device that wants to be heard: it connects again every two milliseconds, and publishes one reading (MQTT 3.1.1). */
final class FirstPublish {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private FirstPublish() {}

    /** Returns when the reading is acknowledged. */
    static void deliver(int port, String device, String password) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                speak(socket, device, password);
                return;
            } catch (ConnectException e) {
                // Nobody listens yet.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            } catch (IOException e) {
                throw new PartException("the gateway broke off: " + e.getMessage(), e);
            }
        }
        throw new PartException("nobody listened at port " + port + " within " + LIMIT);
    }

    private static void speak(Socket socket, String device, String password) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) LIMIT.toMillis());
        var out = new DataOutputStream(socket.getOutputStream());
        var in = new DataInputStream(socket.getInputStream());
        var connect = new Packet();
        connect.text("MQTT")
                .bytes(4, 0b1100_0010, 0, 60)
                .text(device)
                .text(device)
                .text(password);
        connect.send(0x10, out);
        expect(in, 0x20, 2, 0, 0);
        var publish = new Packet();
        publish.text("devices/" + device + "/readings").bytes(0, 1);
        publish.raw("{\"values\":{\"heart-rate\":72}}");
        publish.send(0x32, out);
        expect(in, 0x40, 2, 0, 1);
    }

    private static void expect(DataInputStream in, int... wanted) throws IOException {
        for (int one : wanted) {
            int found = in.readUnsignedByte();
            if (found != one) {
                throw new IOException("expected " + one + " and found " + found);
            }
        }
    }

    /** What stands in one packet; shorter than 16 KiB, which two bytes of length are enough for. */
    private static final class Packet {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();

        Packet text(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return bytes(bytes.length >> 8, bytes.length & 0xff).raw(text);
        }

        Packet bytes(int... bytes) {
            for (int one : bytes) {
                body.write(one);
            }
            return this;
        }

        Packet raw(String text) {
            body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            return this;
        }

        void send(int type, DataOutputStream out) throws IOException {
            var packet = new ByteArrayOutputStream();
            packet.write(type);
            int length = body.size();
            if (length > 127) {
                packet.write(length & 0x7f | 0x80);
                packet.write(length >> 7);
            } else {
                packet.write(length);
            }
            packet.writeBytes(body.toByteArray());
            out.write(packet.toByteArray());
            out.flush();
        }
    }
}
