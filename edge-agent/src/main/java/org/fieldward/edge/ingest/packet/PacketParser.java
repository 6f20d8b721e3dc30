package org.fieldward.edge.ingest.packet;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Optional;
import org.fieldward.edge.ingest.packet.Inbound.Ack;
import org.fieldward.edge.ingest.packet.Inbound.Connect;
import org.fieldward.edge.ingest.packet.Inbound.Disconnect;
import org.fieldward.edge.ingest.packet.Inbound.PingRequest;
import org.fieldward.edge.ingest.packet.Inbound.Publish;
import org.fieldward.edge.ingest.packet.Inbound.Request;
import org.fieldward.edge.ingest.packet.Inbound.Subscribe;
import org.fieldward.edge.ingest.packet.Inbound.Unsubscribe;
import org.fieldward.edge.ingest.packet.Inbound.Version;
import org.fieldward.edge.ingest.packet.Inbound.Will;

/** Reads one packet of a client. Remembers the version that the CONNECT chose, and the last topic. */
final class PacketParser {

    private static final PingRequest PING = new PingRequest();
    private static final int MAX_QOS = 2;
    private static final String SHARE = "$share/";

    private Version version = Version.V3_1_1;
    private boolean connected;
    private String lastTopic = "";

    Inbound parse(int header, Cursor body) {
        PacketType type = PacketType.of(header >>> 4);
        int flags = header & 0x0F;
        if (connected == (type == PacketType.CONNECT)) {
            throw Broken.protocol("the first packet must be a CONNECT, and no other may be");
        }
        if (type != PacketType.CONNECT && type != PacketType.PUBLISH) {
            boolean two = type == PacketType.PUBREL || type == PacketType.SUBSCRIBE || type == PacketType.UNSUBSCRIBE;
            if (flags != (two ? 2 : 0)) {
                throw Broken.malformed("the flags of a " + type + " must be as the standard reserves them");
            }
        }
        Inbound packet = switch (type) {
            case CONNECT -> connect(flags, body);
            case PUBLISH -> publish(flags, body);
            case PUBACK, PUBREC, PUBREL, PUBCOMP -> ack(type, body);
            case SUBSCRIBE -> subscribe(body);
            case UNSUBSCRIBE -> unsubscribe(body);
            case PINGREQ -> PING;
            case DISCONNECT -> disconnect(body);
            case AUTH -> throw Broken.protocol("there was no authentication method to go on with");
            case RESERVED, CONNACK, SUBACK, UNSUBACK, PINGRESP, WILL, KEPT ->
                throw Broken.protocol("a client must not send " + type);
        };
        body.end();
        return packet;
    }

    private Connect connect(int headerFlags, Cursor body) {
        version = version(body);
        int flags = body.one();
        boolean hasWill = (flags & 0x04) != 0;
        boolean hasPassword = (flags & 0x40) != 0;
        boolean hasUsername = (flags & 0x80) != 0;
        int willQos = flags >>> 3 & 3;
        if (headerFlags != 0 && version != Version.V3_1) {
            throw Broken.malformed("the flags of a CONNECT must be 0");
        }
        boolean reserved = (flags & 1) != 0 && version != Version.V3_1;
        if (reserved || willQos > MAX_QOS || (!hasWill && (flags & 0x38) != 0)) {
            throw Broken.malformed("the connect flags must be as the standard reserves them");
        }
        if (hasPassword && !hasUsername && !version.is5()) {
            throw Broken.malformed("a password needs a user name before MQTT 5");
        }
        int keepAlive = body.two();
        Properties properties = properties(PacketType.CONNECT, body);
        String clientId = body.text();
        Optional<Will> will = Optional.empty();
        if (hasWill) {
            Properties willProperties = properties(PacketType.WILL, body);
            String topic = topic(body.text());
            if (topic.isEmpty()) {
                throw Broken.malformed("a will must have a topic");
            }
            will = Optional.of(new Will(topic, body.binary(), willQos, (flags & 0x20) != 0, willProperties));
        }
        Optional<String> username = hasUsername ? Optional.of(body.text()) : Optional.empty();
        Optional<ByteString> password = hasPassword ? Optional.of(body.binary()) : Optional.empty();
        connected = true;
        return new Connect(version, (flags & 0x02) != 0, keepAlive, clientId, will, username, password, properties);
    }

    private static Version version(Cursor body) {
        String name = body.text();
        int level = body.one();
        if (name.equals("MQIsdp")) {
            if (level == Version.V3_1.level()) {
                return Version.V3_1;
            }
        } else if (!name.equals("MQTT")) {
            throw Broken.malformed("the protocol name must be MQTT");
        } else if (level == Version.V3_1_1.level()) {
            return Version.V3_1_1;
        } else if (level == Version.V5.level()) {
            return Version.V5;
        }
        throw Broken.of(Reason.UNSUPPORTED_PROTOCOL_VERSION, "the protocol version must be 3.1, 3.1.1 or 5");
    }

    private Publish publish(int flags, Cursor body) {
        int qos = flags >>> 1 & 3;
        boolean duplicate = (flags & 8) != 0;
        if (qos > MAX_QOS || (qos == 0 && duplicate)) {
            throw Broken.malformed("a PUBLISH must have QoS 0 to 2, and DUP only above 0");
        }
        String topic = body.text(lastTopic);
        // A client publishes to one thing over and over: that is checked once.
        if (!topic.equals(lastTopic)) {
            lastTopic = topic(topic);
        }
        int packetId = qos > 0 ? packetId(body) : 0;
        Properties properties = properties(PacketType.PUBLISH, body);
        if (topic.isEmpty() && properties.number(Property.TOPIC_ALIAS).isEmpty()) {
            throw Broken.protocol("a PUBLISH must have a topic or a topic alias");
        }
        return new Publish(topic, qos, duplicate, (flags & 1) != 0, packetId, body.rest(), properties);
    }

    private Ack ack(PacketType type, Cursor body) {
        int packetId = packetId(body);
        int reason = 0;
        if (version.is5() && body.left() > 0) {
            reason = body.one();
            boolean known = (type == PacketType.PUBREL || type == PacketType.PUBCOMP)
                    ? (reason == 0 || reason == 0x92)
                    : isPublishReason(reason);
            if (!known) {
                throw Broken.malformed("the reason code of a " + type + " must be one of the standard's");
            }
            if (body.left() > 0) {
                properties(type, body);
            }
        }
        return new Ack(type, packetId, reason);
    }

    private static boolean isPublishReason(int reason) {
        return switch (reason) {
            case 0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99 -> true;
            default -> false;
        };
    }

    private Subscribe subscribe(Cursor body) {
        int packetId = packetId(body);
        Properties properties = properties(PacketType.SUBSCRIBE, body);
        var requests = new ArrayList<Request>();
        while (body.left() > 0) {
            String filter = filter(body.text());
            int options = body.one();
            int qos = options & 3;
            int retainHandling = options >>> 4 & 3;
            boolean noLocal = (options & 4) != 0;
            if (qos > MAX_QOS || (options & (version.is5() ? 0xC0 : 0xFC)) != 0 || retainHandling > 2) {
                throw Broken.malformed("subscription options must be as the standard reserves them");
            }
            if (version.is5() && filter.startsWith(SHARE)) {
                checkShared(filter, noLocal);
            }
            requests.add(new Request(filter, qos, noLocal, (options & 8) != 0, retainHandling));
        }
        if (requests.isEmpty()) {
            throw Broken.protocol("a SUBSCRIBE must name at least one filter");
        }
        return new Subscribe(
                packetId,
                requests,
                properties.subscriptionIdentifiers().stream().findFirst());
    }

    /** {@code $share/name/filter} (MQTT 5, section 4.8.2). */
    private static void checkShared(String filter, boolean noLocal) {
        int end = filter.indexOf('/', SHARE.length());
        String name = end < 0 ? "" : filter.substring(SHARE.length(), end);
        if (name.isEmpty() || name.contains("+") || name.contains("#") || end == filter.length() - 1) {
            throw Broken.protocol("a shared subscription must have a name without wildcards and a filter");
        }
        if (noLocal) {
            throw Broken.protocol("a shared subscription must not ask for 'no local'");
        }
    }

    private Unsubscribe unsubscribe(Cursor body) {
        int packetId = packetId(body);
        properties(PacketType.UNSUBSCRIBE, body);
        var filters = new ArrayList<String>();
        while (body.left() > 0) {
            filters.add(filter(body.text()));
        }
        if (filters.isEmpty()) {
            throw Broken.protocol("an UNSUBSCRIBE must name at least one filter");
        }
        return new Unsubscribe(packetId, filters);
    }

    private Disconnect disconnect(Cursor body) {
        if (!version.is5() || body.left() == 0) {
            return new Disconnect(0, Properties.NONE);
        }
        int reason = body.one();
        if (!isClientGoodbye(reason)) {
            throw Broken.protocol("the reason code of a DISCONNECT must be one that a client may give");
        }
        return new Disconnect(reason, body.left() > 0 ? properties(PacketType.DISCONNECT, body) : Properties.NONE);
    }

    private static boolean isClientGoodbye(int reason) {
        return switch (reason) {
            case 0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99 -> true;
            default -> false;
        };
    }

    private Properties properties(PacketType carrier, Cursor body) {
        if (!version.is5()) {
            return Properties.NONE;
        }
        int length = body.variable();
        return length == 0 ? Properties.NONE : Properties.parse(carrier, body.sub(length));
    }

    private static int packetId(Cursor body) {
        int packetId = body.two();
        if (packetId == 0) {
            throw Broken.protocol("a packet identifier must not be 0");
        }
        return packetId;
    }

    /** A name to publish to: no wildcards. May be empty. */
    static String topic(String text) {
        if (text.indexOf('#') >= 0 || text.indexOf('+') >= 0) {
            throw Broken.malformed("a topic name must not hold wildcards");
        }
        return text;
    }

    /** A filter to subscribe to: wildcards fill a whole level, and # is the last (MQTT 5, section 4.7.1). */
    private static String filter(String text) {
        if (text.isEmpty()) {
            throw Broken.malformed("a topic filter must not be empty");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean first = i == 0 || text.charAt(i - 1) == '/';
            boolean last = i == text.length() - 1;
            if ((c == '#' && !(first && last)) || (c == '+' && !(first && (last || text.charAt(i + 1) == '/')))) {
                throw Broken.malformed("a wildcard must fill a level of its own, and # must be the last");
            }
        }
        return text;
    }
}
