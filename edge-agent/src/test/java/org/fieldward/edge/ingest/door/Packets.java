package org.fieldward.edge.ingest.door;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.fieldward.edge.fuzz.Dice;

/** Packets of a client, valid or nearly so, as dice fall. */
final class Packets {

    private static final List<String> NAMES = List.of("dev-a", "dev-b", "screen", "slow-c", "busy", "none", "");
    private static final List<String> TOPICS = List.of(
            "store/readings",
            "store/senml",
            "store/protobuf",
            "store/nothing",
            "ward/a",
            "ward/b/c",
            "$dark/a",
            "/",
            "denied/a",
            "");
    private static final List<String> FILTERS = List.of(
            "ward/a",
            "ward/+",
            "ward/#",
            "#",
            "+/a",
            "$share/g/ward/#",
            "$share/h/#",
            "$dark/#",
            "denied/#",
            "$share/g",
            "+",
            "/");
    private static final List<String> PAYLOADS = List.of(
            "{\"values\":{\"heart-rate\":72}}",
            "{\"values\":{\"heart-rate\":7000}}",
            "[{\"n\":\"spo2\",\"v\":97}]",
            "{\"values\":{\"\\u0000\":1e99}}",
            "");
    private static final List<String> OF_CONNECT = List.of(
            "", "210001", "210002", "220001", "1100000005", "11ffffffff", "2700000014", "1700", "1901", "150001a0");
    private static final List<String> OF_PUBLISH = List.of(
            "",
            "",
            "230001",
            "230002",
            "23000b",
            "0200000001",
            "0101",
            "030010" + hex("application/json"),
            "08000177",
            "26000161000162",
            "0b07");

    private Packets() {}

    static byte[] connect(Dice dice) {
        int version = dice.one(List.of(4, 5, 3, 5));
        var body = new ByteArrayOutputStream();
        text(body, version == 3 ? "MQIsdp" : "MQTT");
        body.write(version);
        int choice = dice.octet();
        boolean will = (choice & 4) != 0;
        int flags = 0xC0 | (choice & 2) | (will ? 4 | (choice & 0x38) : 0);
        body.write((flags & 0x18) == 0x18 ? flags & ~0x10 : flags);
        two(body, dice.below(4));
        properties(body, version, dice.one(OF_CONNECT) + dice.one(OF_CONNECT));
        String name = dice.one(NAMES);
        text(body, dice.flag() ? name : "x");
        if (will) {
            properties(body, version, dice.one(List.of("", "1800000003", "0200000002")));
            text(body, dice.one(TOPICS));
            text(body, dice.one(PAYLOADS));
        }
        text(body, name);
        text(body, "secret");
        return packet(0x10, body);
    }

    static byte[] publish(int version, Dice dice) {
        int choice = dice.octet();
        int qos = choice >> 1 & 3;
        var body = new ByteArrayOutputStream();
        text(body, dice.one(TOPICS));
        if (qos > 0) {
            two(body, 1 + dice.below(12));
        }
        properties(body, version, dice.one(OF_PUBLISH) + (dice.flag() ? dice.one(OF_PUBLISH) : ""));
        if (dice.flag()) {
            body.writeBytes(dice.take(dice.octet()));
        } else {
            body.writeBytes(dice.one(PAYLOADS).getBytes(StandardCharsets.UTF_8));
        }
        return packet(0x30 | (choice & (qos == 0 ? 7 : 15)), body);
    }

    static byte[] subscribe(int version, Dice dice) {
        var body = new ByteArrayOutputStream();
        two(body, 1 + dice.below(12));
        properties(body, version, dice.one(List.of("", "0b07", "0bffffff7f")));
        for (int left = dice.below(4); left >= 0; left--) {
            text(body, dice.one(FILTERS));
            body.write(version == 5 ? dice.octet() & 0x2F : dice.below(3));
        }
        return packet(0x82, body);
    }

    static byte[] unsubscribe(int version, Dice dice) {
        var body = new ByteArrayOutputStream();
        two(body, 1 + dice.below(12));
        properties(body, version, "");
        text(body, dice.one(FILTERS));
        return packet(0xA2, body);
    }

    /** PUBACK, PUBREC, PUBREL or PUBCOMP. */
    static byte[] answer(int version, Dice dice) {
        int type = 4 + dice.below(4);
        var body = new ByteArrayOutputStream();
        two(body, 1 + dice.below(12));
        if (version == 5 && dice.flag()) {
            body.write(type < 6 ? 0x87 : 0x92);
        }
        return packet(type << 4 | (type == 6 ? 2 : 0), body);
    }

    static byte[] disconnect(int version, Dice dice) {
        var body = new ByteArrayOutputStream();
        if (version == 5) {
            body.write(dice.flag() ? 0 : 4);
            properties(body, version, dice.one(List.of("", "1100000000", "1100000009")));
        }
        return packet(0xE0, body);
    }

    private static byte[] packet(int header, ByteArrayOutputStream body) {
        var packet = new ByteArrayOutputStream();
        packet.write(header);
        variable(packet, body.size());
        packet.writeBytes(body.toByteArray());
        return packet.toByteArray();
    }

    private static void properties(ByteArrayOutputStream out, int version, String hex) {
        if (version == 5) {
            variable(out, hex.length() / 2);
            out.writeBytes(HexFormat.of().parseHex(hex));
        }
    }

    private static void variable(ByteArrayOutputStream out, int value) {
        int rest = value;
        do {
            out.write(rest > 127 ? (rest & 127) | 128 : rest);
            rest >>= 7;
        } while (rest > 0);
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        two(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void two(ByteArrayOutputStream out, int value) {
        out.write(value >> 8);
        out.write(value);
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
}
