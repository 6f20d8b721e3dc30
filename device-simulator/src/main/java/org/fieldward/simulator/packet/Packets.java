package org.fieldward.simulator.packet;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.fieldward.simulator.sample.Secret;

/** Makes whole packets (MQTT 3.1.1, section 3). */
public final class Packets {

    private static final int CONNECT = 0x10;
    private static final int PUBLISH = 0x30;
    private static final int SUBSCRIBE = 0x82;
    private static final int CLEAN_SESSION = 0x02;
    private static final int WITH_USER = 0x80;
    private static final int WITH_PASSWORD = 0x40;

    private Packets() {}

    /**
     * CONNECT (section 3.1) with a clean session.
     *
     * @param keepAliveSeconds 0 to 65535; 0 turns it off
     */
    public static byte[] connect(String clientId, String user, Optional<Secret> password, int keepAliveSeconds) {
        var body = new ByteArrayOutputStream();
        text(body, "MQTT");
        body.write(4);
        body.write(WITH_USER | CLEAN_SESSION | (password.isPresent() ? WITH_PASSWORD : 0));
        number(body, keepAliveSeconds);
        text(body, clientId);
        text(body, user);
        password.ifPresent(secret -> text(body, secret.reveal()));
        return packet(CONNECT, body);
    }

    /**
     * PUBLISH (section 3.3), neither retained nor repeated.
     *
     * @param packetId not written with QoS 0
     */
    public static byte[] publish(int qos, int packetId, String topic, String payload) {
        var body = new ByteArrayOutputStream();
        text(body, topic);
        if (qos > 0) {
            number(body, packetId);
        }
        body.writeBytes(payload.getBytes(StandardCharsets.UTF_8));
        return packet(PUBLISH | qos << 1, body);
    }

    /** SUBSCRIBE (section 3.8) with the packet identifier 1. */
    public static byte[] subscribe(int qos, List<String> filters) {
        var body = new ByteArrayOutputStream();
        number(body, 1);
        for (String filter : filters) {
            text(body, filter);
            body.write(qos);
        }
        return packet(SUBSCRIBE, body);
    }

    /** PINGREQ (section 3.12). */
    public static byte[] ping() {
        return new byte[] {(byte) 0xC0, 0};
    }

    /** A remaining length (section 2.2.3). */
    public static void length(ByteArrayOutputStream out, int length) {
        int rest = length;
        do {
            int digit = rest & 0x7F;
            rest >>= 7;
            out.write(rest > 0 ? digit | 0x80 : digit);
        } while (rest > 0);
    }

    private static byte[] packet(int type, ByteArrayOutputStream body) {
        var out = new ByteArrayOutputStream();
        out.write(type);
        length(out, body.size());
        out.writeBytes(body.toByteArray());
        return out.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void number(ByteArrayOutputStream out, int number) {
        out.write(number >> 8);
        out.write(number);
    }
}
