package org.fieldward.edge.ingest.door;

import static org.fieldward.edge.fuzz.Check.that;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads what a server may write (MQTT 3.1.1 and 5), strictly; knows nothing of the code under test. */
final class ServerBytes {

    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int PUBREC = 5;
    static final int PUBREL = 6;
    static final int PUBCOMP = 7;
    static final int SUBACK = 9;
    static final int UNSUBACK = 11;
    static final int PINGRESP = 13;
    static final int DISCONNECT = 14;

    /** One packet; what it does not have is 0 or empty. */
    record Packet(int type, int flags, int size, int packetId, int reason, String topic, int alias) {}

    /** One byte, two bytes, four bytes, variable, text, binary, pair of texts. */
    private static final Map<Integer, Character> KINDS = Map.ofEntries(
            Map.entry(0x01, '1'),
            Map.entry(0x02, '4'),
            Map.entry(0x03, 't'),
            Map.entry(0x08, 't'),
            Map.entry(0x09, 'b'),
            Map.entry(0x0B, 'v'),
            Map.entry(0x11, '4'),
            Map.entry(0x12, 't'),
            Map.entry(0x13, '2'),
            Map.entry(0x1A, 't'),
            Map.entry(0x1F, 't'),
            Map.entry(0x21, '2'),
            Map.entry(0x22, '2'),
            Map.entry(0x23, '2'),
            Map.entry(0x24, '1'),
            Map.entry(0x25, '1'),
            Map.entry(0x26, 'p'),
            Map.entry(0x27, '4'),
            Map.entry(0x28, '1'),
            Map.entry(0x29, '1'),
            Map.entry(0x2A, '1'));

    private static final Set<Integer> OF_CONNACK =
            Set.of(0x11, 0x12, 0x13, 0x1A, 0x1F, 0x21, 0x22, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A);
    private static final Set<Integer> OF_PUBLISH = Set.of(0x01, 0x02, 0x03, 0x08, 0x09, 0x0B, 0x23, 0x26);
    private static final Set<Integer> OF_ANSWER = Set.of(0x1F, 0x26);

    private final boolean is5;
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private int alias;

    ServerBytes(boolean is5) {
        this.is5 = is5;
    }

    /** All of what was written at once: whole packets. */
    List<Packet> read(byte[] written) {
        var found = new ArrayList<Packet>();
        for (int at = 0; at < written.length; ) {
            bytes = ByteBuffer.wrap(written, at, written.length - at);
            int header = one();
            int length = variable();
            that(length <= bytes.remaining(), "a packet is written whole");
            int end = bytes.position() + length;
            bytes.limit(end);
            found.add(packet(header, end - at));
            that(bytes.remaining() == 0, "a packet ends where its fields end");
            at = end;
        }
        return found;
    }

    private Packet packet(int header, int size) {
        int type = header >>> 4;
        int flags = header & 0x0F;
        alias = 0;
        if (type == PUBLISH) {
            return publish(flags, size);
        }
        that(flags == (type == PUBREL ? 2 : 0), "the flags are as they are reserved");
        return switch (type) {
            case CONNACK -> {
                that(one() <= 1, "a CONNACK has one flag");
                int reason = one();
                properties(OF_CONNACK);
                yield new Packet(type, flags, size, 0, reason, "", 0);
            }
            case PUBACK, PUBREC, PUBREL, PUBCOMP -> {
                int packetId = packetId();
                int reason = is5 && bytes.hasRemaining() ? one() : 0;
                optionalProperties();
                yield new Packet(type, flags, size, packetId, reason, "", 0);
            }
            case SUBACK, UNSUBACK -> {
                int packetId = packetId();
                properties(OF_ANSWER);
                that(bytes.hasRemaining() == (is5 || type == SUBACK), "one code for each filter");
                while (bytes.hasRemaining()) {
                    int code = one();
                    that(is5 || code <= 2 || code == 0x80, "a code is a QoS or a failure");
                }
                yield new Packet(type, flags, size, packetId, 0, "", 0);
            }
            case PINGRESP -> new Packet(type, flags, size, 0, 0, "", 0);
            case DISCONNECT -> {
                that(is5, "before MQTT 5 only a client says goodbye");
                int reason = bytes.hasRemaining() ? one() : 0;
                optionalProperties();
                yield new Packet(type, flags, size, 0, reason, "", 0);
            }
            default -> throw new AssertionError("a server does not send packets of type " + type);
        };
    }

    private Packet publish(int flags, int size) {
        int qos = flags >>> 1 & 3;
        that(qos <= 2 && (qos > 0 || (flags & 8) == 0), "QoS is 0 to 2, and a duplicate has one above 0");
        String topic = text();
        that(topic.indexOf('+') < 0 && topic.indexOf('#') < 0, "a topic has no wildcard");
        int packetId = qos > 0 ? packetId() : 0;
        properties(OF_PUBLISH);
        that(!topic.isEmpty() || alias > 0, "a topic has a name or a number");
        bytes.position(bytes.limit());
        return new Packet(PUBLISH, flags, size, packetId, 0, topic, alias);
    }

    private void optionalProperties() {
        if (bytes.hasRemaining()) {
            properties(OF_ANSWER);
        }
    }

    private void properties(Set<Integer> allowed) {
        if (!is5) {
            return;
        }
        int end = variable() + bytes.position();
        that(end <= bytes.limit(), "properties end in their packet");
        var seen = new HashSet<Integer>();
        while (bytes.position() < end) {
            int id = one();
            that(allowed.contains(id), "a property stands where it may");
            that(seen.add(id) || id == 0x26 || id == 0x0B, "a property comes once");
            switch (KINDS.getOrDefault(id, '?')) {
                case '1' -> that(one() <= 1, "a flag is 0 or 1");
                case '2' -> {
                    int value = two();
                    alias = id == 0x23 ? value : alias;
                    that(id != 0x23 || value > 0, "an alias is not 0");
                }
                case '4' -> {
                    two();
                    two();
                }
                case 'v' -> that(variable() > 0, "an identifier is not 0");
                case 't' -> text();
                case 'b' -> skip(two());
                case 'p' -> {
                    text();
                    text();
                }
                default -> throw new AssertionError("there is no property " + id);
            }
        }
        that(bytes.position() == end, "properties end where they say");
    }

    private int one() {
        that(bytes.hasRemaining(), "a field ends in its packet");
        return bytes.get() & 0xFF;
    }

    private int two() {
        return one() << 8 | one();
    }

    private int packetId() {
        int packetId = two();
        that(packetId > 0, "an identifier is not 0");
        return packetId;
    }

    private int variable() {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int digit = one();
            value |= (digit & 0x7F) << shift;
            if (digit < 0x80) {
                that(digit > 0 || shift == 0, "a length is as short as can be");
                return value;
            }
        }
        throw new AssertionError("a length has at most four bytes");
    }

    private void skip(int length) {
        that(length <= bytes.remaining(), "a field ends in its packet");
        bytes.position(bytes.position() + length);
    }

    private String text() {
        int length = two();
        that(length <= bytes.remaining(), "a text ends in its packet");
        byte[] text = new byte[length];
        bytes.get(text);
        try {
            String decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
            decoded.codePoints().forEach(c -> {
                that(!Character.isISOControl(c), "a text has no control character");
                that((c & 0xFFFE) != 0xFFFE && (c < 0xFDD0 || c > 0xFDEF), "a text has no non-character");
            });
            return decoded;
        } catch (CharacterCodingException e) {
            throw new AssertionError("a text is UTF-8", e);
        }
    }
}
