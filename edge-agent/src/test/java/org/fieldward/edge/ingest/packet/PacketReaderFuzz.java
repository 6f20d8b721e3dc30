package org.fieldward.edge.ingest.packet;

import static org.fieldward.edge.fuzz.Check.that;

import com.google.protobuf.ByteString;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.fieldward.edge.fuzz.Dice;
import org.fieldward.edge.ingest.packet.Inbound.Connect;
import org.fieldward.edge.ingest.packet.Inbound.Publish;
import org.fieldward.edge.ingest.packet.PacketWriter.Outgoing;

/**
 * Any bytes, cut anywhere: the reader throws nothing, holds no more than one packet, finds the same packets however the
 * bytes are cut, and lets through no text or topic that the standard forbids.
 */
public final class PacketReaderFuzz {

    private static final int MAX_PACKET = 512;
    private static final List<String> CONNECTS = List.of(
            "",
            "100d00044d5154540402000a000170",
            "100e00044d5154540502000a00000170",
            "100f00064d51497364700302000a000170");
    private static final Field HELD = held();

    private PacketReaderFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        var dice = new Dice(data);
        byte[] connect = hex(dice.one(CONNECTS));
        int seed = dice.octet();
        byte[] rest = dice.rest();
        byte[] all = Arrays.copyOf(connect, connect.length + rest.length);
        System.arraycopy(rest, 0, all, connect.length, rest.length);

        List<Inbound> whole = read(all, all.length);
        same(whole, read(all, 1), "one by one");
        same(whole, read(all, 2 + seed % 7), "in small pieces");
        same(whole, read(all, 30 + seed), "in larger pieces");
        whole.forEach(PacketReaderFuzz::check);
    }

    private static List<Inbound> read(byte[] all, int chunk) {
        var reader = new PacketReader(MAX_PACKET);
        var found = new ArrayList<Inbound>();
        for (int from = 0; from < all.length; from += chunk) {
            int to = Math.min(all.length, from + chunk);
            reader.feed(Arrays.copyOfRange(all, from, to));
            for (Inbound next = reader.next(); !(next instanceof Inbound.Nothing); next = reader.next()) {
                found.add(next);
                if (next instanceof Inbound.Violation) {
                    return found;
                }
            }
            int most = Math.max(to - from, 2 * (MAX_PACKET + to - from));
            that(capacity(reader) <= most, "the reader holds more than one packet");
        }
        return found;
    }

    private static void same(List<Inbound> whole, List<Inbound> cut, String how) {
        that(whole.equals(cut), "cut " + how + " the packets are others");
    }

    private static void check(Inbound packet) {
        switch (packet) {
            case Connect connect -> {
                text(connect.clientId());
                connect.username().ifPresent(PacketReaderFuzz::text);
                properties(connect.properties());
                connect.will().ifPresent(will -> {
                    topic(will.topic(), false);
                    that(will.qos() <= 2, "a will's QoS is 0 to 2");
                    properties(will.properties());
                });
            }
            case Publish publish -> {
                topic(
                        publish.topic(),
                        publish.properties().number(Property.TOPIC_ALIAS).isPresent());
                that(
                        publish.qos() <= 2 && publish.packetId() > 0 == publish.qos() > 0,
                        "an identifier with QoS 1 and 2");
                properties(publish.properties());
                comesBack(publish);
            }
            case Inbound.Ack ack -> that(ack.packetId() > 0, "an identifier is never 0");
            case Inbound.Subscribe subscribe -> {
                that(subscribe.packetId() > 0 && !subscribe.requests().isEmpty(), "a SUBSCRIBE asks for something");
                subscribe.requests().forEach(request -> {
                    filter(request.filter());
                    that(request.qos() <= 2 && request.retainHandling() <= 2, "options are within range");
                });
            }
            case Inbound.Unsubscribe unsubscribe -> {
                that(unsubscribe.packetId() > 0 && !unsubscribe.filters().isEmpty(), "an UNSUBSCRIBE names something");
                unsubscribe.filters().forEach(PacketReaderFuzz::filter);
            }
            case Inbound.Disconnect disconnect -> properties(disconnect.properties());
            case Inbound.Violation violation -> that(!violation.rule().isEmpty(), "a violation names its rule");
            case Inbound.Nothing nothing -> {}
            case Inbound.PingRequest ping -> {}
        }
    }

    /** Written for a subscriber and read again, it is the same message. */
    private static void comesBack(Publish publish) {
        boolean is5 = !publish.properties().isEmpty() || publish.topic().isEmpty();
        var writer = new PacketWriter();
        writer.client(is5 ? Inbound.Version.V5 : Inbound.Version.V3_1_1, Integer.MAX_VALUE, true);
        writer.publish(
                new Outgoing(publish.topic(), publish.payload(), publish.qos(), publish.retain(), publish.properties()),
                publish.packetId(),
                publish.duplicate());
        var reader = new PacketReader(2 * MAX_PACKET);
        reader.feed(hex(CONNECTS.get(is5 ? 2 : 1)));
        reader.next();
        reader.feed(writer.take());
        that(publish.equals(reader.next()), "what was written is read as it was");
        ByteString kept = publish.properties().forwarded(List.of(7)).encode();
        that(Properties.decode(kept).encode().equals(kept), "kept properties come back");
    }

    private static void properties(Properties properties) {
        for (Property property : Property.values()) {
            properties.text(property).ifPresent(PacketReaderFuzz::text);
        }
        properties.userProperties().forEach(user -> {
            text(user.name());
            text(user.value());
        });
        properties.text(Property.RESPONSE_TOPIC).ifPresent(topic -> topic(topic, true));
    }

    private static void topic(String topic, boolean mayBeEmpty) {
        text(topic);
        that(mayBeEmpty || !topic.isEmpty(), "a topic has a character");
        that(topic.indexOf('+') < 0 && topic.indexOf('#') < 0, "a topic has no wildcard");
    }

    private static void filter(String filter) {
        text(filter);
        that(!filter.isEmpty(), "a filter has a character");
        String[] levels = filter.split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            that(levels[i].equals("+") || levels[i].indexOf('+') < 0, "+ fills a level");
            that(
                    levels[i].indexOf('#') < 0 || (levels[i].equals("#") && i == levels.length - 1),
                    "# is the last level");
        }
    }

    private static void text(String text) {
        text.codePoints().forEach(c -> {
            that(!Character.isISOControl(c), "a text has no control character");
            that(c < 0xD800 || c > 0xDFFF, "a text has no half of a pair");
            that((c & 0xFFFE) != 0xFFFE && (c < 0xFDD0 || c > 0xFDEF), "a text has no non-character");
        });
    }

    private static int capacity(PacketReader reader) {
        try {
            return ((byte[]) HELD.get(reader)).length;
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static Field held() {
        try {
            Field field = PacketReader.class.getDeclaredField("bytes");
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
